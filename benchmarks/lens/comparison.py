"""All renderers on all shots of a set, and what must hold whatever the scene."""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.lens import renderers, scores, truth
from darkroom import lens, pixels
from darkroom.pixels import Array

Row = dict[str, float | None]
Comparison = dict[str, dict[str, Any]]  # JSON, as `compare` returns it

RADII = (0.7, 2.5, 6.0, 13.0, 30.0)
_BORDER = 48  # of black; wider than any disc, so that no light leaves the picture


def compare(
    shots: Sequence[truth.Shot],
    renderers_by_name: Mapping[str, renderers.Renderer],
    name: str,
) -> Comparison:
    """Scores each renderer, and counts its CPU-milliseconds.

    Args:
      shots: a set.
      renderers_by_name: what to compare.
      name: of the set, for the progress bar.

    Returns:
      by renderer, `shots`: a row of scores for each, by its name, and `mean`: their
      `summary`. Where all shots have a matte, those of `renderers.MATTED` are there.
    """
    import tqdm

    drawn = {
        one: functools.partial(render, each) for one, each in renderers_by_name.items()
    }
    if all(shot.matte is not None for shot in shots):
        for one, matted in renderers.MATTED.items():
            drawn[one] = functools.partial(_render_matted, matted)
    for draw in drawn.values():  # compiles and warms up
        draw(shots[0])
    rows: dict[str, dict[str, Row]] = {one: {} for one in drawn}
    for shot in tqdm.tqdm(shots, desc=name, unit="shot"):
        for one, draw in drawn.items():
            start = time.process_time()
            picture = draw(shot)
            milliseconds = 1000 * (time.process_time() - start)
            row = scores.score(shot, pixels.to_uint8(picture))
            rows[one][shot.name] = {**row, "milliseconds": milliseconds}
    return {
        one: {"mean": summary(list(shots_rows.values())), "shots": shots_rows}
        for one, shots_rows in rows.items()
    }


def render(renderer: renderers.Renderer, shot: truth.Shot) -> Array:
    """Returns a renderer's picture of a shot."""
    return renderer(shot.photo, shot.disparity, shot.focus, shot.radius)


def _render_matted(renderer: renderers.MattedRenderer, shot: truth.Shot) -> Array:
    assert shot.matte is not None
    return renderer(shot.photo, shot.disparity, shot.focus, shot.radius, shot.matte)


def summary(rows: Sequence[Row]) -> Row:
    """Returns means over the shots that have a score; None where none has.

    Errors of `energy` count whatever their sign.

    Returns:
      the names of a row, and `worst`: the lowest PSNR.
    """
    means: Row = {}
    for name in rows[0]:
        values = [value for row in rows if (value := row[name]) is not None]
        if name == "energy":
            values = [abs(value) for value in values]
        means[name] = statistics.fmean(values) if values else None
    means["worst"] = min(value for row in rows if (value := row["psnr"]) is not None)
    return means


def energy_error(renderer: renderers.Renderer) -> float:
    """Returns the largest relative error of all light, in linear light, over `RADII`.

    The picture is fine texture with bright dots, none of it clipped, in a wide black
    border, all at one distance and out of focus.
    """
    photo = _night()
    disparity = np.full(photo.shape[:2], 0.5, np.float32)
    light = pixels.to_linear(photo).sum(dtype=np.float64)
    return max(
        abs(_light(renderer(photo, disparity, 0.0, radius / 0.5)) / light - 1)
        for radius in RADII
    )


def _light(picture: Array) -> float:
    return float(pixels.to_linear(picture).sum(dtype=np.float64))


def _night() -> Array:
    """Returns `[H, W, 3]` uint8."""
    rng = np.random.default_rng(0)
    texture = rng.integers(10, 120, (48, 64, 3), np.uint8)
    texture[rng.random((48, 64)) < 0.03] = 250
    return np.pad(texture, ((_BORDER, _BORDER), (_BORDER, _BORDER), (0, 0)))


def keeps_photo() -> bool:
    """Says whether `lens.blur` with radius 0 returns the picture bit for bit."""
    rng = np.random.default_rng(1)
    linear = rng.random((48, 64, 3), np.float32)
    disparity = rng.random((48, 64), np.float32)
    return bool(np.array_equal(lens.blur(linear, disparity, 0.3, 0.0), linear))


def grid(
    sets: Mapping[str, Sequence[truth.Shot]], comparisons: Mapping[str, Comparison]
) -> Array:
    """Draws three shots of each set, with the PSNR of each picture.

    Args:
      sets: shots by the name of their set.
      comparisons: what `compare` returned for each.

    Returns:
      `[H, W, 3]` uint8: photo, disparity, each renderer's picture, the truth.
    """
    rows = [
        _grid_row(shot)
        for name, shots in sets.items()
        for shot in pick(shots, comparisons[name]["lens"]["shots"])
    ]
    return pixels.grid(
        [[picture for picture, _ in row] for row in rows],
        [[label for _, label in row] for row in rows],
    )


def pick(shots: Sequence[truth.Shot], rows: Mapping[str, Row]) -> list[truth.Shot]:
    """Returns the worst, the median and the best shot, by the PSNR of their rows."""
    order = sorted(shots, key=lambda shot: rows[shot.name]["psnr"] or 0)
    places = dict.fromkeys((0, len(order) // 2, len(order) - 1))
    return [order[place] for place in places]


def _grid_row(shot: truth.Shot) -> list[tuple[Array, str]]:
    """Returns pictures and their labels."""
    label = f"{shot.name} K {shot.radius:g} focus {shot.focus:.2f}"
    row = [(shot.photo, label), (shot.disparity, "disparity")]
    for name, renderer in renderers.ALL.items():
        if renderer is not renderers.untouched:
            picture = pixels.to_uint8(render(renderer, shot))
            row.append((picture, f"{name} {scores.psnr(shot.truth, picture):.1f} dB"))
    return [*row, (shot.truth, "truth")]
