"""Experiment 2: what each of PyNET's levels adds, from the coarsest to the finest.

  python -m benchmarks.experiments.level_by_level --scale short
  python -m benchmarks.experiments.level_by_level --run_dir checkpoints/pynet \\
      --data_dir data/focused

Ignatov et al. 2020, section 4: the coarse levels learn where to blur and the fine ones
how it looks. Every level is shown with the weights that its own stage ended with:
those of experiment 1's staged training from the identity, or of --run_dir.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import pathlib
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.experiments import arms, joint_or_staged, outcome, steps
from darkroom import cli, program
from pynet.config import WEIGHTS

if TYPE_CHECKING:
    from darkroom.pixels import Array

ABOUT = outcome.About(
    2,
    "level_by_level",
    "PyNET level by level, 7 to 1",
    "What does each finer level add to the picture?",
    "A staged training leaves weights after each of its seven stages. Each level draws "
    "the held-out scenes with the weights of its own stage. The first scores are at "
    "the level's own size, beside the photo reduced to that size, and so cannot be "
    "compared from level to level; the last column is of the level's picture enlarged "
    "to full size (cubic), against the true picture there.",
)
ARM = "staged_400_identity"
LEVELS = (7, 6, 5, 4, 3, 2, 1)


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the numbers depend on: the weights, by level, and the scenes."""

    pictures: int
    training: arms.Settings | None
    run_dir: str | None = None
    data_dir: str | None = None
    weights: str = ""


SCALES = {
    scale: Settings(count, arms.SCALES[scale])
    for scale, count in (("smoke", 2), ("short", 24), ("evening", 24), ("night", 24))
}


@dataclasses.dataclass(frozen=True)
class Config(outcome.Config):
    """Flags of benchmarks.experiments.level_by_level."""

    run_dir: str | None = cli.flag(
        None, "folder of a staged training, level_7 ... level_1 (pynet.train's)"
    )
    data_dir: str | None = cli.flag(
        None, "with --run_dir: the scenes, in EBB!'s layout, of its test split"
    )


def main(config: Config) -> None:
    """Trains what is not trained, scores every level, and writes the result."""
    settings = SCALES[config.scale]
    if (config.run_dir is None) != (config.data_dir is None):
        raise ValueError(
            "--run_dir and --data_dir go together: a staged training, and scenes to "
            "score it on; pass both or neither"
        )
    if config.run_dir and config.data_dir:
        files = (outcome.checksum(_weights(config.run_dir, level)) for level in LEVELS)
        settings = Settings(
            settings.pictures, None, config.run_dir, config.data_dir, "-".join(files)
        )
    outcome.show(ABOUT, config, settings, functools.partial(make, settings, config))


def _weights(run_dir: str | pathlib.Path, level: int) -> str:
    return str(pathlib.Path(run_dir) / f"level_{level}" / WEIGHTS)


def make(settings: Settings, config: Config, folder: pathlib.Path) -> outcome.Found:
    """Scores the levels; trains them first, unless --run_dir has them."""
    from darkroom.report import results

    start, spent, run_dir, data_dir = steps.cpu_seconds(), 0.0, "", ""
    if settings.training is None:
        run_dir, data_dir = settings.run_dir or "", settings.data_dir or ""
    else:
        training = settings.training
        if ARM not in training.arms:  # smoke's experiment 1 is smaller still
            training = dataclasses.replace(training, arms=(*training.arms, ARM))
        place = joint_or_staged.ABOUT.folder(config.scale)
        seed = training.seeds[0]
        wanted = arms.arm_steps(training, place, ARM, seed)
        spent = sum(arms.run(training, wanted, place).values())
        run_dir = str(arms.trainings(place, ARM, seed))
        data_dir = str(arms.data_folder(training))
    before = steps.cpu_seconds() - start
    views = score(run_dir, data_dir, settings.pictures)
    table = results.Table(
        f"{settings.pictures} held-out scenes at most; the photo is scored beside each "
        "level, reduced to its size",
        [
            *("level", "of full size", "steps", "PSNR", "photo's", "SSIM", "photo's"),
            "enlarged, PSNR",
        ],
        cells(views.means),
    )
    sheet = folder / "level_by_level.jpg"
    _draw(sheet, views.rows)
    picture = results.Picture(
        sheet.name, "Photo, levels 7 to 1, each enlarged to one size, the true picture."
    )
    seconds = spent + steps.cpu_seconds() - start - before
    return outcome.Found([table], [picture], conclusions(views.means), seconds)


