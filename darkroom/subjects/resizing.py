"""Brings a photo down to where subjects are looked for, and their mask up again."""

from __future__ import annotations

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array
from darkroom.subjects.face import Face

_SIDE = 256  # of the copy on which it is solved
_RADIUS = 4  # of its windows there, in pixels
_EPSILON = 1e-4  # colours that differ by less than 0.01 are one


def downscaled(picture: Array, side: int) -> Array:
    """Returns a copy whose longer side has `side` pixels, or fewer if the picture has.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1].
      side: in pixels.

    Returns:
      `[h, w, 3]` uint8.

    Raises:
      ValueError: the array is no picture in colour, or holds NaN.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise ValueError(
            f"got a picture of the shape {picture.shape}; expected [H, W, 3]"
        )
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return pixels.to_uint8(picture)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return pixels.to_uint8(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def framed(picture: Array, face: Face, wide: float, side: int) -> Array:
    """Returns a square picture with a face in its middle, black beyond the photo.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1].
      face: in its pixels.
      wide: the square's side in that of the face.
      side: the same in pixels of what is returned.

    Returns:
      `[side, side, 3]` uint8.
    """
    across = wide * max(face.width, face.height)
    scale = side / across
    left, top = face.x + (face.width - across) / 2, face.y + (face.height - across) / 2
    height, width = picture.shape[:2]
    rows = slice(max(0, round(top)), min(height, round(top + across)))
    columns = slice(max(0, round(left)), min(width, round(left + across)))
    part = picture[rows, columns]
    size = [max(1, round(n * scale)) for n in part.shape[1::-1]]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = pixels.to_uint8(cv2.resize(part, size, interpolation=how))
    x, y = (max(0, round(-n * scale)) for n in (left, top))  # where the photo begins
    square = np.zeros((side, side, 3), np.uint8)
    inside = square[y : y + len(small), x : x + small.shape[1]]
    inside[:] = small[: len(inside), : inside.shape[1]]
    return square


def guided_upsample(mask: Array, picture: Array) -> Array:
    """Brings a coarse mask to the picture's size, its edges to the picture's edges.

    The guided filter (He, Sun and Tang 2013): in each window the mask is the linear
    function of the colour that fits it best (eq. 19 and 20). The functions are found
    on a reduced copy and applied at full size ("Fast guided filter", He and Sun 2015).

    Args:
      mask: `[h, w]` float32 in [0, 1].
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1].

    Returns:
      `[H, W]` float32 in [0, 1].
    """
    full = picture.shape[1::-1]
    scale = min(1.0, _SIDE / max(full))
    size = max(1, round(full[0] * scale)), max(1, round(full[1] * scale))
    colours = pixels.to_float(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    weights, offset = _functions(
        cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR), colours
    )
    filtered = cv2.resize(offset, full).astype(np.float32, copy=False)
    for channel in range(3):
        weight = cv2.resize(weights[..., channel], full)
        filtered += weight * pixels.to_float(picture[..., channel])
    return np.clip(filtered, 0, 1, out=filtered)


def _functions(mask: Array, colours: Array) -> tuple[Array, Array]:
    """Fits the mask by the colour: weights `[h, w, 3]` and offset `[h, w]`."""
    mean_colour, mean_mask = _mean(colours), _mean(mask)
    together = _mean(colours * mask[..., None]) - mean_colour * mean_mask[..., None]
    products = _mean(_outer(colours).reshape(*mask.shape, 9))
    scatter = products.reshape(*mask.shape, 3, 3) - _outer(mean_colour)
    scatter += _EPSILON * np.eye(3, dtype=np.float32)
    weights = np.linalg.solve(scatter, together[..., None])[..., 0]
    offset = mean_mask - (weights * mean_colour).sum(axis=-1)
    return _mean(weights), _mean(offset)


def _outer(vectors: Array) -> Array:
    return vectors[..., :, None] * vectors[..., None, :]


def _mean(values: Array) -> Array:
    """Returns the mean over the window around each pixel."""
    window = (2 * _RADIUS + 1, 2 * _RADIUS + 1)
    planes = np.atleast_3d(values)
    means = [cv2.blur(planes[..., c], window) for c in range(planes.shape[2])]
    return np.stack(means, axis=-1).reshape(values.shape)
