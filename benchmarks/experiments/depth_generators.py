"""Experiment 3: which generator finds depth, Pix2Pix's or CycleGAN's.

  python -m benchmarks.experiments.depth_generators --scale short
  python -m benchmarks.experiments.depth_generators --scale night --nyu data/nyu

"Bokeh Effect: Deep Learning Framework for Depth Estimation" trained both on NYU Depth
v2; here the depth is generated, unless --nyu names a folder that
`python -m cyclegan_tf.prepare nyu` made.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
from collections.abc import Mapping, Sequence

from benchmarks.experiments import outcome, steps, trainings
from darkroom import cli, program

ABOUT = outcome.About(
    3,
    "depth_generators",
    "Depth from one photo, by Pix2Pix and CycleGAN",
    "Which generator finds depth best, and is any better than a guess that never looks "
    "at the photo?",
    "Pix2Pix (pairs, L1 and an adversary) with a U-Net and with a ResNet of nine "
    "blocks, and CycleGAN (no pairs) with six and nine blocks, as in the Bokeh Effect "
    "project, learn from generated scenes with exact depth for equally many steps, in "
    "that project's batches of four and of one. Abs rel, rmse (in metres) and a1 (the "
    "share of pixels within 1.25 times the truth) are the field's; RMS is that "
    "project's own, the root of 255 times the mean square of maps in [0, 1]. Beside "
    "them stand the best constant and the best slope from top to bottom, both fitted "
    "to the very truths that they are scored on. The project's own numbers on NYU "
    "Depth v2, which no generated scene can be compared with: abs rel .245 and RMS "
    "2.01 of Pix2Pix, .373 and 3.12 of CycleGAN.",
)
RUNS = {
    "pix2pix_unet": ("--model", "pix2pix", "--generator", "unet_{side}"),
    "pix2pix_resnet9": ("--model", "pix2pix", "--generator", "resnet_9blocks"),
    "cyclegan_resnet6": ("--model", "cyclegan", "--generator", "resnet_6blocks"),
    "cyclegan_resnet9": ("--model", "cyclegan", "--generator", "resnet_9blocks"),
}
NAMES = {
    "constant": "the best constant",
    "gradient": "the best slope from top to bottom",
    "pix2pix_unet": "Pix2Pix, U-Net",
    "pix2pix_resnet9": "Pix2Pix, ResNet-9",
    "cyclegan_resnet6": "CycleGAN, ResNet-6",
    "cyclegan_resnet9": "CycleGAN, ResNet-9",
}
COLUMNS = {
    "abs_rel": ("abs rel", 3),
    "rmse": ("rmse", 3),
    "a1": ("a1", 3),
    "compat_rms": ("RMS", 3),
}


@dataclasses.dataclass(frozen=True)
class Settings(trainings.Settings):
    """What the numbers depend on.

    Attributes:
      nyu: a folder of real photos with their depth, in place of generated scenes.
      runs: keys of `RUNS`.
    """

    nyu: str | None = None
    runs: tuple[str, ...] = tuple(RUNS)


SCALES = {
    "smoke": Settings(32, 4, 2, 4, 0.125, (0,)),
    "short": Settings(64, 200, 48, 300, 0.25, (0,), runs=tuple(RUNS)[:2]),
    "evening": Settings(128, 400, 72, 1500, 0.25, (0,)),
    "night": Settings(128, 800, 72, 3000, 0.5, (0, 1, 2)),
}


@dataclasses.dataclass(frozen=True)
class Config(outcome.Config):
    """Flags of benchmarks.experiments.depth_generators."""

    nyu: str | None = cli.flag(
        None, "a folder of NYU Depth v2 that cyclegan_tf.prepare made"
    )


def main(config: Config) -> None:
    """Trains what is not trained, scores, and writes the result."""
    settings = dataclasses.replace(SCALES[config.scale], nyu=config.nyu)
    about = ABOUT
    if config.nyu:
        about = dataclasses.replace(ABOUT, name=f"{ABOUT.name}_nyu")
    outcome.show(about, config, settings, functools.partial(make, settings))


def plan(settings: Settings, folder: pathlib.Path) -> list[steps.Step]:
    """Returns the programs to run: scenes, then for each seed trainings and scores."""
    side, data = settings.side, str(_data(settings))
    found = []
    if settings.nyu is None:
        scenes = (
            *("--layout", "depth", "--size", f"{2 * side}x{2 * side}", "--seed", "5"),
            *("--train", str(settings.train), "--test", str(settings.test)),
            *("--output", data),
        )
        found.append(steps.Step("scenes", "darkroom.scenes", scenes))
    for seed in settings.seeds:
        weights = []
        for run in settings.runs:
            training = (
                *("--task", "depth", "--data_dir", data, "--preset", "tiny"),
                *(flag.format(side=side) for flag in RUNS[run]),
                *("--width", str(settings.width), "--crop_size", str(side)),
                *("--load_size", str(side + side // 2)),
                *("--steps", str(settings.steps), "--seed", str(seed)),
                *("--decay_steps", str(settings.steps // 2), "--validate", "2"),
                *("--checkpoint_dir", str(folder / "trainings")),
                *("--name", f"{run}_{seed}"),
            )
            found.append(steps.Step(f"{run}_{seed}", "cyclegan_tf.train", training))
            file = "generator" if "pix2pix" in run else "generator_a"
            place = folder / f"trainings/{run}_{seed}/{file}.weights.h5"
            weights.append(f"{run}={place}")
        evaluation = (
            *("--task", "depth", "--data_dir", data, "--weights", ",".join(weights)),
            *("--output", str(folder / f"scores_{seed}")),
        )
        found.append(steps.Step(f"scores_{seed}", "cyclegan_tf.evaluate", evaluation))
    return found


def _data(settings: Settings) -> pathlib.Path:
    if settings.nyu is not None:
        return pathlib.Path(settings.nyu)
    name = f"depth_{2 * settings.side}_{settings.train}_{settings.test}"
    return outcome.DATA / name


def make(settings: Settings, folder: pathlib.Path) -> outcome.Found:
    """Runs the programs, and gathers the scores and the picture that they leave."""
    from darkroom.report import results

    spent = steps.run(plan(settings, folder), folder)
    means = [
        json.loads((folder / f"scores_{seed}/scores.json").read_text())["mean"]
        for seed in settings.seeds
    ]
    what = "photos of NYU Depth v2" if settings.nyu else "generated scenes"
    table = results.Table(
        f"{settings.test} held-out {what}, networks of width {settings.width:g} "
        f"trained for {settings.steps} steps on crops of {settings.side} pixels; mean "
        "and standard deviation over seeds, where there are several",
        ["", *(title for title, _ in COLUMNS.values())],
        cells(means),
    )
    _draw(folder / "depth_generators.jpg", folder / f"scores_{settings.seeds[0]}")
    picture = results.Picture(
        "depth_generators.jpg",
        "Photo, true depth (near is light), the best constant, the best slope, then "
        + ", ".join(NAMES[run] for run in settings.runs)
        + ".",
    )
    seconds = sum(spent.values())
    return outcome.Found([table], [picture], conclusions(means), seconds)


Means = Sequence[Mapping[str, Mapping[str, float]]]  # a seed's: method, then score


def cells(means: Means) -> list[list[str]]:
    """Returns the rows of the table, in the order of `NAMES`."""
    return [
        [
            NAMES[name],
            *(
                outcome.spread([seed[name][key] for seed in means], digits)
                if name in RUNS
                else f"{means[0][name][key]:.{digits}f}"
                for key, (_, digits) in COLUMNS.items()
            ),
        ]
        for name in NAMES
        if name in means[0]
    ]


def conclusions(means: Means) -> list[str]:
    """Says in words what the numbers say."""
    import statistics

    def mean(name: str, key: str) -> float:
        return statistics.fmean(seed[name][key] for seed in means)

    def best(key: str, names: Sequence[str]) -> str:
        return min(names, key=lambda name: mean(name, key))

    runs = [name for name in RUNS if name in means[0]]
    guesses = [name for name in NAMES if name not in RUNS]
    network, guess = best("abs_rel", runs), best("abs_rel", guesses)
    better = mean(network, "abs_rel") < mean(guess, "abs_rel")
    lines = [
        f"{NAMES[network]} is best in abs rel ({mean(network, 'abs_rel'):.3f}), "
        f"{'better' if better else 'no better'} than the better of the two guesses "
        f"({mean(guess, 'abs_rel'):.3f}); in rmse {NAMES[best('rmse', runs)]} is best "
        f"({mean(best('rmse', runs), 'rmse'):.2f} m, the guesses' best is "
        f"{mean(best('rmse', guesses), 'rmse'):.2f})."
    ]
    paired = [name for name in runs if "pix2pix" in name]
    unpaired = [name for name in runs if "cyclegan" in name]
    if not (paired and unpaired):
        return [*lines, "CycleGAN was not trained at this scale; larger ones do."]
    with_pairs, without = (
        mean(best("abs_rel", names), "abs_rel") for names in (paired, unpaired)
    )
    return [
        *lines,
        f"Pairs are worth {without - with_pairs:.3f} of abs rel: {with_pairs:.3f} with "
        f"them, {without:.3f} without.",
        "The order of Bokeh Effect's table, Pix2Pix before CycleGAN, "
        + ("is found here, too." if with_pairs < without else "is not found here."),
    ]


def _draw(path: pathlib.Path, scores: pathlib.Path) -> None:
    """Makes the evaluation's sheet small enough for a page, its first rows."""
    from benchmarks.experiments import sheets
    from darkroom import pixels
    from darkroom.io import images, saving

    sheet = images.read(scores / "sheet.png").pixels
    sheet = sheet[: 22 + 5 * 208]  # a caption, and five rows of 200 with their gaps
    width = min(sheets.WIDEST, sheet.shape[1])
    small = pixels.resize_to(sheet, (sheet.shape[0] * width // sheet.shape[1], width))
    content = sheets.encode(small)
    saving.write(path, lambda to: to.write_bytes(content))


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