Means = dict[int, dict[str, float]]


class Views(NamedTuple):
    """Each level's mean scores, and rows of pictures to look at."""

    means: Means
    rows: list[list[Array]]


def score(run_dir: str, data_dir: str, pictures: int) -> Views:
    """Scores the levels of a staged training.

    Args:
      run_dir: with level_7 ... level_1.
      data_dir: of the scenes; their test split is scored.
      pictures: how many at most, from the first.

    Returns:
      `psnr` and `ssim` of each level, `photo_psnr` and `photo_ssim`, `enlarged`, and
      the `steps` of its stage.
    """
    import numpy as np

    from darkroom import pixels, quiet
    from darkroom.metrics import reports

    with quiet.chatter():
        from darkroom.train import weights_card
        from pynet import data, validation, weights

    pairs = data.pairs(data_dir, "test")[:pictures]
    means: Means = {}
    columns: list[list[Array]] = []
    for level in LEVELS:
        path = _weights(run_dir, level)
        whole = validation.compiled(weights.load(path, level))
        result = validation.evaluate(whole, pairs, level)
        photo = reports.mean_scores(result.photo)
        run, enlarged = validation.mirrored(whole, level), []
        for pair in pairs:
            inputs, truth = data.full_picture(pair, 1)
            picture = np.clip(run(inputs[None])[0], 0, 1)
            large = pixels.resize_to(picture, truth.shape[:2])
            row = validation.scores(truth, large, validation.BORDER)
            enlarged.append(row["psnr"])
        means[level] = {
            "steps": weights_card.read(pathlib.Path(path)).get("step", 0),
            "psnr": result.mean["psnr"],
            "photo_psnr": photo["psnr"],
            "ssim": result.mean.get("ssim", np.nan),
            "photo_ssim": photo.get("ssim", np.nan),
            "enlarged": float(np.mean(enlarged)),
        }
        columns.append([row[2] for row in result.rows])
        if level == 1:
            columns.insert(0, [row[0] for row in result.rows])
            columns.append([row[3] for row in result.rows])
    return Views(means, [list(row) for row in zip(*columns, strict=True)])


def cells(means: Means) -> list[list[str]]:
    """Returns the rows of the table, level 7 first."""
    rows = []
    for level, of_level in means.items():
        numbers = [  # a picture of a few pixels has no SSIM
            "-" if of_level[key] != of_level[key] else f"{of_level[key]:.{digits}f}"
            for key, digits in (
                *(("psnr", 2), ("photo_psnr", 2), ("ssim", 3), ("photo_ssim", 3)),
                ("enlarged", 2),
            )
        ]
        size = "1" if level == 1 else f"1/{2 ** (level - 1)}"
        rows.append([str(level), size, f"{of_level['steps']:.0f}", *numbers])
    return rows


def conclusions(means: Means) -> list[str]:
    """Says in words what the numbers say."""
    order = sorted(means, reverse=True)
    gains = [
        (means[finer]["enlarged"] - means[coarser]["enlarged"], coarser, finer)
        for coarser, finer in itertools.pairwise(order)
    ]
    most, coarser, finer = max(gains)
    rising = all(gain > 0 for gain, *_ in gains)
    first, last = means[order[0]], means[order[-1]]
    below = [
        str(level)
        for level in order
        if means[level]["psnr"] < means[level]["photo_psnr"]
    ]
    return [
        f"Enlarged to full size, the pictures go from {first['enlarged']:.2f} dB at "
        f"level {order[0]} to {last['enlarged']:.2f} at level {order[-1]}, "
        + ("rising at every step" if rising else "not rising at every step")
        + f"; the step from level {coarser} to {finer} brings most, {most:+.2f} dB.",
        (
            "All levels draw worse than the photo reduced to their size: their stages "
            "were too short to learn what the photo does not have."
            if len(below) == len(order)
            else f"Worse than the reduced photo itself: level {', '.join(below)}."
            if below
            else "Every level is better than the photo reduced to its size."
        ),
    ]


def _draw(path: pathlib.Path, rows: list[list[Array]]) -> None:
    from benchmarks.experiments import sheets

    captions = ["photo", *(f"level {level}" for level in LEVELS), "truth"]
    sheets.write(path, rows[:4], captions, gap=4)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
