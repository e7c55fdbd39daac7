"""How much each renderer loses where the disparity is not what it should be.

The shots stay, and so does what they are compared with; only the renderer is told
something else, as depth networks, small maps and masks drawn by hand do.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np

from benchmarks.lens import comparison, renderers, scores, truth
from darkroom import pixels
from darkroom.pixels import Array

Losses = dict[str, dict[str, dict[str, float]]]  # by fault, renderer and score

_SIGMA = 4.0  # of the blur, in pixels
_SHIFT = 2  # pixels
_REACH = 3  # pixels that things grow or shrink by
_SMALLER = 4


def blurred(disparity: Array) -> Array:
    """Blurs it by a Gaussian of 4 pixels."""
    return cv2.GaussianBlur(disparity, (0, 0), _SIGMA, borderType=cv2.BORDER_REPLICATE)


def shifted(disparity: Array) -> Array:
    """Shifts it to the right by 2 pixels."""
    wide = cv2.copyMakeBorder(disparity, 0, 0, _SHIFT, 0, cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(wide[:, :-_SHIFT])


def eroded(disparity: Array) -> Array:
    """Shrinks near things by 3 pixels on every side."""
    return cv2.erode(disparity, _disc())


def dilated(disparity: Array) -> Array:
    """Grows near things by 3 pixels on every side."""
    return cv2.dilate(disparity, _disc())


def _disc() -> Array:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _REACH + 1,) * 2)


def eight_bits(disparity: Array) -> Array:
    """Rounds it to 8 bits."""
    return (np.rint(disparity * 255) / 255).astype(np.float32)


def quarter_size(disparity: Array) -> Array:
    """Reduces it to a quarter of its height and width, and enlarges it again."""
    height, width = disparity.shape
    small = (max(1, width // _SMALLER), max(1, height // _SMALLER))
    reduced = cv2.resize(disparity, small, interpolation=cv2.INTER_AREA)
    return cv2.resize(reduced, (width, height), interpolation=cv2.INTER_LINEAR)


FAULTS: dict[str, Callable[[Array], Array]] = {
    "blurred, sigma 4": blurred,
    "shifted by 2": shifted,
    "eroded by 3": eroded,
    "dilated by 3": dilated,
    "8 bits": eight_bits,
    "quarter size": quarter_size,
}


def losses(
    shots: Sequence[truth.Shot],
    renderers_by_name: Mapping[str, renderers.Renderer],
) -> Losses:
    """Returns the mean dB that each fault takes from each renderer.

    Args:
      shots: a set with true disparity.
      renderers_by_name: what to compare; the untouched photo is left out.

    Returns:
      by fault and renderer, `psnr` and `edges`; edges are the true disparity's.
    """
    import tqdm

    lost: dict[str, dict[str, dict[str, list[float]]]] = {}
    for shot in tqdm.tqdm(shots, desc="wrong depth", unit="shot"):
        near = scores.near_steps(shot)
        for name, renderer in renderers_by_name.items():
            if renderer is renderers.untouched:
                continue
            right = _scores(renderer, shot, near)
            for fault, change in FAULTS.items():
                told = dataclasses.replace(shot, disparity=change(shot.disparity))
                row = lost.setdefault(fault, {}).setdefault(name, {})
                for key, value in _scores(renderer, told, near).items():
                    best = right[key]
                    if value is not None and best is not None:
                        row.setdefault(key, []).append(best - value)
    return {
        fault: {
            name: {key: statistics.fmean(values) for key, values in row.items()}
            for name, row in by_renderer.items()
        }
        for fault, by_renderer in lost.items()
    }


def _scores(
    renderer: renderers.Renderer, shot: truth.Shot, near: Array
) -> dict[str, float | None]:
    picture = pixels.to_uint8(comparison.render(renderer, shot))
    return {
        "psnr": scores.psnr(shot.truth, picture),
        "edges": scores.psnr(shot.truth, picture, near),
    }
