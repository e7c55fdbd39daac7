"""Experiment 4: portraits with a shallow depth of field, by CycleGAN with masks.

  python -m benchmarks.experiments.portraits --scale short

Zain Nasrullah, "Shallow Depth of Field in Portraits Using Generative Models": plain,
mask loss, mask overlay and both, beside two smoothings that need no network; and the
overlay with an identity loss (Zhu et al. 2017, section 5.2), which tells why the
overlay alone may turn its pictures into negatives.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks.experiments import outcome, steps
from benchmarks.experiments.trainings import Settings
from darkroom import program

if TYPE_CHECKING:
    from benchmarks.experiments.portrait_scores import Means
    from darkroom.pixels import Array

ABOUT = outcome.About(
    4,
    "portraits",
    "Sharp portraits with a blurred background, unpaired",
    "Which of mask loss and mask overlay keeps the person while the background blurs, "
    "and why does the overlay alone turn pictures into negatives?",
    "CycleGAN learns from generated portraits, sharp ones and others before a blurred "
    "background, with the masks of the persons: plain, with the mask loss, with the "
    "overlay (the real person pasted over every fake), and with both, as Nasrullah "
    "did; and the overlay with the identity loss of Zhu et al., weight 0.5, which the "
    "four runs here do without. Beside them stand the person over a mean of 5x5 and "
    "over a Gaussian of 9x9. Subject is the mean change inside the person (0 is "
    "best), background the share of its sharpness that is left outside. Inside and "
    "outside are the correlations of the output's brightness with the photo's: 1 is "
    "the photo, -1 its negative. KID tells how far the outputs as a set are from the "
    "held-out portraits that have a blurred background.",
)
RUNS = {
    "plain": ("--run", "plain"),
    "mask_loss": ("--run", "mask_loss"),
    "overlay": ("--run", "overlay"),
    "overlay_identity": ("--run", "overlay", "--lambda_identity", "0.5"),
    "overlay_mask_loss": ("--run", "overlay_mask_loss"),
}
NAMES = {
    "photo": "the photo untouched",
    "mean 5x5": "person over a mean of 5x5",
    "Gaussian 9x9": "person over a Gaussian of 9x9",
    "plain": "plain CycleGAN",
    "mask_loss": "mask loss",
    "overlay": "overlay",
    "overlay_identity": "overlay with identity loss",
    "overlay_mask_loss": "overlay and mask loss",
}
COLUMNS = {
    "subject": ("subject", 3),
    "background": ("background", 3),
    "inside": ("inside", 2),
    "outside": ("outside", 2),
    "kid": ("KID x 1000", 1),
}


SCALES = {
    "smoke": Settings(64, 4, 2, 4, 0.125, (0,)),
    "short": Settings(64, 200, 24, 800, 0.25, (0,)),
    "evening": Settings(128, 200, 48, 1200, 0.25, (0,)),
    "night": Settings(128, 400, 48, 2000, 0.25, (0, 1, 2)),
}


@dataclasses.dataclass(frozen=True)
class Config(outcome.Config):
    """Flags of benchmarks.experiments.portraits."""


def main(config: Config) -> None:
    """Trains what is not trained, scores, and writes the result."""
    settings = SCALES[config.scale]
    outcome.show(ABOUT, config, settings, functools.partial(make, settings))


def plan(settings: Settings, folder: pathlib.Path) -> list[steps.Step]:
    """Returns the programs to run: the scenes, then the trainings, seed by seed."""
    data, side = _data(settings), settings.side
    scenes = [
        *("--layout", "portrait", "--size", f"{2 * side}x{2 * side}"),
        *("--aperture", "0.1", "--output", str(data)),
        *("--train", str(settings.train), "--test", str(settings.test)),
    ]
    trainings = [
        steps.Step(
            f"{run}_{seed}",
            "cyclegan_tf.train",
            (
                *("--data_dir", str(data), "--preset", "tiny", *flags),
                *("--generator", f"unet_{side}", "--width", str(settings.width)),
                *("--load_size", str(side + side // 8), "--crop_size", str(side)),
                *("--steps", str(settings.steps)),
                *("--decay_steps", str(settings.steps // 2), "--seed", str(seed)),
                *("--checkpoint_dir", str(folder / "trainings")),
                *("--name", f"{run}_{seed}", "--validate", "2"),
            ),
        )
        for seed in settings.seeds
        for run, flags in RUNS.items()
    ]
    return [steps.Step("scenes", "darkroom.scenes", tuple(scenes)), *trainings]


def _data(settings: Settings) -> pathlib.Path:
    name = f"portraits_{2 * settings.side}_{settings.train}_{settings.test}"
    return outcome.DATA / name


def make(settings: Settings, folder: pathlib.Path) -> outcome.Found:
    """Trains, scores every training on the held-out portraits, and draws."""
    from benchmarks.experiments import portrait_scores
    from darkroom import quiet
    from darkroom.report import results

    start = steps.cpu_seconds()
    spent = steps.run(plan(settings, folder), folder)
    before = steps.cpu_seconds() - start  # in this call; `spent` has all calls
    with quiet.chatter():
        from cyclegan_tf import generator

    networks = {
        (run, seed): generator.load(
            str(folder / f"trainings/{run}_{seed}/generator_a.weights.h5"), "portrait"
        )
        for run in RUNS
        for seed in settings.seeds
    }
    views = portrait_scores.compare(networks, _data(settings), settings.side)
    table = results.Table(
        f"{settings.test} held-out portraits of {settings.side}x{settings.side}; mean "
        "and standard deviation over seeds, where there are several",
        ["", "seeds", *(title for title, _ in COLUMNS.values())],
        cells(views.means),
    )
    _draw(folder / "portraits.jpg", views.rows)
    picture = results.Picture(
        "portraits.jpg",
        "Photo, person, a Gaussian of 9x9 behind the person, plain, mask loss, "
        "overlay, overlay with identity loss, overlay and mask loss, and the overlay "
        "with the person pasted, of the first seed.",
    )
    seconds = sum(spent.values()) + steps.cpu_seconds() - start - before
    found = conclusions(views.means)
    return outcome.Found([table], [picture], found, seconds)


def cells(means: Means) -> list[list[str]]:
    """Returns the rows of the table."""
    rows = []
    for name, title in NAMES.items():
        seeds = means[name]
        numbers = [
            outcome.spread([row[key] for row in seeds if key in row], digits)
            for key, (_, digits) in COLUMNS.items()
        ]
        count = str(len(seeds)) if name in RUNS else "-"
        rows.append([title, count, *numbers])
    return rows


def conclusions(means: Means) -> list[str]:
    """Says in words what the numbers say."""
    from darkroom.metrics import reports

    mean = {name: reports.mean_scores(seeds) for name, seeds in means.items()}
    kept = min(
        (name for name in RUNS if mean[name]["background"] < 1),
        key=lambda name: mean[name]["subject"],
        default="plain",
    )
    plain, overlay = mean["plain"], mean["overlay"]
    identity = mean["overlay_identity"]
    return [
        f"Of the trainings, {NAMES[kept]} changes the person least (by "
        f"{mean[kept]['subject']:.3f}, plain CycleGAN by {plain['subject']:.3f}), with "
        f"{mean[kept]['background']:.2f} of the background's sharpness left; a "
        f"Gaussian behind the person leaves "
        f"{mean['Gaussian 9x9']['background']:.2f} at no change.",
        *_on_the_overlay(means["overlay"], overlay, identity),
        *_on_the_distance(mean),
    ]


def _on_the_distance(mean: Mapping[str, Mapping[str, float]]) -> list[str]:
    distances = {name: row["kid"] for name, row in mean.items() if "kid" in row}
    if not distances:
        return []
    nearest = min(RUNS, key=lambda name: distances[name])
    found = (
        f"By KID {NAMES[nearest]} is the nearest training to portraits with a blurred "
        f"background ({distances[nearest]:.0f}); the photo untouched is at "
        f"{distances['photo']:.0f}, a Gaussian behind the person at "
        f"{distances['Gaussian 9x9']:.0f}"
    )
    if distances[nearest] > distances["photo"]:
        found += (
            ". So every training is farther away than the photo itself: the checks and "
            "tints that short trainings leave count for more than the blur they bring"
        )
    return [f"{found}."]


def _on_the_overlay(
    seeds: Sequence[Mapping[str, float]],
    overlay: Mapping[str, float],
    identity: Mapping[str, float],
) -> list[str]:
    negatives = [row for row in seeds if row["inside"] < 0]
    outside = [row for row in negatives if row["outside"] < 0]
    return [
        f"With the overlay alone, {len(negatives)} of {len(seeds)} "
        f"training{'s' if len(seeds) > 1 else ''} returned the person as a negative, "
        f"{len(outside)} the background, too: the "
        "correlations with the photo are "
        + ", ".join(f"{row['inside']:.2f} / {row['outside']:.2f}" for row in seeds)
        + " inside / outside. The discriminator sees every person pasted from the "
        "photo, and two generators that both make negatives close the cycle; so "
        "nothing in its loss tells a picture from its negative but how a background "
        "looks.",
        f"With the identity loss the correlations are {identity['inside']:.2f} / "
        f"{identity['outside']:.2f} and the person changes by "
        f"{identity['subject']:.3f} in place of {overlay['subject']:.3f}: "
        + (
            "a term that is not symmetric under negation is what was missing."
            if identity["inside"] > 0.5 > overlay["inside"]
            else "here it does not decide."
        ),
        *(
            [
                "Pasting the person over the output, as in training, does not mend it: "
                "the background behind stays a negative (last column of the picture)."
            ]
            if outside
            else []
        ),
        "A generator is free inside the mask, but convolutions see the same colours "
        "inside and outside: what holds the person (mask loss) or the other domain's "
        "pictures (identity loss) holds the background, too.",
    ]


def _draw(path: pathlib.Path, rows: Sequence[Sequence[Array]]) -> None:
    from benchmarks.experiments import sheets
    from darkroom import pixels

    large = [
        [pixels.resize_to(pixels.to_uint8(view), (176, 176)) for view in row]
        for row in rows
    ]
    captions = ("photo", "person", "Gaussian 9x9", "plain", "mask loss", "overlay")
    more = ("overlay, identity", "overlay, mask loss", "overlay, pasted")
    sheets.write(path, large, [*captions, *more], gap=4)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
