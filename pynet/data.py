"""The EBB! data set: sharp photos, their depth and the same scenes at wide aperture.

Ignatov et al. 2020, "Rendering Natural Camera Bokeh Effect with Deep Learning",
section 3. A folder `train/` or `test/` holds `original/N.jpg`, `original_depth/N.png`
and `bokeh/N.jpg`. The network sees the photo at half its size, with its depth as
fourth channel, and draws the bokeh photo at 2^-(level - 1) of the full size.
"""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np

from darkroom import pixels
from darkroom.io import folders
from darkroom.pixels import Array
from darkroom.train import cache, data
from pynet import augmentation, windows
from pynet.windows import MULTIPLE, Pair

GENERATED = pathlib.Path("data/focused")
GENERATED_SIZE = "256x384"
_FOLDERS = ("original", "original_depth", "bokeh")


def generated() -> pathlib.Path:
    """Makes, or completes, the generated scenes that stand in for EBB!."""
    from darkroom.scenes import dataset, recipes

    recipe = recipes.Recipe(
        "ebb", train=240, test=24, size=GENERATED_SIZE, focused=True
    )
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
        photo, bokeh = windows.read_photos(pair, self.decoded)
        height, width = windows.usable_size(photo)
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
            *windows.source_window(pair, photo, row, column, size, size, self.decoded),
            windows.target_window(bokeh, self.level, row, column, size, size),
        )
        rgb, depth, target = (windows.turned(part, turns, flip) for part in parts)
        if not self.augment:
            return windows.stacked(rgb, depth), pixels.to_float(target)
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
    photo, bokeh = windows.read_photos(pair)
    height, width = windows.usable_size(photo)
    if not (height and width):
        raise ValueError(
            f"{pair.photo}: got a photo of {photo.height}x{photo.width}; expected at "
            f"least {2 * MULTIPLE}x{2 * MULTIPLE}"
        )
    target = windows.target_window(bokeh, level, 0, 0, height, width)
    rgb, depth = windows.source_window(pair, photo, 0, 0, height, width)
    return windows.stacked(rgb, depth), pixels.to_float(target)


def _check_level(level: int) -> None:
    if not 1 <= level <= 7:
        raise ValueError(f"level is {level}; expected 7 (coarsest) to 1 (full size)")
