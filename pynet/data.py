"""The EBB! data set: sharp photos, their depth and the same scenes at wide aperture.

Ignatov et al. 2020, "Rendering Natural Camera Bokeh Effect with Deep Learning",
section 3. A folder `train/` or `test/` holds `original/N.jpg`, `original_depth/N.png`
and `bokeh/N.jpg`. The network sees the photo at half its size, with its depth as
fourth channel, and paints the bokeh photo at 2^-(level - 1) of the full size. A window
is counted in pixels of the halved photo.
"""

from __future__ import annotations

import dataclasses
import pathlib

import cv2
import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.io import decoding, depth_maps, folders, images, sixteen_bit
from darkroom.pixels import Array
from darkroom.train import cache, data
from pynet import augmentation

MULTIPLE = 32  # the network halves its input five times

GENERATED = pathlib.Path("data/scenes")
GENERATED_SIZE = "256x384"
_FOLDERS = ("original", "original_depth", "bokeh")
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


def generated() -> pathlib.Path:
    """Makes, or completes, the generated scenes that stand in for EBB!."""
    from darkroom.scenes import dataset, recipes

    recipe = recipes.Recipe("ebb", train=240, test=24, size=GENERATED_SIZE)
    return dataset.generate(recipe, GENERATED)


def pairs(data_dir: str | pathlib.Path, split: str) -> list[Pair]:
    """Lists the scenes of `data_dir/split`, in the order of their numbers.

    Raises:
      ValueError: a folder is missing or empty, or the three do not hold the same
        names.
    """
    folder = pathlib.Path(data_dir) / split
    files: dict[str, dict[str, pathlib.Path]] = {}
    for part in _FOLDERS:
        if not (folder / part).is_dir():
            raise ValueError(
                f"{folder / part}: there is no such folder; expected EBB!'s layout, "
                f"{split}/{{{','.join(_FOLDERS)}}}"
            )
        files[part] = folders.pictures(folder / part)
        if not files[part]:
            raise ValueError(
                f"{folder / part}: there is no picture in it; expected "
                f"{'N.png' if part == 'original_depth' else 'N.jpg'} for each scene"
            )
    names = set().union(*files.values())
    for part in _FOLDERS:
        missing = sorted(names - files[part].keys(), key=folders.number_or_name)
        if missing:
            others = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            raise ValueError(
                f"{folder / part}: it holds {len(files[part])} of {len(names)} scenes; "
                f"missing are {', '.join(missing[:3])}{others}"
            )
    return [
        Pair(name, *(files[part][name] for part in _FOLDERS))
        for name in sorted(names, key=folders.number_or_name)
    ]


@dataclasses.dataclass(frozen=True)
class Patches:
    """Random patches as a pure function of the running sample number.

    `patches(index)` is the input `[P, P, 4]` and the target `[T, T, 3]`, float32 in
    [0, 1], T = 2 P / 2^(level - 1).
    """

    pairs: list[Pair]
    level: int
    patch_size: int
    seed: int
    augment: bool = False
    decoded: cache.Cache = cache.NONE

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The shapes of input and target."""
        side = 2 * self.patch_size >> (self.level - 1)
        return (self.patch_size, self.patch_size, 4), (side, side, 3)

    def pair(self, index: int) -> Pair:
        """Returns the scene that sample `index` is cut from."""
        return self.pairs[data.order(index, len(self.pairs), self.seed)]

    def __call__(self, index: int) -> tuple[Array, Array]:
        pair, rng = self.pair(index), data.rng(self.seed, index)
        photo, bokeh = read_photos(pair, self.decoded)
        height, width = usable_size(photo)
        size = self.patch_size
        if min(height, width) < size:
            raise ValueError(
                f"{pair.photo}: the photo is {photo.height}x{photo.width}, too small "
                f"for a patch of {size} at half size; expected at least "
                f"{2 * size}x{2 * size}, or a smaller --patch_size"
            )
        row = int(rng.integers(height - size + 1))
        column = int(rng.integers(width - size + 1))
        turns, flip = int(rng.integers(4)), bool(rng.integers(2))
        parts = (
            *source_window(pair, photo, row, column, size, size, self.decoded),
            target_window(bokeh, self.level, row, column, size, size),
        )
        rgb, depth, target = (turned(part, turns, flip) for part in parts)
        if not self.augment:
            return stacked(rgb, depth), pixels.to_float(target)
        rgb, depth, target = augmentation.augmented(
            rng, *(pixels.to_float(part) for part in (rgb, depth, target))
        )
        return np.dstack([rgb, depth]), target


def train_sample(
    pairs: list[Pair],
    level: int,
    patch_size: int = 512,
    seed: int = 0,
    augment: bool = False,
    decoded: cache.Cache = cache.NONE,
) -> Patches:
    """Returns the training samples of `level`.

    Args:
      pairs: as `pairs` lists them.
      level: 7 (coarsest) to 1 (full size).
      patch_size: of the input, so in pixels of the halved photo; 512 in the paper.
      seed: of all that is random.
      augment: wrong depth, other exposure and noise (`augmentation`).
      decoded: keeps what was decoded.

    Raises:
      ValueError: `level` is out of range, or `patch_size` no multiple of 32.
    """
    _check_level(level)
    if patch_size < MULTIPLE or patch_size % MULTIPLE:
        raise ValueError(
            f"patch_size is {patch_size}; expected a multiple of {MULTIPLE}, as "
            "the network halves it five times"
        )
    return Patches(pairs, level, patch_size, seed, augment, decoded)


def full_picture(pair: Pair, level: int) -> tuple[Array, Array]:
    """Reads a whole scene for evaluation: the input `[H, W, 4]` and its target.

    The sides at half size are cut to multiples of 32, at the right and bottom; the
    target is `[2 H, 2 W, 3]` over 2^(level - 1). Both are float32 in [0, 1].

    Raises:
      OSError, ValueError: a file is missing, broken, or of another size.
    """
    _check_level(level)
    photo, bokeh = read_photos(pair)
    height, width = usable_size(photo)
    if not (height and width):
        raise ValueError(
            f"{pair.photo}: got a photo of {photo.height}x{photo.width}; expected at "
            f"least {2 * MULTIPLE}x{2 * MULTIPLE}"
        )
    target = target_window(bokeh, level, 0, 0, height, width)
    rgb, depth = source_window(pair, photo, 0, 0, height, width)
    return stacked(rgb, depth), pixels.to_float(target)


def _check_level(level: int) -> None:
    if not 1 <= level <= 7:
        raise ValueError(f"level is {level}; expected 7 (coarsest) to 1 (full size)")


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
