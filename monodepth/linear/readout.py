"""A disparity that is linear in a pretrained encoder's features and the row."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import keras
import numpy as np
from keras import layers, ops

from darkroom import pixels
from darkroom.io import images
from darkroom.pixels import Array
from monodepth.evaluation import truth
from monodepth.linear import mobilenet
from monodepth.network import Shape, Tensor

STRIDE = 16  # pixels of the picture to one of the features
RANGE = (0.01, 0.3)  # of the disparities, fractions of the width
READOUT = "disparity"  # the layer that is fitted
KNOWN = 0.3  # the share of a cell that must have been measured


def network() -> keras.Model:
    """Builds it: `[B, H, W, 3]` to the left disparity; H and W are multiples of 16.

    Returns:
      A model with the output `disparity_1`, `[B, H, W, 1]`.
    """
    picture = keras.Input((None, None, 3), name="picture")
    x = Rows(name="rows")(mobilenet.features(picture))
    x = layers.Conv2D(1, 1, name=READOUT)(x)
    x = layers.UpSampling2D(STRIDE, interpolation="bilinear", name="enlarged")(x)
    return keras.Model(picture, {"disparity_1": ops.clip(x, *RANGE)}, name="linear")


@keras.saving.register_keras_serializable("monodepth")
class Rows(layers.Layer):
    """`[B, H, W, C]` with two channels more: the row, -1 to 1, and its square."""

    def call(self, x: Tensor) -> Tensor:
        height = ops.shape(x)[1]
        at = (ops.arange(height, dtype=x.dtype) + 0.5) * 2 / height - 1
        at = at[None, :, None, None] * ops.ones_like(x[..., :1])
        return ops.concatenate([x, at, at * at], axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        *sizes, channels = input_shape
        return (*sizes, channels and channels + 2)


def fit(
    features: Array, disparity: Array, valid: Array, ridge: float = 1.0
) -> tuple[Array, Array]:
    """Fits the readout that predicts disparities up to each scene's scale and shift.

    What the row tells is fitted first, without a penalty; the features explain what
    is left. How far away a scene is and how deep cannot be seen in one photo: scenes
    count alike, and the prediction has the median of their means and deviations.

    Args:
      features: `[N, h, w, C + 2]`, of N scenes; the last two are those of `Rows`.
      disparity: `[N, h, w]`.
      valid: `[N, h, w]` bool, where it is known.
      ridge: the penalty on the features' weights, all of deviation 1.

    Returns:
      Weights `[C + 2]` and a bias `[1]`.

    Raises:
      ValueError: in no scene is the disparity known and not all the same.
    """
    levels, rows, targets = [], [], []
    for each, depth, known in zip(features, disparity, valid, strict=True):
        some = depth[known]
        if some.size and np.ptp(some) > 0:
            levels.append((some.mean(), some.std()))
            rows.append(each[known])
            targets.append((some - some.mean()) / some.std())
    if not rows:
        raise ValueError(
            "the disparity is the same or unknown wherever a scene was measured; "
            "expected scenes with depth"
        )
    inputs, target = np.concatenate(rows).astype(np.float64), np.concatenate(targets)
    at = np.column_stack([inputs[:, -2:], np.ones(len(inputs))])
    prior = np.linalg.lstsq(at, target, rcond=None)[0]
    learned = inputs[:, :-2]
    middle, spread = learned.mean(0), learned.std(0) + 1e-6
    scaled = (learned - middle) / spread
    penalty = ridge * len(scaled) * np.eye(scaled.shape[1])
    slopes = np.linalg.solve(
        scaled.T @ scaled + penalty, scaled.T @ (target - at @ prior)
    )
    mean, deviation = np.median(levels, axis=0)
    weights = np.concatenate([slopes / spread, prior[:2]])
    bias = prior[2] - middle @ (slopes / spread)
    return deviation * weights, np.array([mean + deviation * bias])


def inputs(
    model: keras.Model, scenes: Iterable[truth.Scene], size: tuple[int, int]
) -> tuple[Array, Array, Array]:
    """Reads the inputs of `fit`.

    Args:
      model: as `network` makes it.
      scenes: with their truths.
      size: height and width that the pictures are brought to.

    Returns:
      The features that the readout sees, `[N, h, w, C + 2]`; the disparities, fractions
      of the width, and which are valid, `[N, h, w]`.

    Raises:
      OSError, ValueError: a picture or a truth cannot be read.
    """
    encoder = keras.Model(model.input, model.get_layer(READOUT).input)
    cells = size[0] // STRIDE, size[1] // STRIDE
    rows = []
    for scene in scenes:
        known = scene.read()
        picture = pixels.to_float(images.read(scene.left).pixels)
        small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA)
        features = ops.convert_to_numpy(encoder(small[None]))[0]
        rows.append((features, *averaged(known, cells)))
    features, disparity, valid = (np.stack(each) for each in zip(*rows, strict=True))
    return features, disparity, valid


def averaged(known: truth.Truth, cells: tuple[int, int]) -> tuple[Array, Array]:
    """Averages the disparity of each cell, a fraction of the width; which are valid."""
    valid = known.valid.astype(np.float64)
    disparity = np.where(known.valid, known.disparity_px, 0) / valid.shape[1]
    share, total = (
        cv2.resize(each, cells[::-1], interpolation=cv2.INTER_AREA)
        for each in (valid, disparity)
    )
    return total / np.maximum(share, 1e-6), share > KNOWN
