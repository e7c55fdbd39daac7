"""A sheet of pictures: photo, disparity, what each renderer made, the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.lens import comparison, renderers, scores, truth
from darkroom import pixels

Array = np.ndarray[Any, Any]


def sheet(
    sets: Mapping[str, Sequence[truth.Shot]], found: Mapping[str, dict[str, Any]]
) -> Array:
    """`[H, W, 3]` uint8: three shots of each set, with the PSNR of each picture.

    Args:
      sets: shots by the name of their set.
      found: what `comparison.compare` returned for each.
    """
    chosen = [
        shot
        for name, shots in sets.items()
        for shot in picked(shots, found[name]["lens"]["shots"])
    ]
    rows = [_row(shot) for shot in chosen]
    return pixels.grid(
        [[picture for picture, _ in row] for row in rows],
        [[label for _, label in row] for row in rows],
    )


def picked(
    shots: Sequence[truth.Shot], rows: Mapping[str, comparison.Row]
) -> list[truth.Shot]:
    """The worst, the median and the best of the shots, by the PSNR of their rows."""
    order = sorted(shots, key=lambda shot: rows[shot.name]["psnr"] or 0)
    places = dict.fromkeys((0, len(order) // 2, len(order) - 1))
    return [order[place] for place in places]


def _row(shot: truth.Shot) -> list[tuple[Array, str]]:
    """Pictures and their labels."""
    lens = f"{shot.name} K {shot.radius:g} focus {shot.focus:.2f}"
    row = [(shot.photo, lens), (shot.disparity, "disparity")]
    for name, render in renderers.ALL.items():
        if render is not renderers.untouched:
            made = pixels.to_uint8(comparison.rendered(render, shot))
            row.append((made, f"{name} {scores.psnr(shot.truth, made):.1f} dB"))
    return [*row, (shot.truth, "truth")]
