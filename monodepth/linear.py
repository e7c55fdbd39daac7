"""A disparity that is linear in a pretrained encoder's features and the row.

With a dozen scenes to learn from, a decoder learns those scenes by heart. A linear
readout of features that know what things look like (Alain, Bengio 2016, "linear
probes") has 99 numbers, found exactly by ridge regression (Hoerl, Kennard 1970).
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from monodepth import mobilenet

Array = np.ndarray[Any, Any]

STRIDE = 16  # pixels of the picture to one of the features
RANGE = (0.01, 0.3)  # of the disparities, fractions of the width
READOUT = "disparity"  # the layer that is fitted


def network() -> keras.Model:
    """A picture `[B, H, W, 3]` to its left disparity; H and W are multiples of 16.

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

    def call(self, x: Any) -> Any:
        height = ops.shape(x)[1]
        at = (ops.arange(height, dtype=x.dtype) + 0.5) * 2 / height - 1
        at = at[None, :, None, None] * ops.ones_like(x[..., :1])
        return ops.concatenate([x, at, at * at], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], input_shape[-1] + 2)


def fit(
    seen: Array, disparity: Array, counted: Array, ridge: float = 1.0
) -> tuple[Array, Array]:
    """The readout that predicts each scene's disparity up to its own scale and shift.

    What the row tells is fitted first, without a penalty; the features explain what
    is left. How far away a scene is and how deep cannot be seen in one photo: scenes
    count alike, and the prediction has the median of their means and deviations.

    Args:
      seen: `[N, h, w, C + 2]`, features of N scenes, then the two channels of `Rows`.
      disparity: `[N, h, w]`.
      counted: `[N, h, w]` bool, where it is known.
      ridge: the penalty on the features' weights, all of deviation 1.

    Returns:
      Weights `[C + 2]` and a bias `[1]`.

    Raises:
      ValueError: in no scene is the disparity known and not all the same.
    """
    levels, rows, targets = [], [], []
    for each, depth, known in zip(seen, disparity, counted, strict=True):
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
    features = inputs[:, :-2]
    middle, spread = features.mean(0), features.std(0) + 1e-6
    scaled = (features - middle) / spread
    penalty = ridge * len(scaled) * np.eye(scaled.shape[1])
    found = np.linalg.solve(
        scaled.T @ scaled + penalty, scaled.T @ (target - at @ prior)
    )
    mean, deviation = np.median(levels, axis=0)
    weights = np.concatenate([found / spread, prior[:2]])
    bias = prior[2] - middle @ (found / spread)
    return deviation * weights, np.array([mean + deviation * bias])
