"""Scores predictions against ground truth, picture by picture, and draws them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping

import cv2
import numpy as np

from darkroom import pixels
from darkroom.io import colours, images
from darkroom.metrics import depth as depth_metrics
from darkroom.metrics import reports
from darkroom.pixels import Array
from monodepth.evaluation import metrics, predictors, truth

SPARSE = 0.2  # the share of known pixels below which they are drawn larger
_HEIGHT = 200  # of a picture in the grid

Protocol = Callable[[truth.Truth, Array], dict[str, dict[str, float]]]


@dataclasses.dataclass
class Scored:
    """What one predictor reached.

    Attributes:
      scores: of each picture.
      rows: of a grid, photo | truth | prediction | error, uint8.
      captions: above them.
    """

    scores: list[dict[str, float]] = dataclasses.field(default_factory=list)
    rows: list[list[Array]] = dataclasses.field(default_factory=list)
    captions: list[list[str]] = dataclasses.field(default_factory=list)

    @property
    def mean(self) -> dict[str, float]:
        """Returns each score's mean over the pictures."""
        return reports.mean_scores(self.scores)

    @property
    def grid(self) -> Array:
        """Draws the rows under their captions, `[H, W, 3]` uint8."""
        return pixels.grid(self.rows, self.captions)


def evaluate(
    scenes: Iterable[truth.Scene],
    predict: Mapping[str, predictors.Predictor],
    align: metrics.Alignment = "none",
    farthest: float = depth_metrics.FARTHEST,
    pictures: int = 8,
    protocol: Protocol | None = None,
) -> dict[str, Scored]:
    """Scores every predictor on every picture.

    Args:
      scenes: the pictures and what is known of them.
      predict: the predictors by name.
      align: of each prediction to its truth, as `metrics.align`.
      farthest: metres beyond which predictions are clipped.
      pictures: rows of the grids to keep.
      protocol: gives the rows of another protocol as well, from the truth and the
        disparity in pixels before it is aligned.

    Returns:
      By the predictors' names; "NAME, PROTOCOL" after them, without a grid.

    Raises:
      OSError, ValueError: a picture, its truth or its prediction is bad.
    """
    scored = {name: Scored() for name in predict}
    for scene in scenes:
        known = scene.read()
        picture = pixels.to_uint8(images.read(scene.left).pixels)
        if picture.shape[:2] != known.disparity_px.shape:
            raise ValueError(
                f"{scene.left} is {pixels.hxw(picture)}, its ground truth "
                f"{pixels.hxw(known.disparity_px)}; expected one size"
            )
        for name, predictor in predict.items():
            try:
                raw = in_pixels(predictor(scene, picture), known.disparity_px.shape)
                guess = metrics.align(align, known.disparity_px, raw, known.valid)
                scores = metrics.errors(known, guess, farthest)
                others = protocol(known, raw) if protocol else {}
            except ValueError as error:
                raise ValueError(f"{name}, {scene.left}: {error}") from error
            for title, row in others.items():
                other = scored.setdefault(f"{name}, {title}", Scored())
                other.scores.append(row)
            each = scored[name]
            each.scores.append(scores)
            if len(each.rows) < pictures:
                each.rows.append(_row(picture, known, guess))
                each.captions.append(_captions(scene, name, scores))
    return scored


def in_pixels(disparity: Array, size: tuple[int, ...]) -> Array:
    """Brings a disparity to a size, bilinearly: from fractions of the width to pixels.

    Args:
      disparity: `[h, w]`.
      size: height and width.

    Returns:
      `[H, W]` float64.
    """
    if disparity.shape != size:
        low = disparity.astype(np.float32)
        disparity = cv2.resize(low, size[::-1], interpolation=cv2.INTER_LINEAR)
    return disparity.astype(np.float64) * size[1]


def _row(picture: Array, known: truth.Truth, guess: Array) -> list[Array]:
    low, high = np.percentile(known.disparity_px[known.valid], (1, 99))
    # In units of what counts as bad: 3 pixels or 5 %, whichever is more.
    limit = np.maximum(metrics.BAD_PIXELS, metrics.BAD_SHARE * known.disparity_px)
    with np.errstate(invalid="ignore"):  # what is not valid may be inf
        off = _visible(np.abs(guess - known.disparity_px) / limit, known.valid)
    views = [
        picture,
        colours.disparity(_visible(known.disparity_px, known.valid), low, high),
        colours.disparity(guess, low, high),
        colours.error(off, 1.0),
    ]
    width = max(1, round(picture.shape[1] * _HEIGHT / picture.shape[0]))
    return [pixels.resize_to(view, (_HEIGHT, width)) for view in views]


def _captions(scene: truth.Scene, name: str, scores: dict[str, float]) -> list[str]:
    return [
        scene.name.rpartition("/")[2],
        "truth",
        f"{name}, abs rel {scores['abs_rel']:.3f}",
        f"off by {scores['epe']:.1f} px, bad {scores['d1_all']:.0f} %",
    ]


def _visible(values: Array, valid: Array) -> Array:
    """Returns NaN where nothing is valid; a LIDAR's single points become squares."""
    if valid.mean() >= SPARSE:
        return np.where(valid, values, np.nan)
    square = np.ones((5, 5), np.uint8)
    grown = cv2.dilate(np.where(valid, values, -1.0), square)
    return np.where(grown >= 0, grown, np.nan)
