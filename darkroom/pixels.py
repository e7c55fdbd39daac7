"""Arithmetic on pictures as arrays: number types, light, sizes, padding, grids.

Here a picture is one `[H, W, 3]` array, or a map `[H, W]`, of uint8, uint16, or
float in [0, 1].
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image

Array = np.ndarray[Any, Any]


def to_float(picture: Array) -> Array:
    """Returns float32 in [0, 1] of uint8 (over 255) or uint16 (over 65535) or float."""
    if picture.dtype.kind == "f":
        return picture.astype(np.float32, copy=False)
    return np.divide(picture, np.float32(_top(picture)), dtype=np.float32)


def to_uint8(picture: Array) -> Array:
    """Rounds to the nearest of 256 steps; float is clipped to [0, 1].

    Raises:
      ValueError: there is a NaN, or the pixels are of another type.
    """
    return _to_integers(picture, np.uint8)


def to_uint16(picture: Array) -> Array:
    """Rounds to the nearest of 65536 steps; float is clipped to [0, 1].

    Raises:
      ValueError: there is a NaN, or the pixels are of another type.
    """
    return _to_integers(picture, np.uint16)


def check_photo(photo: Array) -> None:
    """Checks that an array is a photo: `[H, W, 3]`, uint8, uint16, or float in [0, 1].

    Raises:
      ValueError: it is not.
    """
    if photo.ndim != 3 or photo.shape[2] != 3 or not photo.size:
        raise ValueError(f"the photo has the shape {photo.shape}; expected [H, W, 3]")
    if photo.dtype.kind == "f":
        low, high = float(photo.min()), float(photo.max())
        if not (low >= 0 and high <= 1):
            raise ValueError(
                f"the photo's values reach from {low:g} to {high:g}; expected [0, 1], "
                "or uint8 or uint16"
            )
    elif photo.dtype not in (np.uint8, np.uint16):
        raise ValueError(
            f"the photo is of {photo.dtype}; expected uint8, uint16, float"
        )


def _to_integers(picture: Array, kind: Any) -> Array:
    if picture.dtype == kind:
        return picture
    top = np.float64(np.iinfo(kind).max)  # float32 cannot halve the steps of uint16
    steps = np.empty(picture.shape, kind)
    for rows in _bands(picture):
        fraction = to_float(picture[rows])
        if np.isnan(fraction).any():
            raise ValueError(
                f"{np.isnan(picture).mean():.1%} of the pixels are NaN; expected [0, 1]"
            )
        steps[rows] = np.rint(np.clip(fraction, 0, 1) * top)
    return steps


def _top(picture: Array) -> int:
    if picture.dtype not in (np.uint8, np.uint16):
        raise ValueError(
            f"got pixels of {picture.dtype}; expected uint8, uint16 or float in [0, 1]"
        )
    return int(np.iinfo(picture.dtype).max)


def to_linear(picture: Array) -> Array:
    """Turns sRGB-encoded values into light, float32 (IEC 61966-2-1)."""
    if picture.dtype.kind == "f":
        return _light(picture.astype(np.float32, copy=False))
    every = np.arange(_top(picture) + 1)
    table = _light(every / every[-1]).astype(np.float32)
    linear = np.empty(picture.shape, np.float32)
    for rows in _bands(picture):
        np.take(table, picture[rows], out=linear[rows], mode="clip")
    return linear


def _light(encoded: Array) -> Array:
    power = ((np.maximum(encoded, 0) + 0.055) / 1.055) ** 2.4
    return np.where(encoded <= 0.04045, encoded / 12.92, power)


def to_srgb(linear: Array, kind: Any = np.float32) -> Array:
    """Turns light into sRGB-encoded values (IEC 61966-2-1).

    Args:
      linear: light; white is 1.
      kind: float32, or uint8 or uint16: clipped, and the very step that is nearest.

    Raises:
      ValueError: there is a NaN, and `kind` is of integers.
    """
    light = to_float(linear)
    if kind != np.float32:
        return _nearest_step(light, kind)
    power = np.float32(1.055) * np.maximum(light, 0) ** (1 / 2.4) - np.float32(0.055)
    return np.where(light <= 0.0031308, light * np.float32(12.92), power)


def _nearest_step(light: Array, kind: Any) -> Array:
    """Looks each value up in a table over its square root, which is almost its code.

    So no slot of the table holds more than one of the thresholds between two steps,
    and one comparison with that threshold makes the answer exact.
    """
    thresholds, below = _steps(kind)
    encoded = np.empty(light.shape, kind)
    for rows in _bands(light):
        clipped = np.clip(light[rows], 0, 1)
        if np.isnan(clipped.sum()):
            raise ValueError("some of the light is NaN; expected numbers")
        step = below.take(_slots(clipped, len(below)))
        np.add(step, clipped >= thresholds.take(step), out=encoded[rows])
    return encoded


@functools.cache
def _steps(kind: Any) -> tuple[Array, Array]:
    """Finds the light at which each step begins, and where to look for it.

    Returns:
      `thresholds`: float32, and infinity after the last; `below[slot]`: how many
      thresholds there are in the slots before.
    """
    top = int(np.iinfo(kind).max)
    exact = _light((np.arange(top) + 0.5) / top)
    nearest = exact.astype(np.float32)
    up = np.where(nearest < exact, np.nextafter(nearest, np.float32(2)), nearest)
    slots = 2 * (top + 1)  # the code climbs by up to 1.5 per unit of the square root
    below = np.searchsorted(_slots(up, slots), np.arange(slots)).astype(kind)
    return np.append(up, np.float32(np.inf)), below


def _slots(light: Array, slots: int) -> Array:
    return (np.sqrt(light) * np.float32(slots - 1)).astype(np.intp)


def _bands(picture: Array) -> Iterator[slice]:
    """Returns bands of rows that stay, with what is computed, in the cache."""
    rows = max(1, 2**17 * len(picture) // max(1, picture.size))
    return (slice(r, r + rows) for r in range(0, len(picture), rows))


def hxw(picture: Array) -> str:
    """Returns HxW, as sentences say it."""
    return f"{picture.shape[0]}x{picture.shape[1]}"


def check_multiple(
    size: tuple[int, int], multiple: int, network: str = "the network"
) -> None:
    """Checks that a network can halve a picture of this size as often as it does.

    Raises:
      ValueError: `multiple`, a power of 2, does not divide it; the text names a size
        that would do.
    """
    if min(size) <= 0 or any(side % multiple for side in size):
        up = "x".join(str(max(multiple, side + -side % multiple)) for side in size)
        raise ValueError(
            f"size is {size[0]}x{size[1]}; expected multiples of {multiple}, since "
            f"{network} halves its input {multiple.bit_length() - 1} times: {up} would "
            "do"
        )


def resize(picture: Array, scale: float) -> Array:
    """Resizes to `int(H * scale)` by `int(W * scale)`, as EBB! was halved."""
    height, width = picture.shape[:2]
    return resize_to(picture, (int(height * scale), int(width * scale)))


def resize_to(picture: Array, target: tuple[int, int]) -> Array:
    """Resizes to `target`, height first, by Pillow's bicubic (antialiased).

    The type stays. uint8 is Pillow's own arithmetic, byte for byte; others go channel
    by channel through float32, and are clipped to what the type or [0, 1] holds.

    Raises:
      ValueError: a side of `target` is below one pixel.
    """
    height, width = target
    if height < 1 or width < 1:
        raise ValueError(
            f"a picture of {hxw(picture)} cannot become {height}x{width}; "
            "each side needs a pixel"
        )
    shape = (width, height)
    if picture.dtype == np.uint8:
        image = Image.fromarray(np.ascontiguousarray(picture))
        return np.array(image.resize(shape, Image.Resampling.BICUBIC))
    top = 1.0 if picture.dtype.kind == "f" else _top(picture)
    channels = picture.reshape(*picture.shape[:2], -1)
    resized = np.empty((height, width, channels.shape[2]), np.float32)
    for c in range(channels.shape[2]):
        image = Image.fromarray(channels[..., c].astype(np.float32))
        resized[..., c] = np.asarray(image.resize(shape, Image.Resampling.BICUBIC))
    resized = np.clip(resized, 0, top).reshape(height, width, *picture.shape[2:])
    if picture.dtype.kind != "f":
        resized = np.rint(resized)
    return resized.astype(picture.dtype)


def grid(
    rows: Sequence[Sequence[Array]],
    labels: Sequence[Sequence[str]] | None = None,
    gap: int = 8,
) -> Array:
    """Lays pictures out in a grid on white, `[H, W, 3]` uint8.

    Args:
      rows: pictures and maps of any sizes; those of one row get its tallest's height.
      labels: captions above the pictures, in the same arrangement (ASCII); a row
        without any takes no room for them.
      gap: pixels between the pictures.
    """
    lines = []
    for r, row in enumerate(rows):
        height = max(len(picture) for picture in row)
        cells = [_cell(picture, height) for picture in row]
        captions = labels[r] if labels and r < len(labels) else ()
        if captions:
            texts = [*captions, *[""] * len(cells)]
            cells = [_captioned(*pair) for pair in zip(cells, texts, strict=False)]
        lines.append(_joined(cells, gap, axis=1))
    return _joined(lines, gap, axis=0)


def _cell(picture: Array, height: int) -> Array:
    """Returns a picture or map as `[height, W, 3]` uint8."""
    eight = to_uint8(picture).reshape(*picture.shape[:2], -1)
    rgb = np.repeat(eight, 3, axis=-1) if eight.shape[2] == 1 else eight
    width = max(1, round(picture.shape[1] * height / len(picture)))
    return rgb if len(rgb) == height else resize_to(rgb, (height, width))


def _captioned(cell: Array, text: str) -> Array:
    import cv2

    higher = np.pad(cell, ((22, 0), (0, 0), (0, 0)), constant_values=255)
    font, black = cv2.FONT_HERSHEY_SIMPLEX, (0, 0, 0)
    return cv2.putText(higher, text, (2, 15), font, 0.42, black, 1, cv2.LINE_AA)


def _joined(pictures: Sequence[Array], gap: int, axis: int) -> Array:
    """Joins pictures along an axis, on white, with white gaps between them."""
    widest = max(picture.shape[1 - axis] for picture in pictures)
    padded = []
    for k, picture in enumerate(pictures):
        beyond = [(0, 0), (0, 0), (0, 0)]
        beyond[axis] = (gap if k else 0, 0)
        beyond[1 - axis] = (0, widest - picture.shape[1 - axis])
        padded.append(np.pad(picture, beyond, constant_values=255))
    return np.concatenate(padded, axis)
