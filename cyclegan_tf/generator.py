"""A trained generator, ready for photos of any size: pictures in [0, 1] in and out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from cyclegan_tf import outputs
from cyclegan_tf.data.crops import Size
from cyclegan_tf.data.encoding import Encoding
from cyclegan_tf.weights import (
    HALVINGS,
    GeneratorCard,
    check_size,
    find,
    load_network,
    read_card,
)
from darkroom import litert, pixels
from darkroom.pixels import Array
from darkroom.render import guided

if TYPE_CHECKING:
    import keras

    from cyclegan_tf.layers import Tensor

LONGEST = 1024  # side of a portrait that a network sees at once, if none is asked for
_SMALLEST = 8  # side of a picture with edges to mirror


@dataclasses.dataclass(frozen=True)
class Generator:
    """A generator that is ready to run.

    Attributes:
      run: a picture `[1, h, w, 3]` in [0, 1] to the picture that it becomes.
      card: what pictures.
    """

    run: Callable[[Array], Array]
    card: GeneratorCard

    def __call__(self, photo: Array) -> Array:
        """Returns what becomes of a photo, as cyclegan_tf.translate does it.

        Args:
          photo: `[H, W, 3]` uint8, uint16 or float in [0, 1], sRGB-encoded, of any
            size.

        Returns:
          The portrait, `[H, W, 3]` float32 in [0, 1]; or the depth, `[H, W]` float32 in
          metres. Of a network that learnt from maps without a unit: greys in [0, 1],
          1 is farthest.

        Raises:
          ValueError: it is no photo; or the weights are damaged.
        """
        if photo.ndim != 3 or photo.shape[-1] != 3:
            raise ValueError(
                f"the photo is {litert.format_shape(photo.shape)}; expected HxWx3, "
                "red, green and blue"
            )
        low, high = photo.min(), photo.max()
        if photo.dtype.kind == "f" and not -0.01 <= low <= high <= 1.01:
            raise ValueError(
                f"the photo holds numbers from {low:g} to {high:g}; expected uint8, "
                "uint16, or float in [0, 1]"
            )
        if self.card.task == "portrait":
            return portrait(self, photo)
        depth, encoding = grey(self, photo), self.card.encoding
        return depth if encoding.farthest is None else encoding.decode(depth)


def load(weights: str, task: str | None = None) -> Generator:
    """Loads the generator of a `.weights.h5`, or of an exported `.tflite`.

    Args:
      weights: the file, or the name of one in `checkpoints/`.
      task: "portrait" or "depth", for a file that does not say.

    Raises:
      OSError: there is no such file.
      ValueError: as `read_card`; or a `.tflite` is of another network.
    """
    path = find(weights)
    if path.suffix == ".tflite":
        return _exported(str(path), task)
    card = read_card(weights, task)
    return Generator(_compiled(load_network(weights)), card)


def _exported(weights: str, task: str | None) -> Generator:
    file = litert.Network(weights)
    card = file.card or {}
    shape = next(iter(file.inputs.values()))
    if card.get("network") == "cyclegan_tf depth" and task != "portrait":
        encoding = Encoding(card["weights"].get("farthest"))
        # Its output is a disparity; the same formula turns it into greys again.
        return Generator(
            lambda picture: outputs.disparity(file(picture)),
            GeneratorCard("depth", (shape[1], shape[2]), None, encoding),
        )
    if shape[3:] != (3,) or file.output != shape or task == "depth":
        raise ValueError(
            f"{weights} takes {litert.format_shape(shape)} and gives "
            f"{litert.format_shape(file.output)}; expected a portrait network, 1xHxWx3 "
            "in and out, or a depth network of cyclegan_tf.export with its card; "
            "others go to python -m darkroom.render --depth"
        )
    return Generator(file, GeneratorCard("portrait", (shape[1], shape[2]), None))


def _compiled(model: keras.Model) -> Callable[[Array], Array]:
    """Returns the model, which speaks [-1, 1], as a function of pictures in [0, 1]."""
    import keras

    from darkroom.train import compiling

    def run(picture: Tensor) -> Tensor:
        return model(2 * picture - 1, training=False) / 2 + 0.5

    compiled = compiling.compiled(run)
    return lambda picture: keras.ops.convert_to_numpy(compiled(picture))


def input_size(generator: Generator, photo: Size, asked: Size | None = None) -> Size:
    """Returns the size at which a generator sees a photo.

    A depth network sees what it was trained on, since sizes tell it distances. So does
    one whose pictures cannot be of any size. Others see a portrait as it is, but for
    one of more than `LONGEST` pixels, which they see smaller.

    Args:
      generator: which.
      photo: its height and width.
      asked: what the user wants, if anything.

    Raises:
      ValueError: the generator cannot take what is asked for.
    """
    card = generator.card
    if asked is not None:
        return check_size(card, asked)
    if card.multiple != HALVINGS or card.task == "depth":
        return card.size
    scale = min(1.0, LONGEST / max(photo))
    height, width = (max(_SMALLEST, round(side * scale)) for side in photo)
    return height, width


def run_network(generator: Generator, photo: Array, size: Size) -> Array:
    """Returns what the network makes of a photo that it sees at `size`.

    Args:
      generator: which.
      photo: `[H, W, 3]`, of any type.
      size: as `input_size` gives it.

    Returns:
      `[h, w, C]` float32 in [0, 1].

    Raises:
      ValueError: the answer is not finite.
    """
    small = pixels.to_float(photo)
    if small.shape[:2] != size:
        small = pixels.resize_to(small, size)
    more = generator.card.multiple or 1
    sides = [(0, -side % more) for side in size]
    padded = np.pad(small, (*sides, (0, 0)), mode="reflect")
    picture = np.asarray(generator.run(padded[None]))[0, : size[0], : size[1]]
    if not np.isfinite(picture).all():
        raise ValueError(
            "the network's answer is not finite; its weights are damaged: train or "
            "convert them again"
        )
    return picture


def portrait(generator: Generator, photo: Array, asked: Size | None = None) -> Array:
    """Returns the photo with a shallow depth of field, `[H, W, 3]` float32.

    Args:
      generator: of the task "portrait".
      photo: `[H, W, 3]`, of any type.
      asked: size of the network's picture, if not that of `input_size`.

    Raises:
      ValueError: as `input_size` and `run_network`.
    """
    size = input_size(generator, photo.shape[:2], asked)
    return guided.restore_detail(photo, run_network(generator, photo, size))


def grey(generator: Generator, photo: Array, asked: Size | None = None) -> Array:
    """Returns the photo's depths as the network encodes them, `[H, W]` in [0, 1].

    Args:
      generator: of the task "depth".
      photo: `[H, W, 3]`, of any type.
      asked: size of the network's picture, if not that of its training.

    Raises:
      ValueError: as `input_size` and `run_network`.
    """
    import cv2

    picture = run_network(
        generator, photo, input_size(generator, photo.shape[:2], asked)
    )
    whole = (photo.shape[1], photo.shape[0])
    return cv2.resize(picture.mean(axis=-1), whole, interpolation=cv2.INTER_LINEAR)
