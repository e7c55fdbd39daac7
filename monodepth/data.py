"""Stereo pairs and the training samples made from them.

KITTI's and Cityscapes' pairs, named by the lists of the paper (Godard et al. 2017,
section 4), or whatever `files` finds in a folder. Pictures are brought to the size of
the network by averaging over areas, as in the original.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any

import cv2
import numpy as np

from darkroom import pixels
from darkroom.io import images
from darkroom.train import data
from monodepth import augmentation, files

Array = np.ndarray[Any, Any]

GENERATED = pathlib.Path("data/stereo")
GENERATED_SIZE = "256x512"  # the paper's; halved for the preset "tiny"
# The share of the rows that is cut off at the bottom: Cityscapes shows its car there.
CUT = {"kitti": 0.0, "cityscapes": 0.2}


@dataclasses.dataclass(frozen=True)
class Pair:
    """The two pictures of one scene.

    Attributes:
      left: file of the left picture.
      right: file of the right picture.
      folder: of the data set they are in.
      cut: the share of the rows that is cut off at the bottom.
    """

    left: pathlib.Path
    right: pathlib.Path
    folder: pathlib.Path
    cut: float = 0.0


def generated() -> pathlib.Path:
    """The generated scenes that stand in for KITTI: made, or completed, if need be."""
    from darkroom.scenes import dataset, recipes

    recipe = recipes.Recipe("stereo", train=200, test=24, size=GENERATED_SIZE)
    return dataset.generate(recipe, GENERATED)


def pairs(
    data_dir: str | pathlib.Path, filenames_file: str | None = None, cut: float = 0.0
) -> list[Pair]:
    """The pairs of a list, of the folder's train.txt, or else of the whole folder.

    Args:
      data_dir: folder that the list's paths start from.
      filenames_file: the list.
      cut: as in `Pair`; see `CUT`.

    Raises:
      OSError: there is no such list.
      ValueError: a line is no pair, a picture is missing, or there is no pair at all.
    """
    folder = files.existing(data_dir)
    own = folder / "train.txt"
    if filenames_file is None and not own.exists():
        found = files.in_folder(folder)
    else:
        found = files.listed(folder, filenames_file or str(own))
    return [Pair(left, right, folder, cut) for left, right in found]


def held_out(
    data_dir: str | pathlib.Path, filenames_file: str | None = None, cut: float = 0.0
) -> list[Pair]:
    """The pairs of a list, or of the folder's test.txt; none if that is not there.

    Raises:
      OSError, ValueError: as `pairs`.
    """
    own = pathlib.Path(data_dir) / "test.txt"
    if filenames_file is None and not own.exists():
        return []
    return pairs(data_dir, filenames_file or str(own), cut)


@dataclasses.dataclass(frozen=True)
class Samples:
    """Training samples as a pure function of their running number.

    `samples(index)` is the network's input `[H, W, 3]`, or `[H, W, 6]` with `stereo`,
    and the pair `[H, W, 6]` that it is to explain, float32 in [0, 1].
    """

    pairs: list[Pair]
    size: tuple[int, int]
    seed: int
    stereo: bool
    augment: bool

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The shapes of input and pair."""
        return (*self.size, 6 if self.stereo else 3), (*self.size, 6)

    def pair(self, index: int) -> Pair:
        """Which pair sample `index` shows."""
        return self.pairs[data.order(index, len(self.pairs), self.seed)]

    def __call__(self, index: int) -> tuple[Array, Array]:
        left, right = read(self.pair(index), self.size)
        if self.augment:
            chance = data.rng(self.seed, index)
            left, right = augmentation.augmented(left, right, chance)
        return _stacked(left, right, self.stereo)


def train_sample(
    pairs: list[Pair],
    size: tuple[int, int],
    seed: int = 0,
    stereo: bool = False,
    augment: bool = True,
) -> Samples:
    """The training samples.

    Args:
      pairs: as `pairs` lists them.
      size: height and width that the pictures are brought to.
      seed: of all that is random.
      stereo: whether the network sees both pictures, or the left one.
      augment: whether some are mirrored, and some in other tones.
    """
    return Samples(pairs, size, seed, stereo, augment)


def full_pair(
    pair: Pair, size: tuple[int, int], stereo: bool = False
) -> tuple[Array, Array]:
    """A pair as it is, for validation: input and pair, as of `Samples`.

    Raises:
      OSError, ValueError: as `read`.
    """
    return _stacked(*read(pair, size), stereo)


def read(pair: Pair, size: tuple[int, int]) -> tuple[Array, Array]:
    """Both pictures, `[H, W, 3]` float32, averaged over areas to `size`.

    Raises:
      OSError: a file is missing.
      ValueError: one is broken, the two differ in size, or they are too small.
    """
    left, right = (images.read(path).pixels for path in (pair.left, pair.right))
    if left.shape != right.shape:
        raise ValueError(
            f"{pair.right} is {pixels.size(right)}, its left picture {pair.left} is "
            f"{pixels.size(left)}; the two must be of one size"
        )
    rows = int(len(left) * (1 - pair.cut))
    if rows < size[0] or left.shape[1] < size[1]:
        raise ValueError(
            f"{pair.left} is {rows}x{left.shape[1]}, smaller than the network's "
            f"{size[0]}x{size[1]}; take larger pictures, or a smaller --size"
        )
    return _averaged(left[:rows], size), _averaged(right[:rows], size)


def _averaged(picture: Array, size: tuple[int, int]) -> Array:
    """Each pixel is the mean of the area that it covers."""
    return cv2.resize(
        pixels.to_float(picture), size[::-1], interpolation=cv2.INTER_AREA
    )


def _stacked(left: Array, right: Array, stereo: bool) -> tuple[Array, Array]:
    both = np.concatenate([left, right], axis=-1)
    return (both if stereo else both[..., :3]), both
