"""A trained generator, ready for photos of any size: pictures in [0, 1] in and out."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np

from cyclegan_tf.data.crops import Size
from cyclegan_tf.weights import (
    HALVINGS,
    GeneratorCard,
    check_size,
    load_network,
    read_card,
)
from darkroom import pixels
from darkroom.pixels import Array
from darkroom.render import guided

LONGEST = 1024  # side of a portrait that a network sees at once, if none is asked for
_SMALLEST = 8  # side of a picture with edges to mirror


@dataclasses.dataclass(frozen=True)
class Generator:
    """A generator that is ready to run.

    Attributes:
      run: a picture `[1, h, w, 3]` in [0, 1] to the picture that it becomes.
      card: what pictures.
    """

    run: Callable[[Array], Any]
    card: GeneratorCard


def load(weights: str, task: str | None = None) -> Generator:
    """Loads the generator of a `.weights.h5`, or of a portrait's `.tflite`.

    Args:
      weights: the file.
      task: "portrait" or "depth", for a file that does not say.

    Raises:
      OSError: there is no such file.
      ValueError: as `read_card`; or a `.tflite` is no portrait network.
    """
    if pathlib.Path(weights).suffix == ".tflite":
        return _exported(weights, task)
    card = read_card(weights, task)
    return Generator(_compiled(load_network(weights)), card)


def _exported(weights: str, task: str | None) -> Generator:
    from darkroom import litert

    file = litert.Network(weights)
    shape = next(iter(file.inputs.values()))
    if shape[3:] != (3,) or file.output != shape or task == "depth":
        raise ValueError(
            f"{weights} takes {litert.format_shape(shape)} and gives "
            f"{litert.format_shape(file.output)}; expected a portrait network, 1xHxWx3 "
            "in and out: a depth network goes to python -m darkroom.render --depth"
        )
    return Generator(file, GeneratorCard("portrait", (shape[1], shape[2]), None))


def _compiled(model: Any) -> Callable[[Array], Array]:
    """Returns the model, which speaks [-1, 1], as a function of pictures in [0, 1]."""
    import keras

    def run(picture: Any) -> Any:
        return model(2 * picture - 1, training=False) / 2 + 0.5

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        # A function keeps no layer's output for long, as a photo's are large.
        run = tf.function(run, reduce_retracing=True)
    return lambda picture: keras.ops.convert_to_numpy(run(picture))


def seen(generator: Generator, photo: Size, asked: Size | None = None) -> Size:
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


def answer(generator: Generator, photo: Array, size: Size) -> Array:
    """Returns what the network makes of a photo that it sees at `size`.

    Args:
      generator: which.
      photo: `[H, W, 3]`, of any type.
      size: as `seen` gives it.

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
      asked: size of the network's picture, if not that of `seen`.

    Raises:
      ValueError: as `seen` and `answer`.
    """
    size = seen(generator, photo.shape[:2], asked)
    return guided.restore_detail(photo, answer(generator, photo, size))


def grey(generator: Generator, photo: Array, asked: Size | None = None) -> Array:
    """Returns the photo's depths as the network encodes them, `[H, W]` in [0, 1].

    Args:
      generator: of the task "depth".
      photo: `[H, W, 3]`, of any type.
      asked: size of the network's picture, if not that of its training.

    Raises:
      ValueError: as `seen` and `answer`.
    """
    import cv2

    picture = answer(generator, photo, seen(generator, photo.shape[:2], asked))
    whole = (photo.shape[1], photo.shape[0])
    return cv2.resize(picture.mean(axis=-1), whole, interpolation=cv2.INTER_LINEAR)
