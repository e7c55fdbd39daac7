"""Training that finds the depth of a real scene, and a broken twin that cannot.

The falling loss proves nothing: with the warp's sign swapped it falls as well.
"""

import cv2
import numpy as np
import pytest
import tensorflow as tf
from skimage import data

from darkroom import pixels
from darkroom.train import distribution, optimizers
from monodepth import losses, network, warp
from monodepth.evaluation import metrics

SIZE = (128, 256)
# A training finds the depth at once when it does, after 100 to 260 steps: weights that
# differ by 3e-6, as two processors make them, take another number of steps.
STEPS, ROUNDS = 30, 20


class Motorcycle:
    """One stereo pair with its measured disparity, and a network to learn it."""

    def __init__(self, sign: tf.Variable) -> None:
        left, right, self.truth = data.stereo_motorcycle()
        self.known = np.isfinite(self.truth)
        pair = [pixels.to_float(pixels.resize_to(p, SIZE)) for p in (left, right)]
        self.pair = tf.constant(np.concatenate(pair, axis=-1)[None])
        self.sign = sign
        self.model = network.monodepth(width=0.25)
        optimizer = optimizers.adam(1e-3)
        optimizer.build(self.model.trainable_variables)
        self.variables = [*self.model.weights, *optimizer.variables]
        self.first = [np.array(variable) for variable in self.variables]
        self.step = distribution.supervised_step(
            self.model, optimizer, losses.terms, distribution.strategy("one")
        )

    def start(self, sign: float) -> None:
        """Goes back to the first weights."""
        for variable, value in zip(self.variables, self.first, strict=True):
            variable.assign(value)
        self.sign.assign(sign)

    def learn(self) -> list[float]:
        """The losses of `STEPS` steps."""
        rows = (self.step(self.pair[..., :3], self.pair) for _ in range(STEPS))
        return [float(terms["loss"]) for terms in rows]

    def errors(self) -> tuple[float, float]:
        """End-point error in pixels of 741, and the bad pixels in percent."""
        found = np.array(self.model(self.pair[..., :3])["disparity_1"])[0, ..., 0]
        height, width = self.truth.shape
        shift = width * cv2.resize(found, (width, height))
        pair = self.truth[self.known], shift[self.known]
        return metrics.end_point_error(*pair), metrics.d1(*pair)


@pytest.fixture
def motorcycle(monkeypatch):
    """The warp's sign is a variable, so that one graph serves for both."""
    sign, resample = tf.Variable(1.0), warp.resample
    monkeypatch.setattr(
        warp,
        "resample",
        lambda source, offsets, edges: resample(source, sign * offsets, edges),
    )
    return Motorcycle(sign)


def test_a_network_learns_depth_from_a_pair(motorcycle):
    """Which takes the right warp: the best guess per row has 7.4 px and 53 %."""
    motorcycle.start(sign=-1)  # the twin
    falling = [loss for _ in range(3) for loss in motorcycle.learn()]
    _, bad = motorcycle.errors()
    assert falling[-1] < 0.9 * falling[0]
    assert bad > 90

    motorcycle.start(sign=1)
    falling = []
    for _ in range(ROUNDS):
        falling += motorcycle.learn()
        error, bad = motorcycle.errors()
        if error < 7 and bad < 50:
            break
    assert falling[-1] < 0.5 * falling[0]
    assert error < 7 and bad < 50
