"""The training samples made from stereo pairs.

Pictures are brought to the size of the network by averaging over areas, as in the
original. Half of the pairs are mirrored, and half are brought to other tones (Godard et
al. 2017, section 4); whatever happens to one picture happens to the other, so that they
still show one scene.
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from darkroom import pixels
from darkroom.io import images
from darkroom.pixels import Array
from darkroom.train import cache, data
from monodepth.stereo_pairs import Pair

GAMMA, BRIGHTNESS, COLOUR = (0.8, 1.2), (0.5, 2.0), (0.8, 1.2)


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
      pairs: as `stereo_pairs.find` lists them.
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
