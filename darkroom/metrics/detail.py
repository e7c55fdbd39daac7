"""How much fine detail a bokeh picture has: where it is sharp, and where it is not.

PSNR and SSIM hardly tell a soft subject, or a background that is too sharp. Detail is
the brightness less its Gaussian mean of one pixel. In focus is where the true picture
kept nearly all of the photo's, out of focus where it kept little.
"""

from __future__ import annotations

import cv2
import numpy as np

from darkroom.pixels import Array

SMALLEST = 32  # pixels of a side, for places to be told apart
DETAIL = 1.0  # what is finer is detail: a standard deviation in pixels
AROUND = 4.0  # where detail is compared, likewise
# The share of its detail that a place in focus kept at least, one out of focus at most.
IN_FOCUS, OUT_OF_FOCUS = 0.8, 0.4
NOISE = 1e-5  # the variance of what is no detail
PART = 0.01  # of the picture's pixels must be in focus, or out, to speak of it


def details(photo: Array, truth: Array, output: Array) -> dict[str, float]:
    """Measures the detail of a picture in focus and out of focus.

    Args:
      photo: `[H, W, 3]` in [0, 1], sharp everywhere.
      truth: as large, the true picture: it says what is in focus.
      output: as large, the picture to judge.

    Returns:
      `detail_in_focus`: the share of the photo's detail that is there (its slope, so
      that noise is none): 1 is as sharp. `detail_out_of_focus`: its standard deviation
      over the true picture's: 1 is as blurred, more is sharper or gritty. Without what
      too little of the picture is.
    """
    before, right, found = map(_detail, (photo, truth, output))
    has = _around(before**2)
    kept = np.sqrt(_around(right**2) / np.maximum(has, NOISE))
    focus = (has > NOISE) & (kept > IN_FOCUS)
    away = (has > NOISE) & (kept < OUT_OF_FOCUS)
    scores = {}
    if focus.mean() >= PART:
        slope = (found * before)[focus].sum() / (before**2)[focus].sum()
        scores["detail_in_focus"] = float(slope)
    if away.mean() >= PART and right[away].any():
        energy = (found**2)[away].sum() / (right**2)[away].sum()
        scores["detail_out_of_focus"] = float(np.sqrt(energy))
    return scores


def _detail(picture: Array) -> Array:
    grey = np.float32(picture).mean(axis=-1)
    return grey - cv2.GaussianBlur(grey, (0, 0), DETAIL)


def _around(values: Array) -> Array:
    return cv2.GaussianBlur(values, (0, 0), AROUND)
