"""Experiment 1: PyNET's levels one after another, or all at once?

  python -m benchmarks.experiments.joint_or_staged --scale short

Madan Y N, "Rendering Natural Camera Bokeh Effect with Deep Learning" (EE769 course
report, IIT Bombay), trained all levels jointly on 500 and 1500 pictures, and level by
level on 100, 200 and 400, once without level 3's filters. Here every way gets the same
computation, from the paper's random start, and the best of both from the identity.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks.experiments import outcome, steps
from darkroom import cli

if TYPE_CHECKING:
    from darkroom.pixels import Array

ABOUT = outcome.About(
    1,
    "joint_or_staged",
    "Joint or staged training of PyNET",
    "At equal computation, is PyNET better trained jointly on many pictures or level "
    "by level on few, and does it matter once training begins from the identity?",
    "Width 1/4, generated scenes. Joint: all levels at once on level 1's loss, with "
    "500 and 1500 pictures. Staged: levels 7 to 1, each from the one before, with 100, "
    "200 and 400 pictures, and with 400 without level 3's filters. So the EE769 report "
    "did it, from the paper's random start. Then both again from the identity start of "
    "this project, in which the untrained network returns its photo. A level's step "
    "costs what docs/benchmarks.md measures of it, and every arm gets the same total; "
    "the held-out scenes show photos of which no training scene has any.",
)
# Of a training step with one picture, in those of level 1 (docs/benchmarks.md)
COST = {7: 0.022, 6: 0.039, 5: 0.105, 4: 0.346, 3: 0.914, 2: 0.944, 1: 1.0}
# Of the computation that each level gets, as the paper's steps and batches have it:
# most of it is the finest levels'
SHARE = {7: 0.02, 6: 0.03, 5: 0.06, 4: 0.09, 3: 0.15, 2: 0.15, 1: 0.5}
BATCH = {7: 8, 6: 8, 5: 8, 4: 4, 3: 1, 2: 1, 1: 1}


@dataclasses.dataclass(frozen=True)
class Arm:
    """One way to train.

    Attributes:
      title: in the table.
      pictures: to learn from.
      joint: all levels at once.
      start: the first weights.
      without: the level whose filters are left out.
    """

    title: str
    pictures: int
    joint: bool = False
    start: str = "paper"
    without: int | None = None


ARMS = {
    "joint_500": Arm("joint, 500 pictures", 500, joint=True),
    "joint_1500": Arm("joint, 1500 pictures", 1500, joint=True),
    "staged_100": Arm("staged, 100 pictures", 100),
    "staged_200": Arm("staged, 200 pictures", 200),
    "staged_400": Arm("staged, 400 pictures", 400),
    "staged_400_without_3": Arm("staged, 400, no filters of level 3", 400, without=3),
    "joint_500_identity": Arm("joint, 500, identity", 500, True, "identity"),
    "joint_1500_identity": Arm("joint, 1500, identity", 1500, True, "identity"),
    "staged_400_identity": Arm("staged, 400, identity", 400, start="identity"),
}
COLUMNS = {
    "psnr": ("PSNR", 2),
    "ssim": ("SSIM", 4),
    "detail_in_focus": ("detail in focus", 2),
    "detail_out_of_focus": ("out of focus", 2),
}


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the numbers depend on.

    Attributes:
      size: of the scenes.
      patch: side of a patch of the halved photo.
      test: held-out scenes.
      budget: of an arm, in training steps of level 1.
      learning_rate: its peak.
      arms: keys of `ARMS`.
      seeds: of the trainings.
    """

    size: str
    patch: int
    test: int
    budget: int
    learning_rate: float
    arms: tuple[str, ...]
    seeds: tuple[int, ...]


_FEW = ("joint_500_identity", "staged_400_identity")
_ALL = tuple(name for name in ARMS if name != "joint_500_identity")
SCALES = {
    "smoke": Settings("64x96", 32, 2, 8, 5e-4, ("joint_500", "staged_100"), (0,)),
    "short": Settings("128x192", 64, 24, 200, 5e-4, _FEW, (0,)),
    "night": Settings("256x384", 128, 24, 1500, 5e-4, _ALL, (0, 1)),
}


@dataclasses.dataclass(frozen=True)
class Config(outcome.Config):
    """Flags of benchmarks.experiments.joint_or_staged."""


def main(config: Config) -> None:
    """Trains what is not trained, scores, and writes the result."""
    settings = SCALES[config.scale]
    outcome.show(ABOUT, config, settings, functools.partial(make, settings))


def level_steps(budget: int) -> dict[int, int]:
    """Returns the steps of each level that together cost `budget` steps of level 1."""
    return {
        level: max(1, round(SHARE[level] * budget / (COST[level] * BATCH[level])))
        for level in COST
    }


