"""Experiment 5: one photo and its depth through four renderers, against traced truth.

  python -m benchmarks.experiments.renderers --scale short

The hard threshold of "Bokeh Effect: Deep Learning Framework for Depth Estimation", the
six levels of Kalihari and Singh's "Project Defocused", the lens, and PyNET (Ignatov et
al. 2020) with the shipped weights. Seconds, once the scenes are made.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks.experiments import outcome, renderer_scores, steps
from benchmarks.experiments.renderer_scores import NAMES, Rows
from darkroom import cli, program

if TYPE_CHECKING:
    from benchmarks.lens import renderers, truth
    from darkroom.pixels import Array

ABOUT = outcome.About(
    5,
    "renderers",
    "Four ways from a photo and its depth to a bokeh picture",
    "How near to the picture of a real aperture does each way come, and what does it "
    "cost?",
    "The same sharp photos with exact depth go through one disc behind a hard "
    "threshold (Bokeh Effect), six levels of Gaussian blur (Project Defocused), the "
    "lens of this project, and PyNET-Bokeh of width 1/4 with the shipped weights. The "
    "truth has every ray of the aperture traced. The first table is of the aperture "
    "that PyNET has learned, focused on the subject. In the second, aperture and focus "
    "differ from shot to shot; a network of focused scenes is told both by its "
    "disparity, and draws wider apertures at its own. The pictures in the scenes were "
    "neither trained nor tuned on. Edges are the pixels that a step of the depth "
    "blurs; detail is a share "
    "of the photo's in focus, of the truth's out of focus (1 is best); CPU-ms are of "
    "all threads.",
)
APERTURE = 0.04  # of the width: what PyNET's training scenes have
COLUMNS = {  # name of the score, heading, digits
    "psnr": ("PSNR", 2),
    "ssim": ("SSIM", 3),
    "edges": ("edges, dB", 2),
    "detail_in_focus": ("detail in focus", 2),
    "detail_out_of_focus": ("out of focus", 2),
    "milliseconds": ("CPU-ms", 0),
}
SETS = {
    "rule": "PyNET's aperture, focus on the subject",
    "any": "Three apertures, focus anywhere",
}


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the numbers depend on."""

    scenes: int
    size: str
    seed: int = 11
    weights: str = ""
    data_dir: str | None = None


SCALES = {
    "smoke": Settings(1, "256x384"),
    "short": Settings(8, "512x768"),
    "evening": Settings(24, "512x768"),
    "night": Settings(24, "512x768"),
}


@dataclasses.dataclass(frozen=True)
class Config(outcome.Config):
    """Flags of benchmarks.experiments.renderers."""

    weights: str = cli.flag(
        "checkpoints/pynet_quarter.weights.h5", "of PyNET, .weights.h5 or .tflite"
    )
    data_dir: str | None = cli.flag(
        None, "a folder of scenes with exact answers, for one table more"
    )


def main(config: Config) -> None:
    """Makes the scenes, renders, scores, and writes the result."""
    settings = dataclasses.replace(
        SCALES[config.scale],
        weights=outcome.checksum(config.weights),
        data_dir=config.data_dir,
    )
    find = functools.partial(make, settings, config.weights)
    outcome.show(ABOUT, config, settings, find)


def make(settings: Settings, weights: str, folder: pathlib.Path) -> outcome.Found:
    """Renders and scores every shot; writes the picture."""
    from tqdm import auto

    from benchmarks.lens import truth
    from darkroom.report import results

    start = steps.cpu_seconds()
    scenes = outcome.DATA / f"lens_{settings.size}_{settings.scenes}_{settings.seed}"
    spent = steps.run([_scenes(settings, scenes)], folder)
    before = steps.cpu_seconds() - start
    size = cli.parse_size(settings.size)
    sets = {
        "rule": truth.generate_focused(settings.scenes, size, settings.seed, APERTURE),
        "any": truth.read(scenes / "test"),
    }
    if settings.data_dir:
        sets["data"] = truth.read(pathlib.Path(settings.data_dir))
    ways = renderer_scores.ways(weights)
    means = {}
    tables = []
    for name, shots in sets.items():
        rows = renderer_scores.score(ways, auto.tqdm(shots, unit="shot"))
        means[name] = rows
        title = f"{SETS.get(name, settings.data_dir)}; {len(shots)} shots"
        tables.append(results.Table(title, *_cells(rows)))
    _draw(folder / "renderers.jpg", ways, sets["rule"])
    caption = (
        "Photo, disparity, hard threshold, six levels, the lens, PyNET, the traced "
        "truth: the scene on which PyNET is neither best nor worst, and a part of it, "
        "enlarged; then the scene on which it is worst."
    )
    picture = results.Picture("renderers.jpg", caption)
    seconds = sum(spent.values()) + steps.cpu_seconds() - start - before
    return outcome.Found(tables, [picture], conclusions(means), seconds)


