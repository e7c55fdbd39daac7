"""Stereo pairs and the training samples made from them.

A list has a line `left right` for each pair, paths in the data set's folder, as the
paper's lists of KITTI and Cityscapes do (Godard et al. 2017, section 4). Without one, a
folder may hold

  left/NAME right/NAME       a pair for each name
  SCENE/left SCENE/right     or im0 and im1, view1 and view5, im2 and im6 (Middlebury)

Pictures are brought to the size of the network by averaging over areas, as in the
original. Half of the pairs are mirrored, and half are brought to other tones (section
4, too); whatever happens to one picture happens to the other, so that they still show
one scene.
"""

from __future__ import annotations

import dataclasses
import pathlib

import cv2
import numpy as np

from darkroom import pixels
from darkroom.io import folders, images, lists
from darkroom.pixels import Array
from darkroom.train import cache, data

GENERATED = pathlib.Path("data/stereo")
GENERATED_SIZE = "256x512"  # the paper's; halved for the preset "tiny"
# The share of the rows that is cut off at the bottom: Cityscapes shows its car there.
CUT = {"kitti": 0.0, "cityscapes": 0.2}
GAMMA, BRIGHTNESS, COLOUR = (0.8, 1.2), (0.5, 2.0), (0.8, 1.2)

Views = tuple[pathlib.Path, pathlib.Path]

_VIEWS = (("left", "right"), ("im0", "im1"), ("view1", "view5"), ("im2", "im6"))


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
    """Makes, or completes, the generated scenes that stand in for KITTI."""
    from darkroom.scenes import dataset, recipes

    recipe = recipes.Recipe("stereo", train=200, test=24, size=GENERATED_SIZE)
    return dataset.generate(recipe, GENERATED)


def pairs(
    data_dir: str | pathlib.Path, filenames_file: str | None = None, cut: float = 0.0
) -> list[Pair]:
    """Lists the pairs of a list, of the folder's train.txt, or of the whole folder.

    Args:
      data_dir: folder that the list's paths start from.
      filenames_file: the list.
      cut: as in `Pair`; see `CUT`.

    Raises:
      OSError: there is no such list.
      ValueError: a line is no pair, a picture is missing, or there is no pair at all.
    """
    folder = pathlib.Path(data_dir)
    if not folder.is_dir():
        raise ValueError(f"{folder}: there is no such folder; expected stereo pairs")
    own = folder / "train.txt"
    if filenames_file is None and not own.exists():
        views = in_folder(folder)
    else:
        views = in_list(folder, filenames_file or str(own))
    return [Pair(left, right, folder, cut) for left, right in views]


def held_out(
    data_dir: str | pathlib.Path, filenames_file: str | None = None, cut: float = 0.0
) -> list[Pair]:
    """Lists the pairs of a list, or of the folder's test.txt; none if there is none.

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
    decoded: cache.Cache = cache.NONE

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The shapes of input and pair."""
        return (*self.size, 6 if self.stereo else 3), (*self.size, 6)

    def pair(self, index: int) -> Pair:
        """Returns the pair that sample `index` shows."""
        return self.pairs[data.order(index, len(self.pairs), self.seed)]

    def __call__(self, index: int) -> tuple[Array, Array]:
        left, right = read(self.pair(index), self.size, self.decoded)
        if self.augment:
            left, right = augmented(left, right, data.rng(self.seed, index))
        return _stacked(left, right, self.stereo)


def train_sample(
    pairs: list[Pair],
    size: tuple[int, int],
    seed: int = 0,
    stereo: bool = False,
    augment: bool = True,
    decoded: cache.Cache = cache.NONE,
) -> Samples:
    """Returns the training samples.

    Args:
      pairs: as `pairs` lists them.
      size: height and width that the pictures are brought to.
      seed: of all that is random.
      stereo: whether the network sees both pictures, or the left one.
      augment: whether some are mirrored, and some in other tones.
      decoded: keeps what was decoded.
    """
    return Samples(pairs, size, seed, stereo, augment, decoded)


def full_pair(
    pair: Pair, size: tuple[int, int], stereo: bool = False
) -> tuple[Array, Array]:
    """Reads a pair as it is, for validation: input and pair, as of `Samples`.

    Raises:
      OSError, ValueError: as `read`.
    """
    return _stacked(*read(pair, size), stereo)


