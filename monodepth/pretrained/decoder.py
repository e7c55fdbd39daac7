"""A small decoder from a pretrained encoder's features to a relative disparity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import cv2
import keras
import numpy as np
from keras import layers, ops

from darkroom import pixels
from darkroom.io import images
from darkroom.pixels import Array
from monodepth.evaluation import truth
from monodepth.network import Shape, Tensor
from monodepth.pretrained import guided, mobilenet

STRIDE = 8  # pixels of the picture to one of the decoder's
WIDTH = 48  # channels; half of them in the last layer
RANGE = (0.01, 0.3)  # of the disparities, fractions of the width
READOUT = "disparity"  # the last layer
DROPPED = 0.3  # the share of features that a training step does without
DECAY = 1e-4  # of the kernels, L2
FARTHEST = 3.0  # deviations from a scene's mean that any disparity counts as
KNOWN = 0.3  # the share of a cell that must have been measured
BATCH = 16  # half of it measured, half generated, where there are both


def network() -> keras.Model:
    """Builds it: `[B, H, W, 3]` to the left disparity; H and W are multiples of 32.

    It looks at the picture and at its mirror image, and answers with the mean.

    Returns:
      A model with the output `disparity_1`, `[B, H, W, 1]`.
    """
    picture = keras.Input((None, None, 3), name="picture")
    both = ops.concatenate([picture, ops.flip(picture, 2)], axis=0)
    one, mirrored = ops.split(_decoder(*mobilenet.features(both)), 2, axis=0)
    x = (one + ops.flip(mirrored, 2)) / 2
    x = layers.UpSampling2D(STRIDE, interpolation="bilinear", name="enlarged")(x)
    x = guided.Guided(name="guided")([x, picture])
    return keras.Model(picture, {"disparity_1": ops.clip(x, *RANGE)}, name="pretrained")


def _decoder(fine: Tensor, middle: Tensor, coarse: Tensor) -> Tensor:
    """Builds the disparity at an eighth of the picture's size, from coarse to fine."""
    x = _double(_conv(coarse, "coarse"), "coarse_double")
    x = _conv(layers.ReLU()(layers.Add()([x, _conv(middle, "middle")])), "both", 3)
    x = _double(layers.ReLU()(x), "both_double")
    x = layers.ReLU()(layers.Add()([x, _conv(fine, "fine")]))
    x = _conv(Place(name="place")(x), "all", 3, WIDTH // 2)
    x = Place(name="place_again")(layers.ReLU()(x))
    return layers.Conv2D(1, 1, name=READOUT)(x)


def _conv(x: Tensor, name: str, kernel: int = 1, filters: int = WIDTH) -> Tensor:
    if kernel == 1:  # the encoder's features
        x = layers.SpatialDropout2D(DROPPED, name=f"{name}_dropped")(x)
    decay = keras.regularizers.L2(DECAY)
    options = {"padding": "same", "kernel_regularizer": decay, "name": name}
    return layers.Conv2D(filters, kernel, **options)(x)


def _double(x: Tensor, name: str) -> Tensor:
    return layers.UpSampling2D(2, interpolation="bilinear", name=name)(x)


@keras.saving.register_keras_serializable("monodepth")
class Place(layers.Layer):
    """`[B, H, W, C]` with four channels more, which tell where a pixel is.

    How far from the middle column, 0 to 1, and its square: what a photo is taken of
    stands there. Then the row, -1 to 1, and its square.
    """

    def call(self, x: Tensor) -> Tensor:
        _, height, width, _ = ops.shape(x)
        one = ops.ones_like(x[..., :1])
        beside = ops.abs(_middles(width, x.dtype))[None, None, :, None] * one
        below = _middles(height, x.dtype)[None, :, None, None] * one
        place = [beside, beside * beside, below, below * below]
        return ops.concatenate([x, *place], axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        *sizes, channels = input_shape
        return (*sizes, channels and channels + 4)


def _middles(count: int, dtype: str) -> Tensor:
    """Returns the middles of as many cells from -1 to 1."""
    return (ops.arange(count, dtype=dtype) + 0.5) * 2 / count - 1


class Samples(NamedTuple):
    """What the decoder learns from, of N pictures.

    Attributes:
      features: fine, middle and coarse, `[N, h, w, C]` float16 each.
      target: `[N, h, w, 2]` float32: disparities in deviations from their scene's
        mean, and 1 where they are valid.
      levels: `[N, 2]`, each scene's mean and deviation, fractions of the width.
    """

    features: list[Array]
    target: Array
    levels: Array


def samples(
    model: keras.Model, scenes: Iterable[truth.Scene], size: tuple[int, int]
) -> Samples:
    """Shows scenes and their mirror images to the encoder.

    Scenes without any difference in depth are passed over.

    Args:
      model: as `network` makes it.
      scenes: with their truths.
      size: height and width that the pictures are brought to.

    Raises:
      OSError, ValueError: a picture or a truth cannot be read, or none has depth.
    """
    encoder = keras.Model(model.input, _inputs(model))
    cells = size[0] // STRIDE, size[1] // STRIDE
    features: list[list[Array]] = []
    targets, levels = [], []
    for scene in scenes:
        disparity, valid = averaged(scene.read(), cells)
        some = disparity[valid]
        if not some.size or np.ptp(some) == 0:
            continue
        picture = pixels.to_float(images.read(scene.left).pixels)
        small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA)
        answers = encoder(small[None])  # of the picture, and of its mirror image
        features.append([ops.convert_to_numpy(each).astype("f2") for each in answers])
        target = standardised(disparity, valid)
        targets += [target, target[:, ::-1]]
        levels += [(some.mean(), some.std())] * 2
    if not targets:
        raise ValueError(
            "the disparity is the same or unknown wherever a scene was measured; "
            "expected scenes with depth"
        )
    columns = [np.concatenate(each) for each in zip(*features, strict=True)]
    return Samples(columns, np.stack(targets), np.array(levels))


def standardised(disparity: Array, valid: Array) -> Array:
    """Returns a target, as `Samples` has it, of disparities, `[h, w]`.

    How far away a scene is and how deep cannot be seen in one photo.
    """
    some = disparity[valid]
    target = np.clip((disparity - some.mean()) / some.std(), -FARTHEST, FARTHEST)
    return np.stack([np.where(valid, target, 0), valid], -1).astype(np.float32)


def fit(
    model: keras.Model,
    measured: Samples,
    generated: Samples | None,
    levels: tuple[float, float],
    steps: int,
    seed: int = 0,
    on_step: Callable[[float], object] = lambda loss: None,
) -> None:
    """Trains the decoder; the encoder stays as it is.

    Args:
      model: as `network` makes it, with the encoder's weights; changed in place.
      measured: half of each batch.
      generated: the other half; None for no such.
      levels: mean and deviation of the disparities that it shall give.
      steps: of Adam, the rate falling from 2e-3 to 0 by a cosine.
      seed: of the first weights and of all that is drawn.
      on_step: is told each step's loss.
    """
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    readout = model.get_layer(READOUT)
    decoder = keras.Model(_inputs(model), readout.output)
    for layer in decoder.layers:
        if isinstance(layer, layers.Conv2D):
            start = layer.kernel_initializer(layer.kernel.shape)
            layer.set_weights([start, np.zeros(layer.bias.shape)])
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    decoder.compile(keras.optimizers.Adam(rate), relative_loss)
    groups = [measured] if generated is None else [measured, generated]
    for _ in range(steps):
        chosen = [
            (group, rng.integers(0, len(group.target), BATCH // len(groups)))
            for group in groups
        ]
        inputs = [
            np.concatenate([group.features[n][at] for group, at in chosen])
            for n in range(3)
        ]
        target = np.concatenate([group.target[at] for group, at in chosen])
        on_step(float(decoder.train_on_batch([x.astype("f4") for x in inputs], target)))
    kernel, bias = readout.get_weights()
    mean, deviation = levels
    readout.set_weights([kernel * deviation, bias * deviation + mean])


def relative_loss(target: Tensor, output: Tensor) -> Tensor:
    """Returns 1 less the correlation, and half the mean distance in deviations.

    The first is free of scale and shift, as what one photo tells is; the second holds
    both, and sees to it that no picture becomes a constant.

    Args:
      target: `[B, h, w, 2]`, as `Samples` has it.
      output: `[B, h, w, 1]`.
    """
    exact, valid = target[..., 0], target[..., 1]
    count = ops.sum(valid, axis=(1, 2), keepdims=True) + 1e-6

    def centred(x: Tensor) -> Tensor:
        return (x - ops.sum(x * valid, axis=(1, 2), keepdims=True) / count) * valid

    one, other = centred(exact), centred(output[..., 0])
    dot, *squares = (
        ops.sum(a * b, axis=(1, 2)) / count[:, 0, 0]
        for a, b in ((one, other), (one, one), (other, other))
    )
    correlation = dot / ops.sqrt(squares[0] * squares[1] + 1e-6)
    off = ops.abs(output[..., 0] - exact) * valid
    return 1 - ops.mean(correlation) + ops.sum(off) / ops.sum(count) / 2


def averaged(known: truth.Truth, cells: tuple[int, int]) -> tuple[Array, Array]:
    """Averages the disparity of each cell, a fraction of the width; which are valid."""
    valid = known.valid.astype(np.float64)
    disparity = np.where(known.valid, known.disparity_px, 0) / valid.shape[1]
    share, total = (
        cv2.resize(each, cells[::-1], interpolation=cv2.INTER_AREA)
        for each in (valid, disparity)
    )
    return total / np.maximum(share, 1e-6), share > KNOWN


def _inputs(model: keras.Model) -> list[Tensor]:
    """Returns the encoder's features, fine, middle and coarse."""
    return [
        model.get_layer(f"{name}_dropped").input
        for name in ("fine", "middle", "coarse")
    ]
