"""Twenty steps of a small network on the backend of KERAS_BACKEND; weights to a file.

python tests/steps.py OUTPUT.npz one|mirrored PARTS PRECISION
"""

from __future__ import annotations

import sys

import keras
import numpy as np

from darkroom.train import distribution, optimizers
from pynet import blocks, losses, network

STEPS, SIDE, BATCH = 20, 16, 4


def train(
    devices: str = "one", parts: int = 1, precision: str = "float32"
) -> dict[str, np.ndarray]:
    """Trains on level 1's loss: two blocks of PyNET's, with norms, and its `up`.

    Returns:
      The terms of each step, `[STEPS, 3]`, and all weights after the last one.
    """
    strategy = distribution.strategy(devices)
    with strategy.scope():
        net = blocks.Blocks(1 / 8, 0, optimizers.POLICY[precision])
        photo = keras.Input((SIDE, SIDE, 4))
        x = net.residual(net.block(photo, "a", 3, 32), "b", 3, 32)
        picture = network.picture(net.to_rgb(net.up(x, "up", 32), "rgb"))
        model = keras.Model(photo, picture)
        optimizer = keras.optimizers.SGD(0.05, global_clipnorm=1.0)
        optimizer.build(model.trainable_variables)
    rng = np.random.default_rng(0)
    for variable in model.trainable_variables:  # the backends draw other numbers
        variable.assign(0.1 * rng.standard_normal(variable.shape))
    loss = losses.level_loss(1)
    step = distribution.supervised_step(model, optimizer, loss, strategy, parts)
    terms = []
    for _ in range(STEPS):
        inputs = rng.random((BATCH, SIDE, SIDE, 4), np.float32)
        # nowhere near what is drawn: the sign of an L1 would turn with the last bit
        truth = 0.1 * rng.random((BATCH, 2 * SIDE, 2 * SIDE, 3), np.float32)
        truth += 0.9 * (inputs[..., :1].repeat(2, axis=1).repeat(2, axis=2) > 0.5)
        found = step(inputs, truth)
        terms.append([float(found[name]) for name in ("loss", "l1", "mse")])
    weights = {v.path: keras.ops.convert_to_numpy(v) for v in model.weights}
    return weights | {"terms": np.array(terms)}


if __name__ == "__main__":
    output, devices, parts, precision = sys.argv[1:]
    np.savez(output, **train(devices, int(parts), precision))
