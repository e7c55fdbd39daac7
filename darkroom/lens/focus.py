"""Where the focus is and how strong the blur: a click, an f-number, the band in view.

Blur is linear in disparity: `r = K * |d - focus|` pixels, K the aperture's doing. K
grows with the picture, so that a look does not depend on how large it is saved.
"""

from __future__ import annotations

import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

_STRONGEST = 0.08  # K at strength 100, a fraction of the longer side
_F_1 = 0.072  # K at f/1, chosen for f/1.8 to be strength 50

_AROUND = 0.01  # half a side of what a click looks at, a fraction of the longer side
_ALIKE = 0.02  # disparities of one surface, next to one another
_SPECK = 0.1  # of what a click looks at: fewer pixels than that are noise

# From far to near, in even steps: indigo, violet, magenta, orange, yellow. Lightness
# rises all the way, which reads as depth without seeing the hues.
_FAR_TO_NEAR = (
    (30, 36, 110),
    (94, 40, 150),
    (178, 56, 132),
    (232, 112, 72),
    (250, 200, 60),
)
_LEAST_BAND = 0.02  # half of a band that can be seen
_FADE = 0.02  # the width of the band's edge


def at(disparity: Array, x: float, y: float) -> float:
    """Returns the disparity of the surface under a click.

    It is the median around the click of what is of its surface: beside an edge, what
    is beyond has no say. A pixel that hardly any around it agrees with is noise; then
    the median is of all.

    Args:
      disparity: `[H, W]`.
      x: from the left edge, a fraction of the width.
      y: from the top edge, a fraction of the height.

    Raises:
      ValueError: the click is outside the picture.
    """
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError(
            f"the focus is at {x:g},{y:g}, outside the picture; expected fractions of "
            "its width and height, from 0 to 1"
        )
    height, width = disparity.shape
    row, column = min(int(y * height), height - 1), min(int(x * width), width - 1)
    reach = max(1, round(_AROUND * max(height, width)))
    rows = slice(max(0, row - reach), row + reach + 1)
    columns = slice(max(0, column - reach), column + reach + 1)
    around = disparity[rows, columns]
    own = around[np.abs(around - disparity[row, column]) <= _ALIKE]
    return float(np.median(own if own.size >= _SPECK * around.size else around))


def folded(disparity: Array, focus: float, strength: float = 1.0) -> Array:
    """Returns a disparity that says where the focus is: 1 there, less by the distance.

    A network that sees photo and disparity cannot know what a lens was focused on, and
    from a part of a photo it cannot guess. In a folded one, blur is `K * (1 - value)`.

    Args:
      disparity: `[H, W]` in [0, 1].
      focus: the disparity that is sharp.
      strength: the blur wanted over K; where it is more than K there is just K.

    Returns:
      `[H, W]` float32 in [0, 1].
    """
    away = np.abs(disparity.astype(np.float32, copy=False) - np.float32(focus))
    return np.clip(1 - np.float32(strength) * away, 0, 1)


def radius_of_f_number(f_number: float, size: tuple[int, int]) -> float:
    """Returns K in pixels per unit of disparity: half the f-number, twice the blur.

    Args:
      f_number: above 0.
      size: of the picture, HxW in pixels.

    Raises:
      ValueError: the f-number is not above 0.
    """
    if not f_number > 0:
        raise ValueError(
            f"the f-number is {f_number:g}; expected a number above 0, such as 1.8"
        )
    return _F_1 * max(size) / f_number


def radius_of_strength(strength: float, size: tuple[int, int]) -> float:
    """Returns K in pixels per unit of disparity.

    Args:
      strength: 50 is f/1.8, 0 leaves the photo as it is.
      size: of the picture, HxW in pixels.

    Raises:
      ValueError: the strength is outside 0 to 100.
    """
    if not 0 <= strength <= 100:
        raise ValueError(f"the strength is {strength:g}; expected 0 to 100")
    return _STRONGEST * max(size) * strength / 100


def depth_view(
    disparity: Array, picture: Array, focus: float, focal_range: float
) -> Array:
    """Draws the depth: far is indigo, near is yellow, what is in focus is white.

    The photo shows through as shading. A band narrower than can be seen is widened.

    Args:
      disparity: `[H, W]` in [0, 1].
      picture: `[H, W, 3]`, the photo that it belongs to.
      focus: the disparity in focus.
      focal_range: how much disparity around it stays sharp.

    Returns:
      `[H, W, 3]` uint8.
    """
    light = pixels.to_float(picture) @ np.array([0.299, 0.587, 0.114], np.float32)
    levels = np.linspace(0, 1, 1024)
    stops = np.linspace(0, 1, len(_FAR_TO_NEAR))
    channels = np.array(_FAR_TO_NEAR).T
    colours = np.stack([np.interp(levels, stops, c) for c in channels], axis=1)
    half = max(focal_range / 2, _LEAST_BAND)
    outside = np.clip((np.abs(levels - focus) - half) / _FADE, 0, 1)[:, None]
    table = colours * outside + 255 * (1 - outside)
    index = np.rint(np.clip(disparity, 0, 1) * (len(levels) - 1)).astype(np.intp)
    shading = 0.45 + 0.55 * light[..., None]
    return (table.astype(np.float32)[index] * shading + 0.5).astype(np.uint8)
