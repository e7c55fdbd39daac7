"""The golden recipe of the GANs: weights and pictures that NumPy alone reproduces."""

from __future__ import annotations

import pathlib

import keras
import numpy as np
import pytest

from cyclegan_tf import perceptual, state_dicts

_PARTS = {
    "bias": lambda z: 0.05 * z,
    "beta": lambda z: 0.05 * z,
    "gamma": lambda z: 1 + 0.1 * z,
    "moving_mean": lambda z: 0.1 * z,
    "moving_variance": lambda z: np.exp(0.1 * z),
}


class Recipe:
    """Weights and pictures of the golden numbers."""

    def generator(self, k: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([1, k]))

    def picture(self, k: int, size: int) -> np.ndarray:
        """Noise `[1, size, size, 3]` in [-1, 1]."""
        numbers = self.generator(10**6 + k).uniform(-1, 1, (1, 3, size, size))
        return numbers.astype(np.float32).transpose(0, 2, 3, 1)

    def state_dict(self, model, offset: int = 0) -> dict[str, np.ndarray]:
        """What the original had in a network like `model`, in its names and layout."""
        found = {}
        for name, variable in state_dicts.variables(model).items():
            shape = tuple(variable.shape)
            if len(shape) == 4:
                # (out, in, rows, columns), and (in, out, ...) where transposed
                shape = tuple(shape[axis] for axis in (3, 2, 0, 1))
            z = self.generator(offset).standard_normal(shape)
            offset += 2 if name.endswith("running_var") else 1  # a counter follows it
            if variable.name == "kernel":
                inputs = shape[0 if variable.path.startswith("up_") else 1]
                z *= np.sqrt(1 / (inputs * shape[2] * shape[3]))
            else:
                z = _PARTS[variable.name](z)
            found[name] = z.astype(np.float32)
        return found

    def fill(self, model, offset: int = 0) -> None:
        """Gives a network the original's weights."""
        state_dicts.assign(model, self.state_dict(model, offset))


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    """What the golden numbers were made from."""
    return Recipe()


@pytest.fixture(scope="session")
def golden(shared: pathlib.Path) -> np.lib.npyio.NpzFile:
    """The original's numbers, channels first."""
    return np.load(shared / "golden" / "gan_seed1.npz")


@pytest.fixture(scope="session")
def without_deviation():
    """The original's slip, of VGG features: its gradient lacks 1 / the deviation.

    It scaled pictures by ImageNet's deviation in the value only.
    """

    def wrap(features):
        def maps(pictures):
            unit = (pictures + 1) / 2
            moving = unit * keras.ops.convert_to_tensor(
                perceptual.DEVIATION, unit.dtype
            )
            unit = moving + keras.ops.stop_gradient(unit - moving)
            return features(2 * unit - 1)

        return maps

    return wrap
