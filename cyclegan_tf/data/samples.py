"""Training samples of CycleGAN and Pix2Pix: pictures in [-1, 1], masks of 0 and 1.

pictures_a, pictures_b = folders.domains("data/portraits", "train")
sample = samples.Unpaired(pictures_a, pictures_b, masks=True)
batches = darkroom.train.data.stream(sample, batch_size=1)
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Literal

import numpy as np

from cyclegan_tf.data import crops, folders, pictures
from cyclegan_tf.data.crops import Size
from cyclegan_tf.data.encoding import Encoding
from darkroom import pixels
from darkroom.pixels import Array
from darkroom.train import cache, data

LOAD, CROP = (286, 286), (256, 256)
GENERATED = {
    "portrait": pathlib.Path("data/portraits"),
    "depth": pathlib.Path("data/depth"),
}
GENERATED_SIZE = "256x256"
_OTHER = 1 << 32  # sets the order of B apart from that of A, whatever the seed


def generated_scenes(task: Literal["portrait", "depth"]) -> pathlib.Path:
    """Returns the folder of the scenes that stand in for photos, made if need be."""
    from darkroom.scenes import dataset, recipes

    recipe = recipes.Recipe(task, train=200, test=24, size=GENERATED_SIZE)
    return dataset.generate(recipe, GENERATED[task])


@dataclasses.dataclass(frozen=True)
class SampleSpec:
    """What samples look like.

    Attributes:
      load: size that whole pictures are brought to, height and width.
      size: of the random part of it.
      mirror: whether half of the samples are mirrored.
      encoding: of B's depth maps; None where B holds photos.
    """

    load: Size = LOAD
    size: Size = CROP
    mirror: bool = True
    encoding: Encoding | None = None

    def __post_init__(self) -> None:
        crops.check(self.load, self.size)

    def window(self, rng: np.random.Generator) -> crops.Window:
        """Draws the part that one sample shows."""
        return crops.random_window(self.load, self.size, self.mirror, rng)


@dataclasses.dataclass(frozen=True)
class Unpaired:
    """CycleGAN's samples as a pure function of their running number.

    `sample(index)` is A and B, `[H, W, 3]` float32 in [-1, 1], and with `masks` where
    the person of either is, `[H, W, 1]` float32, 0 or 1. B comes in an order of its
    own, so that it meets another A in each epoch.

    Attributes:
      a: pictures of domain A, as `folders.domains` lists them.
      b: pictures of domain B.
      spec: sizes, mirror, and what B holds.
      masks: whether a sample holds person masks; those that are not beside the
        pictures are made by `darkroom.subjects`, anew for each sample.
      seed: of all that is random.
      decoded: keeps what was decoded, and masks that were made.

    Raises:
      ValueError: masks have to be made, and the network for it is not here.
    """

    a: list[folders.Picture]
    b: list[folders.Picture]
    spec: SampleSpec = SampleSpec()
    masks: bool = False
    seed: int = 0
    decoded: cache.Cache = cache.NONE

    def __post_init__(self) -> None:
        if self.masks and any(picture.mask is None for picture in self.a + self.b):
            from darkroom.subjects import fetch

            fetch.check(fetch.path())

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of what a sample holds."""
        picture, mask = (*self.spec.size, 3), (*self.spec.size, 1)
        both = picture, picture
        return (*both, mask, mask) if self.masks else both

    def pictures(self, index: int) -> folders.Pair:
        """Returns which pictures sample `index` shows."""
        return (
            self.a[data.order(index, len(self.a), self.seed)],
            self.b[data.order(index, len(self.b), self.seed + _OTHER)],
        )

    def __call__(self, index: int) -> tuple[Array, ...]:
        rng = data.rng(self.seed, index)
        parts, masks = [], []
        encodings = (None, self.spec.encoding)
        for picture, encoding in zip(self.pictures(index), encodings, strict=True):
            window = self.spec.window(rng)
            content = _read(picture, encoding, self.decoded)
            parts.append(to_network(crops.cut(content, window)))
            if self.masks:
                mask = pictures.person_mask(picture, content, self.decoded)
                masks.append(_mask(mask, window))
        return *parts, *masks