def read(
    pair: Pair, size: tuple[int, int], decoded: cache.Cache = cache.NONE
) -> tuple[Array, Array]:
    """Reads both pictures, `[H, W, 3]` float32, averaged over areas to `size`.

    Raises:
      OSError: a file is missing.
      ValueError: one is broken, the two differ in size, or they are too small.
    """
    left, right = (
        decoded.array(path, "photo", images.pixels_of)
        for path in (pair.left, pair.right)
    )
    if left.shape != right.shape:
        raise ValueError(
            f"{pair.right} is {pixels.hxw(right)}, its left picture {pair.left} is "
            f"{pixels.hxw(left)}; the two must be of one size"
        )
    rows = int(len(left) * (1 - pair.cut))
    if rows < size[0] or left.shape[1] < size[1]:
        raise ValueError(
            f"{pair.left} is {rows}x{left.shape[1]}, smaller than the network's "
            f"{size[0]}x{size[1]}; take larger pictures, or a smaller --size"
        )
    return _averaged(left[:rows], size), _averaged(right[:rows], size)


def _averaged(picture: Array, size: tuple[int, int]) -> Array:
    """Shrinks: each pixel is the mean of the area that it covers."""
    return cv2.resize(
        pixels.to_float(picture), size[::-1], interpolation=cv2.INTER_AREA
    )


def _stacked(left: Array, right: Array, stereo: bool) -> tuple[Array, Array]:
    both = np.concatenate([left, right], axis=-1)
    return (both if stereo else both[..., :3]), both


def augmented(
    left: Array, right: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Mirrors the pair half of the time, and brings it to other tones half."""
    if rng.random() < 0.5:
        left, right = mirrored(left, right)
    if rng.random() < 0.5:
        gamma, brightness = rng.uniform(*GAMMA), rng.uniform(*BRIGHTNESS)
        gain = brightness * rng.uniform(*COLOUR, size=3)
        left, right = toned(left, gamma, gain), toned(right, gamma, gain)
    return left, right


def mirrored(left: Array, right: Array) -> tuple[Array, Array]:
    """Shows the pair in a mirror, where the right camera stands on the left."""
    return right[:, ::-1], left[:, ::-1]


def toned(picture: Array, gamma: float, gain: float | Array) -> Array:
    """Returns `gain * picture ** gamma` in [0, 1]; one gain, or one per channel."""
    toned = np.power(picture, np.float32(gamma)) * np.asarray(gain, np.float32)
    return np.clip(toned, 0, 1, out=toned)


def in_list(folder: pathlib.Path, filenames_file: str) -> list[Views]:
    """Lists the pairs of a list, in its order.

    Raises:
      OSError: there is no such list.
      ValueError: it is empty, a line is no pair, or a picture of it is missing.
    """
    pairs = []
    for place, names in lists.lines(filenames_file, folder):
        if len(names) != 2:
            raise ValueError(
                f"{place}: it has {len(names)} name{'s' * (len(names) > 1)}; expected "
                "a left and a right picture with a space between them"
            )
        left, right = (lists.on_disk(folder / name) for name in names)
        for path in (left, right):
            if not path.exists():
                raise ValueError(
                    f"{place}: there is no picture {path}, whatever its ending; "
                    "correct the line, or the folder that its paths start from"
                )
        pairs.append((left, right))
    return pairs


def in_folder(folder: pathlib.Path) -> list[Views]:
    """Lists the pairs in a folder of a known layout, in the order of their names.

    Raises:
      ValueError: there are none, or a picture has no partner.
    """
    if (folder / "left").is_dir() and (folder / "right").is_dir():
        pairs = _side_by_side(folder)
    else:
        inside = sorted(folder.iterdir())
        scenes = [p for p in inside if p.is_dir() and not p.name.startswith(".")]
        pairs = [pair for scene in scenes for pair in _in_scene(scene)]
    if not pairs:
        raise ValueError(
            f"{folder}: there are no pairs in it; expected left/ and right/ with the "
            "same names, SCENE/left.png and right.png, or a list of pairs"
        )
    return pairs


def _side_by_side(folder: pathlib.Path) -> list[Views]:
    lefts, rights = (folders.pictures(folder / side) for side in ("left", "right"))
    for name in sorted(lefts.keys() ^ rights.keys()):
        side = "right" if name in lefts else "left"
        raise ValueError(
            f"{folder}: {name} has no {side} picture; expected left/ and right/ with "
            "the same names"
        )
    return [(lefts[name], rights[name]) for name in sorted(lefts)]


def _in_scene(scene: pathlib.Path) -> list[Views]:
    views = folders.pictures(scene)
    for left, right in _VIEWS:
        if left in views and right in views:
            return [(views[left], views[right])]
    return []
