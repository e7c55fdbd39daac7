"""Arithmetic on pictures as arrays: number types, light, sizes, padding, sheets.

Here a picture is one `[H, W, 3]` array, or a map `[H, W]`, of uint8, uint16, or
float in [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

Array = np.ndarray[Any, Any]


def to_float(picture: Array) -> Array:
    """float32 in [0, 1] from uint8 (over 255) or uint16 (over 65535); float stays."""
    if picture.dtype.kind == "f":
        return picture.astype(np.float32, copy=False)
    return np.divide(picture, np.float32(_top(picture)), dtype=np.float32)


def to_uint8(picture: Array) -> Array:
    """The nearest of 256 steps; float is clipped to [0, 1].

    Raises:
      ValueError: there is a NaN, or the pixels are of another type.
    """
    return _to_integers(picture, np.uint8)


def to_uint16(picture: Array) -> Array:
    """The nearest of 65536 steps; float is clipped to [0, 1].

    Raises:
      ValueError: there is a NaN, or the pixels are of another type.
    """
    return _to_integers(picture, np.uint16)


def _to_integers(picture: Array, kind: type) -> Array:
    if picture.dtype == kind:
        return picture
    fraction = to_float(picture)
    if np.isnan(fraction).any():
        raise ValueError(
            f"{np.isnan(fraction).mean():.1%} of the pixels are NaN; expected [0, 1]"
        )
    top = np.float64(np.iinfo(kind).max)  # float32 cannot halve the steps of uint16
    return np.rint(np.clip(fraction, 0, 1) * top).astype(kind)


def _top(picture: Array) -> int:
    if picture.dtype not in (np.uint8, np.uint16):
        raise ValueError(
            f"got pixels of {picture.dtype}; expected uint8, uint16 or float in [0, 1]"
        )
    return int(np.iinfo(picture.dtype).max)


def to_linear(picture: Array) -> Array:
    """Light from sRGB-encoded values, float32 (IEC 61966-2-1)."""
    encoded = to_float(picture)
    power = ((np.maximum(encoded, 0) + np.float32(0.055)) / np.float32(1.055)) ** 2.4
    return np.where(encoded <= 0.04045, encoded / np.float32(12.92), power)


def to_srgb(linear: Array) -> Array:
    """sRGB-encoded values from light, float32 (IEC 61966-2-1)."""
    light = to_float(linear)
    power = np.float32(1.055) * np.maximum(light, 0) ** (1 / 2.4) - np.float32(0.055)
    return np.where(light <= 0.0031308, light * np.float32(12.92), power)


def size(picture: Array) -> str:
    """HxW, as sentences say it."""
    return f"{picture.shape[0]}x{picture.shape[1]}"


def resize(picture: Array, scale: float) -> Array:
    """Pillow's bicubic to `int(H * scale)` by `int(W * scale)`, as EBB! was halved."""
    height, width = picture.shape[:2]
    return resize_to(picture, (int(height * scale), int(width * scale)))


def resize_to(picture: Array, target: tuple[int, int]) -> Array:
    """Pillow's bicubic (antialiased) to `target`, height first, in the same type.

    uint8 is Pillow's own arithmetic, byte for byte; other types go channel by
    channel through float32, and are clipped to what the type or [0, 1] holds.

    Raises:
      ValueError: a side of `target` is below one pixel.
    """
    height, width = target
    if height < 1 or width < 1:
        raise ValueError(
            f"a picture of {size(picture)} cannot become {height}x{width}; "
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


def sheet(
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
    import cv2

    cells: list[list[Array]] = []
    for r, row in enumerate(rows):
        captions = labels[r] if labels and r < len(labels) else ()
        caption = 22 if captions else 0
        tallest = max(picture.shape[0] for picture in row)
        cells.append([])
        for c, picture in enumerate(row):
            eight = to_uint8(picture).reshape(*picture.shape[:2], -1)
            colour = np.repeat(eight, 3, axis=-1) if eight.shape[2] == 1 else eight
            wide = max(1, round(picture.shape[1] * tallest / picture.shape[0]))
            cell = np.full((tallest + caption, wide, 3), 255, np.uint8)
            cell[caption:] = (
                colour if len(colour) == tallest else resize_to(colour, (tallest, wide))
            )
            if c < len(captions):
                font = cv2.FONT_HERSHEY_SIMPLEX
                where, black = (2, 15), (0, 0, 0)
                cv2.putText(cell, captions[c], where, font, 0.42, black, 1, cv2.LINE_AA)
            cells[-1].append(cell)
    wides = [sum(cell.shape[1] + gap for cell in row) - gap for row in cells]
    height = sum(len(row[0]) + gap for row in cells) - gap
    page = np.full((height, max(wides), 3), 255, np.uint8)
    top = 0
    for row in cells:
        left = 0
        for cell in row:
            page[top : top + len(cell), left : left + cell.shape[1]] = cell
            left += cell.shape[1] + gap
        top += len(row[0]) + gap
    return page
