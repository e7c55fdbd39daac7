"""A photo of any size through the network: its left disparity, and its files.

The network sees the photo and its mirror image. What lies behind an edge is hidden from
the right camera, so the left of each thing has a ramp in place of a step; the mirror
image's ramps are on the right, and the two make up for each other (Godard et al. 2017,
section 3.3, "Post-processing").
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from darkroom import pixels, quiet
from darkroom.depth import writing
from darkroom.pixels import Array

if TYPE_CHECKING:
    import keras

Run = Callable[[Array], object]

SIZE = (256, 512)  # of the paper's network, where weights do not say theirs
LARGEST = 0.3  # of the network's disparities
ENDINGS = {"npy": "_disp.npy", "png": writing.MAP, "colour": writing.COLOURS}
MARGIN = 0.05  # of the width, on either side, where only one of the two is right


@dataclasses.dataclass(frozen=True)
class Network:
    """A network that is ready to run.

    Attributes:
      run: a batch `[2, h, w, 3]` (6 with `stereo`) to disparities `[2, h, w, 2]`, left
        and right, or `[2, h, w, 1]`.
      size: h and w.
      stereo: whether it takes the right photo, too.
    """

    run: Run
    size: tuple[int, int]
    stereo: bool = False

    def __call__(self, photo: Array, right: Array | None = None) -> Array:
        """Returns a photo's disparity, `[H, W]` float32, a fraction of the width.

        Args:
          photo: `[H, W, 3]` uint8, uint16 or float.
          right: of the same shape, for a network that takes both.

        Raises:
          ValueError: no photo, or one smaller than the network's picture; a right photo
            is missing, or none is taken; or as `disparity`.
        """
        photo = np.asarray(photo)
        pixels.check_photo(photo)
        height, width = self.size
        if photo.shape[0] < height or photo.shape[1] < width:
            raise ValueError(
                f"the photo is {pixels.hxw(photo)}, and the network's picture is "
                f"{height}x{width}; expected a photo that is as large: take a smaller "
                "size (--size), or export the network for one"
            )
        if self.stereo and right is None:
            raise ValueError(
                "the network takes the right photo, too; pass --right PHOTO, or list "
                "pairs"
            )
        if right is not None:
            if not self.stereo:
                raise ValueError("the network takes one photo, and got two")
            right = pixels.to_uint8(np.asarray(right))
        return disparity(self.run, pixels.to_uint8(photo), self.size, right)


def load(
    weights: str | None,
    encoder: str | None = None,
    width: float | None = None,
    size: tuple[int, int] | None = None,
) -> Network:
    """Loads the network of a `.weights.h5`, or of a `.tflite`, without TensorFlow.

    Args:
      weights, encoder, width: as `weights.load`; or the path of an exported file; or
        the name of a network in `checkpoints/`.
      size: of the network's picture; without it, that of its training.

    Raises:
      OSError: there is no such file.
      ValueError: it is damaged or of another network, or does not take this size.
    """
    import monodepth.weights

    path = monodepth.weights.find(weights)
    if path.suffix == ".tflite":
        return _exported(path, size)
    with quiet.chatter():  # TensorFlow starts
        from monodepth import network

    trained = monodepth.weights.load(weights, encoder, width)
    chosen = size or trained.size or SIZE
    network.check_size(trained.encoder, *chosen)
    return Network(compiled(trained.model, chosen), chosen, trained.stereo)


def _exported(path: pathlib.Path, size: tuple[int, int] | None) -> Network:
    from darkroom.litert import network

    file = network.Network(path)
    (picture, *others), output = file.inputs.values(), file.output
    own = (picture[1], picture[2]) if len(picture) == 4 else (0, 0)
    if others or picture != (1, *own, 3) or output != (1, *own, 1) or min(own) < 2:
        shapes = map(network.format_shape, (picture, *others))
        raise ValueError(
            f"{path} takes {' and '.join(shapes)} and gives "
            f"{network.format_shape(output)}; expected a file of monodepth.export: "
            "1xHxWx3 in, 1xHxWx1 out, of a size of its own"
        )
    if size not in (None, own):
        raise ValueError(
            f"{path} takes pictures of {own[0]}x{own[1]} only, and --size is "
            f"{'x'.join(map(str, size or ()))}; leave --size out"
        )
    return Network(lambda batch: np.concatenate([file(x[None]) for x in batch]), own)


def compiled(model: keras.Model, size: tuple[int, int]) -> Run:
    """Compiles the finest disparity, of a picture and its mirror image."""
    import keras

    from darkroom.train import compiling

    finest = keras.Model(model.input, model.output["disparity_1"])
    return compiling.compiled(finest, (2, *size, model.input.shape[-1]))


def disparity(
    run: Run, photo: Array, size: tuple[int, int], right: Array | None = None
) -> Array:
    """Predicts the left disparity, `[H, W]` float32, a fraction of the width.

    Args:
      run: a `Network`'s, or a model as `network.monodepth` makes it.
      photo: `[H, W, 3]` uint8.
      size: h and w that the photo is brought to for the network.
      right: of the same shape, for a network that takes both.

    Raises:
      ValueError: the two photos differ in size, or the network's answer is not finite.
    """
    import cv2

    if right is not None and right.shape != photo.shape:
        raise ValueError(
            f"the photo is {pixels.hxw(photo)}, the right one {pixels.hxw(right)}; "
            "expected a rectified pair of one size"
        )
    views = [_fitted(view, size) for view in (photo, right) if view is not None]
    # Seen in a mirror, the right view is the left one.
    mirrored = [view[:, ::-1] for view in reversed(views)]
    batch = np.stack([np.concatenate(v, axis=-1) for v in (views, mirrored)])
    answer = run(batch)
    finest = answer["disparity_1"] if isinstance(answer, dict) else answer
    disparities = np.asarray(finest)
    if not np.isfinite(disparities).all():
        raise ValueError(
            "the network's answer is not finite; its weights are damaged: train or "
            "convert them again"
        )
    pair = np.stack([disparities[0, ..., 0], disparities[1, ..., len(views) - 1]])
    whole = (photo.shape[1], photo.shape[0])
    return cv2.resize(post_process(pair), whole, interpolation=cv2.INTER_LINEAR)


def _fitted(photo: Array, size: tuple[int, int]) -> Array:
    """Shrinks to the network's size, by area averaging as the training's pictures."""
    import cv2

    small = cv2.resize(photo, size[::-1], interpolation=cv2.INTER_AREA)
    return pixels.to_float(small)


def post_process(pair: Array) -> Array:
    """Blends the disparity of a picture with that of its mirror image.

    The outer `MARGIN` on the left is the mirror image's, on the right the picture's
    own; as wide a ramp goes from either to the mean of both in the middle.

    Args:
      pair: `[2, H, W]`, the second still mirrored.

    Returns:
      `[H, W]` float32.
    """
    own, other = pair[0], pair[1][:, ::-1]
    across = np.linspace(0, 1, own.shape[1])
    left = 1 - np.clip(across / MARGIN - 1, 0, 1)
    right = left[::-1]
    blended = right * own + left * other + (1 - left - right) * (own + other) / 2
    return blended.astype(np.float32)


def write(files: Mapping[str, pathlib.Path], disparity: Array) -> None:
    """Writes a disparity, `[H, W]` float32, as each format's file.

    npy: fractions of the width. png: 16 bits, stretched, 65535 is nearest; darkroom
    takes it, and its ImageDescription says what it was made of. colour: to look at.

    Raises:
      OSError: one cannot be written.
    """
    for name, path in files.items():
        if name == "npy":
            writing.write_array(path, disparity)
        elif name == "png":
            writing.write_map(path, disparity, "a fraction of the width")
        else:
            writing.write_colours(path, disparity)
