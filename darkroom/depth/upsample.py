"""A disparity brought to its photo's size, with steps that stay steps.

Values in between two surfaces are a renderer's worst enemy: where a person's outline
fades into the background, a rim of half-blurred pixels stands around the person.
So at a step a pixel joins one of the surfaces around it instead of mixing them: the
one whose pixels are near and of its own colour. The weights are those of joint
bilateral upsampling (Kopf et al. 2007); the vote is that of weighted mode filtering
(Min, Lu, Do 2012), by halving the range; and what a map's maker has smeared is undone
before by toggle mapping (Kramer, Bruckner 1975).
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

Array = np.ndarray[Any, Any]

STEP = 0.02  # how far off its surroundings' mean a disparity is near a step
SURFACE = 0.1  # the range of disparities that count as one surface there
REACH = 2  # of the vote, in the map's pixels
NEAR = 1.2  # standard deviation of "near", in the map's pixels
ALIKE = 8.0  # of "its own colour", in CIELAB
PERCENT = np.float32(100 / 255)  # OpenCV's 8 bits of lightness, as CIELAB has it


def to_size_of(disparity: Array, picture: Array) -> Array:
    """The disparity at the picture's size: as it is, if it has that size already.

    Args:
      disparity: `[h, w]` in [0, 1], of any size.
      picture: `[H, W, 3]` uint8, whose edges a coarser disparity follows.

    Returns:
      `[H, W]` float32.
    """
    import cv2

    low = disparity.astype(np.float32, copy=False)
    height, width = picture.shape[:2]
    if low.shape == (height, width):
        return low
    if low.shape[0] >= height and low.shape[1] >= width:
        return cv2.resize(low, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    high = cv2.resize(low, (width, height), interpolation=cv2.INTER_LINEAR)
    steps = _near_steps(low)
    colours = cv2.resize(picture, low.shape[::-1], interpolation=cv2.INTER_AREA)
    _vote(
        high,
        cv2.cvtColor(picture, cv2.COLOR_RGB2LAB),
        np.where(steps, _toggled(_toggled(low)), low),
        cv2.cvtColor(colours, cv2.COLOR_RGB2LAB).astype(np.float32),
        steps,
    )
    return high


def _near_steps(disparity: Array) -> Array:
    """Where to vote, `[h, w]` bool; not on slopes: there a pixel is the mean around."""
    import cv2

    beyond = np.pad(disparity, 2, "reflect", reflect_type="odd")  # a slope goes on
    off = np.abs(disparity - cv2.blur(beyond, (5, 5))[2:-2, 2:-2]) > STEP
    return cv2.dilate(off.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def _toggled(disparity: Array) -> Array:
    """Each pixel as the nearest or the farthest around it, whichever is closer."""
    import cv2

    square = np.ones((3, 3), np.uint8)
    near, far = cv2.dilate(disparity, square), cv2.erode(disparity, square)
    return np.where(near - disparity < disparity - far, near, far)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _vote(high: Array, lab: Array, low: Array, low_lab: Array, steps: Array) -> None:
    """Replaces what is near a step in `high` by the surface that wins the vote.

    Args:
      high: `[H, W]` float32, changed in place.
      lab: `[H, W, 3]` uint8, the colours at this size.
      low, low_lab, steps: `[h, w]` float32, `[h, w, 3]` float32, `[h, w]` bool: the
        map's disparities, its colours, and where to vote.
    """
    (height, width), (rows, columns) = high.shape, low.shape
    across = 2 * REACH + 1
    weight = np.empty(across * across, np.float32)
    value = np.empty(across * across, np.float32)
    sharpness = np.float32(1 / (4 * ALIKE**2))
    one = np.float32(1)
    beside = np.empty((width, across), np.float32)  # the weights of distance
    above = np.empty(across, np.float32)
    for x in range(width):
        at = (x + 0.5) * columns / width - 0.5
        for j in range(across):
            beside[x, j] = np.exp(-((round(at) - REACH + j - at) ** 2) / (2 * NEAR**2))
    for y in range(height):
        at = (y + 0.5) * rows / height - 0.5
        row = min(max(round(at), 0), rows - 1)
        for i in range(across):
            above[i] = np.exp(-((row - REACH + i - at) ** 2) / (2 * NEAR**2))
        for x in range(width):
            column = min(max(round((x + 0.5) * columns / width - 0.5), 0), columns - 1)
            if not steps[row, column]:
                continue
            count = 0
            for i in range(max(REACH - row, 0), min(rows - row + REACH, across)):
                for j in range(
                    max(REACH - column, 0), min(columns - column + REACH, across)
                ):
                    r, c = row - REACH + i, column - REACH + j
                    lightness = (low_lab[r, c, 0] - lab[y, x, 0]) * PERCENT
                    difference = (
                        lightness**2
                        + (low_lab[r, c, 1] - lab[y, x, 1]) ** 2
                        + (low_lab[r, c, 2] - lab[y, x, 2]) ** 2
                    )
                    # 1 / (1 + d / 2)^2 has the top of exp(-d), at a third of its cost
                    alike = one / (one + difference * sharpness) ** 2
                    weight[count] = above[i] * beside[x, j] * alike
                    value[count] = low[r, c]
                    count += 1
            high[y, x] = _winner(weight[:count], value[:count])


@numba.njit(cache=True, nogil=True, fastmath=True)
def _winner(weight: Array, value: Array) -> Any:
    """Halves the values' range, towards more weight, until one surface is left."""
    least, most = value.min(), value.max()
    while most - least > SURFACE:
        middle = (least + most) / 2
        near, far, low_of_near, high_of_far = 0.0, 0.0, most, least
        for i in range(len(value)):
            if middle < value[i] <= most:
                near += weight[i]
                low_of_near = min(low_of_near, value[i])
            elif least <= value[i] <= middle:
                far += weight[i]
                high_of_far = max(high_of_far, value[i])
        if near > far:
            least = low_of_near
        else:
            most = high_of_far
    total = mean = np.float32(0)
    for i in range(len(value)):
        if least <= value[i] <= most:
            total += weight[i]
            mean += weight[i] * value[i]
    return mean / total