def plan(settings: Settings, folder: pathlib.Path) -> list[steps.Step]:
    """Returns the programs to run: scenes, then arm by arm, seed by seed."""
    return [
        _scenes(settings),
        *(
            step
            for seed in settings.seeds
            for name in settings.arms
            for step in arm_steps(settings, folder, name, seed)
        ),
    ]


def _scenes(settings: Settings) -> steps.Step:
    arguments = (
        *("--layout", "ebb", "--size", settings.size, "--seed", "7"),
        *("--train", str(_pictures(settings)), "--test", str(settings.test)),
        *("--output", str(data_folder(settings))),
    )
    return steps.Step("scenes", "darkroom.scenes", arguments)


def _pictures(settings: Settings) -> int:
    return max(ARMS[name].pictures for name in settings.arms)


def data_folder(settings: Settings) -> pathlib.Path:
    """Returns the folder of the scenes."""
    name = f"ebb_{settings.size}_{_pictures(settings)}_{settings.test}_7"
    return outcome.DATA / name


def arm_steps(
    settings: Settings, folder: pathlib.Path, name: str, seed: int
) -> list[steps.Step]:
    """Returns the trainings of an arm, and its evaluation."""
    arm, data = ARMS[name], data_folder(settings)
    few = data.with_name(f"{data.name}_first_{arm.pictures}")
    run = trainings(folder, name, seed)
    common: tuple[str, ...] = (
        *("--data_dir", str(few), "--preset", "tiny", "--precision", "float32"),
        *("--patch_size", str(settings.patch), "--start", arm.start),
        *("--learning_rate", str(settings.learning_rate), "--seed", str(seed)),
        *("--checkpoint_dir", str(run), "--validate", "2"),
    )
    if arm.without is not None:
        common += ("--without_filters_of", str(arm.without))
    key = f"{name}_{seed}"
    if arm.joint:
        flags = ("--level", "1", "--joint", "--steps", str(settings.budget), *common)
        found = [steps.Step(key, "pynet.train", flags)]
    else:
        found = [
            steps.Step(
                f"{key}_level_{level}",
                "pynet.train",
                (
                    *("--level", str(level), "--steps", str(number)),
                    *("--batch_size", str(BATCH[level]), *common),
                ),
            )
            for level, number in level_steps(settings.budget).items()
        ]
    last = run / ("joint" if arm.joint else "level_1") / "pynet.weights.h5"
    evaluation = (
        *("--level", "1", "--weights", str(last), "--data_dir", str(data)),
        *("--output", str(folder / f"scores_{key}")),
    )
    return [*found, steps.Step(f"scores_{key}", "pynet.evaluate", evaluation)]


def trainings(folder: pathlib.Path, name: str, seed: int) -> pathlib.Path:
    """Returns the folder of an arm's run folders, level_7 ... level_1 or joint."""
    return folder / "trainings" / f"{name}_{seed}"


def run(
    settings: Settings, wanted: Sequence[steps.Step], folder: pathlib.Path
) -> dict[str, float]:
    """Makes the scenes, links parts of them, runs the `wanted` programs."""
    spent = steps.run([_scenes(settings)], folder)
    for name in settings.arms:
        link_first(data_folder(settings), ARMS[name].pictures)
    return spent | steps.run(wanted, folder)


def link_first(data: pathlib.Path, count: int) -> pathlib.Path:
    """Makes a folder beside a data set with its first training scenes, by links."""
    few = data.with_name(f"{data.name}_first_{count}")
    for part in ("original", "original_depth", "bokeh"):
        (few / "train" / part).mkdir(parents=True, exist_ok=True)
        for file in (data / "train" / part).iterdir():
            link = few / "train" / part / file.name
            if int(file.stem) < count and not link.is_symlink():
                link.symlink_to(file.resolve())
    if not (few / "test").is_symlink():
        (few / "test").symlink_to((data / "test").resolve())
    return few


