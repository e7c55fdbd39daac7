"""A scene's three files, and windows of them: what the network sees, and should draw.

A window is counted in pixels of the halved photo, which is what the network sees.
"""

from __future__ import annotations

import dataclasses
import pathlib

import cv2
import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.io import decoding, depth_maps, images, sixteen_bit
from darkroom.pixels import Array
from darkroom.train import cache

MULTIPLE = 32  # the network halves its input five times

_BICUBIC = Image.Resampling.BICUBIC
_TURNS = {
    1: cv2.ROTATE_90_COUNTERCLOCKWISE,
    2: cv2.ROTATE_180,
    3: cv2.ROTATE_90_CLOCKWISE,
}


@dataclasses.dataclass(frozen=True)
class Pair:
    """The three files of a scene."""

    name: str
    photo: pathlib.Path
    depth: pathlib.Path
    bokeh: pathlib.Path


def read_photos(
    pair: Pair, decoded: cache.Cache = cache.NONE
) -> tuple[Image.Image, Image.Image]:
    """Reads the sharp photo and the bokeh photo, 8-bit RGB.

    Raises:
      OSError, ValueError: a file is missing or broken, or the sizes differ.
    """
    photo, bokeh = (_rgb(path, decoded) for path in (pair.photo, pair.bokeh))
    if photo.size != bokeh.size:
        raise ValueError(
            f"{pair.bokeh}: it is {bokeh.height}x{bokeh.width}, its photo "
            f"{photo.height}x{photo.width}; the two must be of one size"
        )
    return photo, bokeh


def _rgb(path: pathlib.Path, decoded: cache.Cache) -> Image.Image:
    """Reads Pillow's image as it is: an array would cost a copy each way."""
    if not decoded.keeps:
        return _image(path)
    array = decoded.array(path, "rgb8", lambda path: np.asarray(_image(path)))
    return Image.fromarray(array)


def _image(path: pathlib.Path) -> Image.Image:
    image = decoding.load(path)
    if image.mode == "RGB":  # 16-bit colour too, cut by Pillow
        return image
    return Image.fromarray(pixels.to_uint8(images.read(path).pixels))


def usable_size(photo: Image.Image) -> tuple[int, int]:
    """Returns height and width of the halved photo, cut to multiples of 32."""
    height, width = (int(side * 0.5) for side in (photo.height, photo.width))
    return height - height % MULTIPLE, width - width % MULTIPLE


def source_window(
    pair: Pair,
    photo: Image.Image,
    row: int,
    column: int,
    height: int,
    width: int,
    decoded: cache.Cache = cache.NONE,
) -> tuple[Array, Array]:
    """Cuts a window of the halved photo, uint8, and its depth as the file holds it.

    The photo is halved by Pillow's bicubic; so is a depth map of full size.

    Raises:
      OSError, ValueError: the depth map is missing, broken, or of another size.
    """
    full = (photo.height, photo.width)
    half = (int(full[0] * 0.5), int(full[1] * 0.5))
    window = np.s_[row : row + height, column : column + width]
    if full[0] % 2 or full[1] % 2:  # the scale is not quite 2: no shortcut is exact
        halved = np.asarray(photo.resize(half[::-1], _BICUBIC))[window]
    else:  # byte for byte the same, but only the pixels that are needed
        box = (2 * column, 2 * row, 2 * (column + width), 2 * (row + height))
        halved = np.asarray(photo.resize((width, height), _BICUBIC, box))
    depth = decoded.array(pair.depth, "map", depth_maps.stored)
    depth = _as_photo(pair, depth, half, full)
    if depth.shape == full:
        depth = pixels.resize(depth, 0.5)
    elif depth.shape != half:
        raise ValueError(
            f"{pair.depth}: the depth map is {pixels.hxw(depth)}; its photo is "
            f"{full[0]}x{full[1]}, so expected {half[0]}x{half[1]} (half) or the "
            "photo's own size"
        )
    return halved, depth[window]


def target_window(
    bokeh: Image.Image, level: int, row: int, column: int, height: int, width: int
) -> Array:
    """Cuts the window of the bokeh photo, uint8, and then makes it smaller."""
    cut = bokeh.crop((2 * column, 2 * row, 2 * (column + width), 2 * (row + height)))
    if level > 1:
        side = 2 ** (level - 1)
        cut = cut.resize((2 * width // side, 2 * height // side), _BICUBIC)
    return np.asarray(cut)


def turned(picture: Array, turns: int, flip: bool) -> Array:
    """Turns counter-clockwise by `turns` times 90 degrees, then upside down."""
    if turns:
        picture = cv2.rotate(picture, _TURNS[turns])
    return cv2.flip(picture, 0) if flip else picture


def _as_photo(
    pair: Pair, depth: Array, half: tuple[int, int], full: tuple[int, int]
) -> Array:
    """The depth map, turned if it lies as the photo is stored: EXIF turns that one."""
    if depth.shape not in (half, full) and depth.shape[::-1] in (half, full):
        orientation = decoding.orientation(pair.photo)
        if orientation >= 5:
            return sixteen_bit.turn(depth, orientation)
    return depth


def stacked(rgb: Array, depth: Array) -> Array:
    """Stacks the network's input, `[H, W, 4]` float32 in [0, 1]."""
    both = np.empty((*depth.shape, 4), np.float32)
    both[..., :3] = pixels.to_float(rgb)
    both[..., 3] = pixels.to_float(depth)
    return both
