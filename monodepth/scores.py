"""Scores predictions against ground truth, picture by picture, and draws them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from darkroom import pixels
from darkroom.io import colours, images
from darkroom.metrics import depth as depth_metrics
from darkroom.metrics import reports
from monodepth import alignment, metrics, predictions, truth

Array = np.ndarray[Any, Any]

SPARSE = 0.2  # the share of known pixels below which they are drawn larger
_HEIGHT = 200  # of a picture on the sheet


@dataclasses.dataclass
class Scored:
    """What one predictor reached.

    Attributes:
      scores: of each picture.
      rows: of a sheet, photo | truth | prediction | error, uint8.
      captions: above them.
    """

    scores: list[dict[str, float]] = dataclasses.field(default_factory=list)
    rows: list[list[Array]] = dataclasses.field(default_factory=list)
    captions: list[list[str]] = dataclasses.field(default_factory=list)

    @property
    def mean(self) -> dict[str, float]:
        """Each score's mean over the pictures."""
        return reports.mean_scores(self.scores)

    @property
    def sheet(self) -> Array:
        """The rows under their captions, `[H, W, 3]` uint8."""
        return pixels.grid(self.rows, self.captions)


def evaluate(
    scenes: Iterable[truth.Scene],
    predictors: Mapping[str, predictions.Predictor],
    align: alignment.Kind = "none",
    farthest: float = depth_metrics.FARTHEST,
    pictures: int = 8,
) -> dict[str, Scored]:
    """Scores every predictor on every picture.

    Args:
      scenes: the pictures and what is known of them.
      predictors: by name.
      align: of each prediction to its truth, as `alignment.aligned`.
      farthest: metres beyond which predictions are clipped.
      pictures: rows of the sheets to keep.

    Raises:
      OSError, ValueError: a picture, its truth or its prediction is bad.
    """
    found = {name: Scored() for name in predictors}
    for scene in scenes:
        known = scene.read()
        picture = pixels.to_uint8(images.read(scene.left).pixels)
        if picture.shape[:2] != known.shift.shape:
            raise ValueError(
                f"{scene.left} is {pixels.size(picture)}, its ground truth "
                f"{pixels.size(known.shift)}; expected one size"
            )
        for name, predict in predictors.items():
            try:
                shift = in_pixels(predict(scene, picture), known.shift.shape)
                shift = alignment.aligned(align, known.shift, shift, known.counted)
                scores = metrics.errors(known, shift, farthest)
            except ValueError as error:
                raise ValueError(f"{name}, {scene.left}: {error}") from error
            each = found[name]
            each.scores.append(scores)
            if len(each.rows) < pictures:
                each.rows.append(_row(picture, known, shift))
                each.captions.append(_captions(scene, name, scores))
    return found


def in_pixels(disparity: Array, size: tuple[int, ...]) -> Array:
    """A disparity brought to a size, bilinearly: from fractions of the width to pixels.

    Args:
      disparity: `[h, w]`.
      size: height and width.

    Returns:
      `[H, W]` float64.
    """
    import cv2

    if disparity.shape != size:
        low = disparity.astype(np.float32)
        disparity = cv2.resize(low, size[::-1], interpolation=cv2.INTER_LINEAR)
    return disparity.astype(np.float64) * size[1]


def _row(picture: Array, known: truth.Truth, shift: Array) -> list[Array]:
    low, high = np.percentile(known.shift[known.counted], (1, 99))
    # In units of what counts as bad: 3 pixels or 5 %, whichever is more.
    limit = np.maximum(metrics.BAD_PIXELS, metrics.BAD_SHARE * known.shift)
    off = _seen(np.abs(shift - known.shift) / limit, known.counted)
    views = [
        picture,
        colours.disparity(_seen(known.shift, known.counted), low, high),
        colours.disparity(shift, low, high),
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


def _seen(values: Array, counted: Array) -> Array:
    """NaN where nothing is counted; single points of a LIDAR become squares."""
    import cv2

    if counted.mean() >= SPARSE:
        return np.where(counted, values, np.nan)
    square = np.ones((5, 5), np.uint8)
    grown = cv2.dilate(np.where(counted, values, -1.0), square)
    return np.where(grown >= 0, grown, np.nan)
