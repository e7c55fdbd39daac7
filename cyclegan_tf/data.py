"""Training samples of CycleGAN and Pix2Pix: pictures in [-1, 1], masks of 0 and 1.

pictures_a, pictures_b = folders.domains("data/portraits", "train")
sample = data.Unpaired(pictures_a, pictures_b, masks=True)
batches = darkroom.train.data.stream(sample, sample.shapes, batch_size=1)
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any, Literal

import numpy as np

from cyclegan_tf import crops, encoding, folders, pictures
from darkroom import pixels
from darkroom.train import data

Array = np.ndarray[Any, Any]
Size = crops.Size

LOAD, CROP = (286, 286), (256, 256)
GENERATED = {
    "portrait": pathlib.Path("data/portraits"),
    "depth": pathlib.Path("data/depth"),
}
GENERATED_SIZE = (256, 256)
_OTHER = 1 << 32  # sets the order of B apart from that of A, whatever the seed


def generated(task: Literal["portrait", "depth"]) -> pathlib.Path:
    """The generated scenes that stand in for photos: made, or completed, if need be."""
    from darkroom.scenes import dataset

    return dataset.generate(
        task, GENERATED[task], train=200, test=24, size=GENERATED_SIZE
    )


@dataclasses.dataclass(frozen=True)
class Form:
    """What samples look like.

    Attributes:
      load: size that whole pictures are brought to, height and width.
      size: of the random part of it.
      mirror: whether half of the samples are mirrored.
      depth: how B's depth maps are painted; None where B holds photos.
      channels: of B; a depth map has 1, or 3 equal ones.
    """

    load: Size = LOAD
    size: Size = CROP
    mirror: bool = True
    depth: encoding.Encoding | None = None
    channels: int = 3

    def __post_init__(self) -> None:
        crops.check(self.load, self.size)
        if self.channels != 3 and (self.channels != 1 or self.depth is None):
            raise ValueError(
                f"pictures of {self.channels} channels were asked for; expected 3, or "
                "1 for depth maps"
            )

    def window(self, chance: np.random.Generator) -> crops.Window:
        """The part that one sample shows."""
        return crops.drawn(self.load, self.size, self.mirror, chance)


@dataclasses.dataclass(frozen=True)
class Unpaired:
    """CycleGAN's samples as a pure function of their running number.

    `sample(index)` is A and B, `[H, W, C]` float32 in [-1, 1], and with `masks` where
    the person of either is, `[H, W, 1]` float32, 0 or 1. B comes in an order of its
    own, so that it meets another A in each epoch.

    Attributes:
      a: pictures of domain A, as `folders.domains` lists them.
      b: pictures of domain B.
      form: sizes, mirror, and what B holds.
      masks: whether a sample holds person masks; those that are not beside the
        pictures are made by `darkroom.subjects`, anew for each sample.
      seed: of all that is random.

    Raises:
      ValueError: masks have to be made, and the network for it is not here.
    """

    a: list[folders.Picture]
    b: list[folders.Picture]
    form: Form = Form()
    masks: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.masks and any(picture.mask is None for picture in self.a + self.b):
            from darkroom.subjects import fetch

            fetch.check(fetch.path())

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of what a sample holds."""
        size, mask = self.form.size, (*self.form.size, 1)
        both = (*size, 3), (*size, self.form.channels)
        return (*both, mask, mask) if self.masks else both

    def pictures(self, index: int) -> folders.Pair:
        """Which pictures sample `index` shows."""
        return (
            self.a[data.order(index, len(self.a), self.seed)],
            self.b[data.order(index, len(self.b), self.seed + _OTHER)],
        )

    def __call__(self, index: int) -> tuple[Array, ...]:
        chance = data.chance(self.seed, index)
        found, masks = [], []
        kinds = (None, self.form.depth)
        for picture, depth in zip(self.pictures(index), kinds, strict=True):
            window = self.form.window(chance)
            content = _read(picture, depth)
            found.append(painted(crops.cut(content, window)))
            if self.masks:
                masks.append(_mask(pictures.person(picture, content), window))
        found[1] = _with_channels(found[1], self.form.channels)
        return (*found, *masks)


@dataclasses.dataclass(frozen=True)
class Paired:
    """Pix2Pix's samples as a pure function of their running number.

    `sample(index)` is input and target, `[H, W, C]` float32 in [-1, 1], of one place.

    Attributes:
      pairs: as `folders.pairs` lists them.
      form: sizes, mirror, and what B holds.
      seed: of all that is random.
    """

    pairs: list[folders.Pair]
    form: Form = Form()
    seed: int = 0

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of input and target."""
        return (*self.form.size, 3), (*self.form.size, self.form.channels)

    def pair(self, index: int) -> folders.Pair:
        """Which pair sample `index` shows."""
        return self.pairs[data.order(index, len(self.pairs), self.seed)]

    def __call__(self, index: int) -> tuple[Array, Array]:
        window = self.form.window(data.chance(self.seed, index))
        return _pair(self.pair(index), window, self.form)


def whole_picture(
    picture: folders.Picture,
    size: Size,
    depth: encoding.Encoding | None = None,
    channels: int = 3,
) -> Array:
    """All of a picture for validation, brought to `size`: `[H, W, C]` in [-1, 1].

    Raises:
      OSError, ValueError: as the functions of `pictures`.
    """
    content = crops.cut(_read(picture, depth), crops.whole(size))
    return _with_channels(painted(content), channels)


def whole_mask(picture: folders.Picture, size: Size) -> Array:
    """Its person mask, `[H, W, 1]` float32, 0 or 1.

    Raises:
      OSError, ValueError: as `pictures.person`.
    """
    return _mask(pictures.person(picture, pictures.photo(picture)), crops.whole(size))


def whole_pair(pair: folders.Pair, form: Form) -> tuple[Array, Array]:
    """All of a pair for validation, brought to `form.size`, as of `Paired`.

    Raises:
      OSError, ValueError: as the functions of `pictures`; or the two differ in size.
    """
    return _pair(pair, crops.whole(form.size), form)


def painted(picture: Array) -> Array:
    """[-1, 1] float32, `[H, W, C]`, of a picture or map of any type."""
    inside = 2 * pixels.to_float(picture) - 1
    return inside if inside.ndim == 3 else inside[..., None]


def _pair(pair: folders.Pair, window: crops.Window, form: Form) -> tuple[Array, Array]:
    source, target = _read(pair[0], None), _read(pair[1], form.depth)
    if source.shape[:2] != target.shape[:2]:
        raise ValueError(
            f"{pair[1].path} is {pixels.size(target)}, its partner {pair[0].path} is "
            f"{pixels.size(source)}; the two must be of one size"
        )
    a, b = (painted(crops.cut(part, window)) for part in (source, target))
    return a, _with_channels(b, form.channels)


def _read(picture: folders.Picture, depth: encoding.Encoding | None) -> Array:
    return pictures.depth(picture, depth) if depth else pictures.photo(picture)


def _mask(person: Array, window: crops.Window) -> Array:
    return crops.cut_mask(person, window)[..., None].astype(np.float32)


def _with_channels(picture: Array, channels: int) -> Array:
    return picture if picture.shape[-1] == channels else np.repeat(picture, 3, axis=-1)