def _scenes(settings: Settings, folder: pathlib.Path) -> steps.Step:
    arguments = (
        *("--layout", "lens", "--train", "0", "--test", str(settings.scenes)),
        *("--size", settings.size, "--seed", str(settings.seed)),
        *("--output", str(folder)),
    )
    return steps.Step("scenes", "darkroom.scenes", arguments)


def _cells(rows: Rows) -> tuple[list[str], list[list[str]]]:
    from benchmarks import table

    head = ["", *(title for title, _ in COLUMNS.values())]
    cells = [
        [
            title,
            *(table.number(rows[name][key], n) for key, (_, n) in COLUMNS.items()),
        ]
        for name, title in NAMES.items()
    ]
    return head, cells


def conclusions(means: Mapping[str, Rows]) -> list[str]:
    """Says in words what the numbers say."""

    def gain(name: str, one: str, other: str, key: str = "psnr") -> float:
        rows = means[name]
        return (rows[one][key] or 0) - (rows[other][key] or 0)

    rule = means["rule"]
    best = max(NAMES, key=lambda name: rule[name]["psnr"] or 0)
    lines = [
        f"On the subject {NAMES[best]} is nearest to the truth; the lens is "
        f"{gain('rule', 'lens', 'graded'):.1f} dB above the six levels, "
        f"{gain('rule', 'lens', 'classic'):.1f} above the hard threshold and "
        f"{gain('rule', 'lens', 'pynet'):.1f} above PyNET.",
        f"To the photo as it is PyNET adds "
        f"{gain('rule', 'pynet', 'untouched'):+.1f} dB, and the six levels, which are "
        f"told focus and aperture, {gain('rule', 'graded', 'untouched'):+.1f}; PyNET "
        f"shows {rule['pynet']['detail_in_focus'] or 0:.2f} of the detail in focus, of "
        f"which its input, the photo halved, has "
        f"{rule['halved']['detail_in_focus'] or 0:.2f}.",
        f"Where focus and aperture are free, it adds "
        f"{gain('any', 'pynet', 'untouched'):+.1f} dB.",
    ]
    times = {name: row["milliseconds"] or 0 for name, row in rule.items()}
    lines.append(
        f"A picture costs the lens {times['lens']:.0f} CPU-ms and PyNET "
        f"{times['pynet']:.0f}."
    )
    return lines


def _draw(
    path: pathlib.Path,
    ways: Mapping[str, renderers.Renderer],
    shots: Sequence[truth.Shot],
) -> None:
    from benchmarks.experiments import sheets
    from benchmarks.lens import comparison, scores
    from darkroom import pixels

    def pictures(shot: truth.Shot) -> list[Array]:
        drawn = [
            pixels.to_uint8(comparison.render(ways[name], shot))
            for name in ("classic", "graded", "lens", "pynet")
        ]
        return [shot.photo, _as_rgb(shot.disparity), *drawn, shot.truth]

    def gain(shot: truth.Shot) -> float:
        output = pixels.to_uint8(comparison.render(ways["pynet"], shot))
        before = scores.psnr(shot.truth, shot.photo) or 0
        return (scores.psnr(shot.truth, output) or 0) - before

    order = sorted(shots, key=gain)
    middle, worst = order[len(order) // 2], order[0]
    first = pictures(middle)
    rows = [first, [sheets.part(each, *_edge(middle), 0.3) for each in first]]
    if worst is not middle:
        rows.append(pictures(worst))
    captions = ["photo", "disparity", "threshold", "six levels", "lens", "PyNET"]
    small = [[pixels.resize(each, 1 / 2) for each in row] for row in rows]
    sheets.write(path, small, [*captions, "truth"], gap=4)


def _as_rgb(disparity: Array) -> Array:
    import numpy as np

    from darkroom import pixels

    return np.repeat(pixels.to_uint8(disparity)[..., None], 3, axis=2)


def _edge(shot: truth.Shot) -> tuple[float, float]:
    """Returns where a part of 0.3 has most of the blurred steps of depth."""
    import cv2
    import numpy as np

    from benchmarks.lens import scores

    near = scores.near_steps(shot).astype(np.float32)
    height, width = near.shape
    window = (int(width * 0.3), int(height * 0.3))
    total = cv2.boxFilter(near, -1, window, anchor=(0, 0))
    inside = total[: height - window[1], : width - window[0]]
    y, x = np.unravel_index(int(inside.argmax()), inside.shape)
    return float(y / height), float(x / width)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
