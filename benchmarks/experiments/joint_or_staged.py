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

from benchmarks.experiments import arms, outcome
from benchmarks.experiments.arms import ARMS
from darkroom import program

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
    "this project, in which the untrained network returns its photo. Unlike theirs, "
    "the depth says where the focus is (darkroom scenes --focused), which a patch of a "
    "photo does not show. A level's step "
    "costs what docs/benchmarks.md measures of it, and every arm gets the same total; "
    "the held-out scenes show photos of which no training scene has any.",
)
COLUMNS = {
    "psnr": ("PSNR", 2),
    "ssim": ("SSIM", 4),
    "detail_in_focus": ("detail in focus", 2),
    "detail_out_of_focus": ("out of focus", 2),
}


@dataclasses.dataclass(frozen=True)
class Config(outcome.Config):
    """Flags of benchmarks.experiments.joint_or_staged."""


def main(config: Config) -> None:
    """Trains what is not trained, scores, and writes the result."""
    settings = arms.SCALES[config.scale]
    outcome.show(ABOUT, config, settings, functools.partial(make, settings))


def make(settings: arms.Settings, folder: pathlib.Path) -> outcome.Found:
    """Runs the programs, and gathers their scores."""
    from darkroom.report import results

    spent = arms.run(settings, arms.plan(settings, folder), folder)
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
    if max(psnr.values()) < photo:
        lines.append(
            f"No training is better than the photo itself ({photo:.2f} dB): so little "
            "computation blurs what is in focus, too, and the order of the trainings "
            "says which is quicker at first, not which ends higher."
        )
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


def _draw(path: pathlib.Path, folder: pathlib.Path, settings: arms.Settings) -> None:
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
    titles = [ARMS[name].title for name in columns]
    sheets.write(path, rows, ["photo", "depth", "truth", *titles], gap=4)


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
    program.run(main, Config)


if __name__ == "__main__":
    console()
