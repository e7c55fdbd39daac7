"""Renders shots in every way that experiment 5 compares, scores and times each."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.lens import renderers, truth
    from darkroom.pixels import Array

NAMES = {
    "untouched": "the photo untouched",
    "halved": "the photo halved and enlarged",
    "classic": "hard threshold, one disc",
    "graded": "six levels",
    "gather": "exact gather",
    "lens": "the lens",
    "pynet": "PyNET, width 1/4",
}
SCORES = (
    *("psnr", "ssim", "edges"),
    *("detail_in_focus", "detail_out_of_focus", "milliseconds"),
)

Rows = dict[str, dict[str, float | None]]  # mean scores by renderer


def ways(weights: str) -> dict[str, renderers.Renderer]:
    """Returns the renderers by their names.

    Args:
      weights: of PyNET, a file or the name of a shipped network.
    """
    from benchmarks.lens import renderers
    from darkroom import quiet

    with quiet.chatter():
        from pynet import weights as pynet_weights

    network = pynet_weights.load_for_photos(weights)

    def draw(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
        if network.radius is None:  # nobody can tell it
            return network(photo, disparity)
        return network(photo, disparity, focus, radius)

    simple = {name: renderers.ALL[name] for name in NAMES if name in renderers.ALL}
    return {**simple, "halved": halved, "pynet": draw}


def halved(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Returns what is left of a photo that is halved: PyNET sees no more of it."""
    from darkroom import pixels

    return pixels.resize_to(pixels.resize(photo, 0.5), photo.shape[:2])


def score(
    compared: Mapping[str, renderers.Renderer], shots: Sequence[truth.Shot]
) -> Rows:
    """Returns each renderer's mean scores, and its median CPU-milliseconds."""
    import statistics

    from benchmarks.lens import comparison, scores
    from darkroom import pixels
    from darkroom.metrics import detail

    rows: dict[str, list[comparison.Row]] = {name: [] for name in compared}
    for number, shot in enumerate(shots):
        near = scores.near_steps(shot)  # a distance for each radius: slow
        for name, way in compared.items():
            if number == 0:  # compiles and warms up
                comparison.render(way, shot)
            start = time.process_time()
            picture = comparison.render(way, shot)
            milliseconds = 1000 * (time.process_time() - start)
            eight = pixels.to_uint8(picture)
            views = (shot.photo, shot.truth, eight)
            details = detail.details(*(pixels.to_float(view) for view in views))
            row: comparison.Row = dict.fromkeys(SCORES)
            row |= {
                "psnr": scores.psnr(shot.truth, eight),
                "ssim": scores.ssim(shot.truth, eight),
                "edges": scores.psnr(shot.truth, eight, near),
                "milliseconds": milliseconds,
            }
            rows[name].append({**row, **details})
    found = {name: comparison.summary(of_shots) for name, of_shots in rows.items()}
    for name, of_shots in rows.items():
        found[name]["milliseconds"] = statistics.median(
            row["milliseconds"] or 0.0 for row in of_shots
        )
    return found
