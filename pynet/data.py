"""The EBB! data set: sharp photos, their depth and the same scenes at wide aperture.

Ignatov et al. 2020, "Rendering Natural Camera Bokeh Effect with Deep Learning",
section 3. A folder `train/` or `test/` holds `original/N.jpg`, `original_depth/N.png`
and `bokeh/N.jpg`. The network sees the photo at half its size, with its depth as
fourth channel, and paints the bokeh photo at 2^-(level - 1) of the full size.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any

import numpy as np

from darkroom import data, pixels
from pynet import augmentation, scene

Array = np.ndarray[Any, Any]

GENERATED = pathlib.Path("data/scenes")
GENERATED_SIZE = (256, 384)
_FOLDERS = ("original", "original_depth", "bokeh")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")


def generated() -> pathlib.Path:
    """The generated scenes that stand in for EBB!: made, or completed, if need be."""
    from darkroom.scenes import dataset

    return dataset.generate("ebb", GENERATED, train=240, test=24, size=GENERATED_SIZE)


def pairs(data_dir: str | pathlib.Path, split: str) -> list[scene.Pair]:
    """The scenes of `data_dir/split`, in the order of their numbers.

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
        found = (folder / part).iterdir()
        files[part] = {f.stem: f for f in found if f.suffix.lower() in _PICTURES}
        if not files[part]:
            raise ValueError(
                f"{folder / part}: there is no picture in it; expected "
                f"{'N.png' if part == 'original_depth' else 'N.jpg'} for each scene"
            )
    names = set().union(*files.values())
    for part in _FOLDERS:
        missing = sorted(names - files[part].keys(), key=_number)
        if missing:
            others = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            raise ValueError(
                f"{folder / part}: it holds {len(files[part])} of {len(names)} scenes; "
                f"missing are {', '.join(missing[:3])}{others}"
            )
    return [
        scene.Pair(name, *(files[part][name] for part in _FOLDERS))
        for name in sorted(names, key=_number)
    ]


def _number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdecimal() else -1, name)


@dataclasses.dataclass(frozen=True)
class Patches:
    """Random patches as a pure function of the running sample number.

    `patches(index)` is the input `[P, P, 4]` and the target `[T, T, 3]`, float32 in
    [0, 1], T = 2 P / 2^(level - 1).
    """

    pairs: list[scene.Pair]
    level: int
    patch_size: int
    seed: int
    augment: bool = False

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The shapes of input and target."""
        side = 2 * self.patch_size >> (self.level - 1)
        return (self.patch_size, self.patch_size, 4), (side, side, 3)

    def pair(self, index: int) -> scene.Pair:
        """Which scene sample `index` is cut from."""
        return self.pairs[data.order(index, len(self.pairs), self.seed)]

    def __call__(self, index: int) -> tuple[Array, Array]:
        pair, chance = self.pair(index), data.chance(self.seed, index)
        photo, bokeh = scene.read(pair)
        height, width = scene.usable(photo)
        size = self.patch_size
        if min(height, width) < size:
            raise ValueError(
                f"{pair.photo}: the photo is {photo.height}x{photo.width}, too small "
                f"for a patch of {size} at half size; expected at least "
                f"{2 * size}x{2 * size}, or a smaller --patch_size"
            )
        row = int(chance.integers(height - size + 1))
        column = int(chance.integers(width - size + 1))
        turns, flip = int(chance.integers(4)), bool(chance.integers(2))
        parts = (
            *scene.source(pair, photo, row, column, size, size),
            scene.target(bokeh, self.level, row, column, size, size),
        )
        rgb, depth, target = (scene.turn(part, turns, flip) for part in parts)
        if not self.augment:
            return scene.stack(rgb, depth), pixels.to_float(target)
        rgb, depth, target = augmentation.augmented(
            chance, *(pixels.to_float(part) for part in (rgb, depth, target))
        )
        return np.dstack([rgb, depth]), target


def train_sample(
    pairs: list[scene.Pair],
    level: int,
    patch_size: int = 512,
    seed: int = 0,
    augment: bool = False,
) -> Patches:
    """The training samples of `level`, checked.

    Args:
      pairs: as `pairs` lists them.
      level: 7 (coarsest) to 1 (full size).
      patch_size: of the input, so in pixels of the halved photo; 512 in the paper.
      seed: of all that is random.
      augment: wrong depth, other exposure and noise (`augmentation`).

    Raises:
      ValueError: `level` is out of range, or `patch_size` no multiple of 32.
    """
    _check_level(level)
    if patch_size < scene.MULTIPLE or patch_size % scene.MULTIPLE:
        raise ValueError(
            f"patch_size is {patch_size}; expected a multiple of {scene.MULTIPLE}, as "
            "the network halves it five times"
        )
    return Patches(pairs, level, patch_size, seed, augment)


def full_picture(pair: scene.Pair, level: int) -> tuple[Array, Array]:
    """A whole scene for evaluation: the input `[H, W, 4]` and its target.

    The sides at half size are cut to multiples of 32, at the right and bottom; the
    target is `[2 H, 2 W, 3]` over 2^(level - 1). Both are float32 in [0, 1].

    Raises:
      OSError, ValueError: a file is missing, broken, or of another size.
    """
    _check_level(level)
    photo, bokeh = scene.read(pair)
    height, width = scene.usable(photo)
    if not (height and width):
        raise ValueError(
            f"{pair.photo}: got a photo of {photo.height}x{photo.width}; expected at "
            f"least {2 * scene.MULTIPLE}x{2 * scene.MULTIPLE}"
        )
    target = scene.target(bokeh, level, 0, 0, height, width)
    rgb, depth = scene.source(pair, photo, 0, 0, height, width)
    return scene.stack(rgb, depth), pixels.to_float(target)


def _check_level(level: int) -> None:
    if not 1 <= level <= 7:
        raise ValueError(f"level is {level}; expected 7 (coarsest) to 1 (full size)")