@dataclasses.dataclass(frozen=True)
class Paired:
    """Pix2Pix's samples as a pure function of their running number.

    `sample(index)` is input and target, `[H, W, 3]` float32 in [-1, 1], of one place.

    Attributes:
      pairs: as `folders.pairs` lists them.
      spec: sizes, mirror, and what B holds.
      seed: of all that is random.
      decoded: keeps what was decoded, and masks that were made.
    """

    pairs: list[folders.Pair]
    spec: SampleSpec = SampleSpec()
    seed: int = 0
    decoded: cache.Cache = cache.NONE

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of input and target."""
        return (*self.spec.size, 3), (*self.spec.size, 3)

    def pair(self, index: int) -> folders.Pair:
        """Returns which pair sample `index` shows."""
        return self.pairs[data.order(index, len(self.pairs), self.seed)]

    def __call__(self, index: int) -> tuple[Array, Array]:
        window = self.spec.window(data.rng(self.seed, index))
        return _pair(self.pair(index), window, self.spec, self.decoded)


def whole_picture(
    picture: folders.Picture, size: Size, encoding: Encoding | None = None
) -> Array:
    """Reads all of a picture, brought to `size`: `[H, W, 3]` in [-1, 1].

    Raises:
      OSError, ValueError: as the functions of `pictures`.
    """
    content = crops.cut(_read(picture, encoding), crops.whole_window(size))
    return to_network(content)


def whole_mask(picture: folders.Picture, size: Size) -> Array:
    """Reads all of its person mask, `[H, W, 1]` float32, 0 or 1.

    Raises:
      OSError, ValueError: as `pictures.person_mask`.
    """
    mask = pictures.person_mask(picture, pictures.photo(picture))
    return _mask(mask, crops.whole_window(size))


def whole_pair(pair: folders.Pair, spec: SampleSpec) -> tuple[Array, Array]:
    """Reads all of a pair, brought to `spec.size`, as a sample of `Paired`.

    Raises:
      OSError, ValueError: as the functions of `pictures`; or the two differ in size.
    """
    return _pair(pair, crops.whole_window(spec.size), spec)


def to_network(picture: Array) -> Array:
    """Brings a picture or map of any type to [-1, 1]: `[H, W, 3]` float32.

    A map gets three equal channels.
    """
    inside = 2 * pixels.to_float(picture) - 1
    return inside if inside.ndim == 3 else np.repeat(inside[..., None], 3, axis=-1)


def from_network(picture: Array) -> Array:
    """Brings a picture in [-1, 1] to [0, 1]."""
    return np.clip((picture + 1) / 2, 0, 1)


def _pair(
    pair: folders.Pair,
    window: crops.Window,
    spec: SampleSpec,
    decoded: cache.Cache = cache.NONE,
) -> tuple[Array, Array]:
    encodings = (None, spec.encoding)
    source, target = (
        _read(picture, encoding, decoded)
        for picture, encoding in zip(pair, encodings, strict=True)
    )
    if source.shape[:2] != target.shape[:2]:
        raise ValueError(
            f"{pair[1].path} is {pixels.hxw(target)}, its partner {pair[0].path} is "
            f"{pixels.hxw(source)}; the two must be of one size"
        )
    a, b = (to_network(crops.cut(part, window)) for part in (source, target))
    return a, b


def _read(
    picture: folders.Picture,
    encoding: Encoding | None,
    decoded: cache.Cache = cache.NONE,
) -> Array:
    if encoding is None:
        return pictures.photo(picture, decoded)
    return pictures.encoded_depth(picture, encoding, decoded)


def _mask(person: Array, window: crops.Window) -> Array:
    return crops.cut_mask(person, window)[..., None].astype(np.float32)