def make(settings: Settings, folder: pathlib.Path) -> outcome.Found:
    """Runs the programs, and gathers their scores."""
    from darkroom.report import results

    spent = run(settings, plan(settings, folder), folder)
    scores = {
        name: [
            json.loads((folder / f"scores_{name}_{seed}/scores.json").read_text())[
                "mean"
            ]
            for seed in settings.seeds
        ]
        for name in settings.arms
    }
    minutes = {
        name: [
            sum(
                seconds
                for step, seconds in spent.items()
                if step == f"{name}_{seed}" or step.startswith(f"{name}_{seed}_level")
            )
            / 60
            for seed in settings.seeds
        ]
        for name in settings.arms
    }
    table = results.Table(
        f"Level 1 on {settings.test} held-out scenes of {settings.size} after the "
        f"computation of {settings.budget} steps of level 1; mean and standard "
        "deviation over seeds, where there are several. CPU-min hold the starts of "
        "the programs, seven of a staged training",
        ["", *(title for title, _ in COLUMNS.values()), "CPU-min"],
        cells(scores, minutes),
    )
    _draw(folder / "joint_or_staged.jpg", folder, settings)
    titles = ", ".join(ARMS[name].title for name in settings.arms)
    picture = results.Picture(
        "joint_or_staged.jpg", f"Photo, depth, the true picture; {titles}."
    )
    seconds = sum(spent.values())
    return outcome.Found([table], [picture], conclusions(scores), seconds)


Scores = Mapping[str, Sequence[Mapping[str, Mapping[str, float]]]]


def cells(scores: Scores, minutes: Mapping[str, Sequence[float]]) -> list[list[str]]:
    """Returns the rows of the table, the photo untouched last."""
    rows = [
        [
            ARMS[name].title,
            *(
                outcome.spread([each["output"][key] for each in seeds], digits)
                for key, (_, digits) in COLUMNS.items()
            ),
            outcome.spread(minutes[name], 1),
        ]
        for name, seeds in scores.items()
    ]
    photo = next(iter(scores.values()))[0]["photo"]
    numbers = [f"{photo[key]:.{digits}f}" for key, (_, digits) in COLUMNS.items()]
    return [*rows, ["the photo untouched", *numbers, "-"]]


def conclusions(scores: Scores) -> list[str]:
    """Says in words what the numbers say."""
    import statistics

    psnr = {
        name: statistics.fmean(each["output"]["psnr"] for each in seeds)
        for name, seeds in scores.items()
    }
    photo = next(iter(scores.values()))[0]["photo"]["psnr"]

    def best(joint: bool, start: str) -> str | None:
        names = [n for n in psnr if (ARMS[n].joint, ARMS[n].start) == (joint, start)]
        return max(names, key=lambda name: psnr[name], default=None)

    lines = []
    for start, words in (("paper", "paper's random"), ("identity", "identity")):
        joint, staged = best(True, start), best(False, start)
        if joint and staged:
            gain = psnr[staged] - psnr[joint]
            lines.append(
                f"From the {words} start {'staged' if gain > 0 else 'joint'} training "
                f"is ahead by {abs(gain):.2f} dB at equal computation "
                f"({psnr[staged]:.2f} staged, {psnr[joint]:.2f} joint; the photo "
                f"itself has {photo:.2f})."
            )
    random, identity = best(True, "paper"), best(True, "identity")
    if random and identity:
        lines.append(
            f"The start is worth {psnr[identity] - psnr[random]:.2f} dB to joint "
            "training: at this computation it decides more than the stages do."
            if psnr[identity] - psnr[random] > 1
            else "The start is worth less than a decibel."
        )
    if {"staged_400", "staged_400_without_3"} <= psnr.keys():
        gain = psnr["staged_400_without_3"] - psnr["staged_400"]
        lines.append(f"Without level 3's filters it is {gain:+.2f} dB.")
    if {"joint_500", "joint_1500"} <= psnr.keys():
        gain = psnr["joint_1500"] - psnr["joint_500"]
        lines.append(f"Three times the pictures change joint training by {gain:+.2f}.")
    return lines


def _draw(path: pathlib.Path, folder: pathlib.Path, settings: Settings) -> None:
    """Puts a column of each arm's sheet beside the photo's and the truth's."""
    from benchmarks.experiments import sheets
    from darkroom.io import images

    seed = settings.seeds[0]
    columns = {
        name: sheet_columns(
            images.read(folder / f"scores_{name}_{seed}/sheet.png").pixels
        )
        for name in settings.arms
    }
    first = next(iter(columns.values()))
    rows = [
        [first[0][n], first[1][n], first[3][n], *(c[2][n] for c in columns.values())]
        for n in range(min(3, len(first[0])))
    ]
    captions = ["photo", "depth", "truth", *columns]
    sheets.write(path, rows, captions, gap=4)


def sheet_columns(sheet: Array) -> list[list[Array]]:
    """Cuts the sheet of pynet.evaluate: photo, depth, output, target, each by rows."""
    caption, gap, height = 22, 8, 240
    width = (sheet.shape[1] - 3 * gap) // 4
    rows = (sheet.shape[0] - caption + gap) // (height + gap)
    return [
        [
            sheet[top : top + height, left : left + width]
            for top in (caption + n * (height + gap) for n in range(rows))
        ]
        for left in (n * (width + gap) for n in range(4))
    ]


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
