"""The golden recipe of monodepth: weights and pictures that NumPy alone reproduces."""

from __future__ import annotations

import functools
import json
import pathlib
from typing import Any

import numpy as np
import pytest

from darkroom.importers import tensorflow_1
from monodepth import convert

SMALL = pathlib.Path(__file__).parents[1] / "golden" / "monodepth.npz"
GAIN = {"vgg": 1.5, "resnet50": 1.2}


def rng(k: int) -> np.random.Generator:
    """The recipe's rng(k), seed 1."""
    return np.random.Generator(np.random.PCG64([1, k]))


def noise(k: int) -> np.ndarray:
    """The recipe's noise, `[1, 128, 256, 3]`: 0 the left picture, 1 the right one."""
    return rng(10**6 + k).random((1, 128, 256, 3)).astype(np.float32)


def smooth(k: int) -> np.ndarray:
    """The recipe's soft colours, `[1, 128, 256, 3]`: 11 the left picture, 12 right."""
    chance = rng(10**6 + k)
    along_x, along_y = 6 * chance.random((8, 3)), 6 * chance.random((8, 3))
    phase = 2 * np.pi * chance.random((8, 3))
    y, x = np.mgrid[:128, :256, :1, :1][:2]
    waves = np.sin(2 * np.pi * (along_x * x / 256 + along_y * y / 128) + phase)
    return np.clip(0.5 + 0.9 * waves.mean(2), 0, 1)[None].astype(np.float32)


class Recipe:
    """Weights and pictures of the golden numbers of one encoder.

    Attributes:
      encoder: vgg or resnet50.
      small: the numbers in tests/golden, by their names in its recipe.
    """

    def __init__(self, encoder: str) -> None:
        self.encoder = encoder
        start = f"{encoder}_"
        with np.load(SMALL) as numbers:
            self.small = {
                name.removeprefix(start): numbers[name]
                for name in numbers
                if name.startswith(start)
            }

    def noise_pair(self) -> np.ndarray:
        """The left and the right picture, `[1, 128, 256, 6]`."""
        return np.concatenate([noise(0), noise(1)], axis=-1)

    def smooth_pair(self) -> np.ndarray:
        """The same of soft colours."""
        return np.concatenate([smooth(11), smooth(12)], axis=-1)

    @functools.cache  # noqa: B019 - the variants of a network share most arrays
    def variable(self, number: int, shape: tuple[int, ...]) -> np.ndarray:
        """The recipe's value of one of the original's variables."""
        z = rng(number).standard_normal(shape)
        kernel = len(shape) == 4
        scale = np.sqrt(GAIN[self.encoder] / np.prod(shape[:-1])) if kernel else 0.05
        return (scale * z).astype(np.float32)

    def variables(self, model: Any) -> list[np.ndarray]:
        """The recipe's values of all variables of a network of this encoder."""
        shapes = [tuple(variable.shape) for variable in convert.in_order(model)]
        return [self.variable(number, shape) for number, shape in enumerate(shapes)]

    def set(self, model: Any) -> Any:
        """Gives a network the recipe's weights."""
        tensorflow_1.assign(convert.in_order(model), self.variables(model))
        return model

    @staticmethod
    def sparse(picture: Any, scale: int) -> np.ndarray:
        """The rows and columns that tests/golden keeps of a scale, 16 x 32."""
        return np.asarray(picture)[:, :: 2 ** (4 - scale), :: 2 ** (4 - scale)]


class Golden:
    """The golden file of an encoder, whole, with the tables of its variables."""

    def __init__(self, encoder: str, folder: pathlib.Path) -> None:
        self.numbers = np.load(folder / f"monodepth_{encoder}_seed1.npz")
        tables = json.loads((folder / "monodepth_variables.json").read_text())
        self.tables = {
            name: table for name, table in tables.items() if name.startswith(encoder)
        }


@pytest.fixture(scope="session", params=["vgg", "resnet50"])
def recipe(request: pytest.FixtureRequest) -> Recipe:
    """What an encoder's golden numbers were made from; NumPy alone makes it again."""
    return Recipe(request.param)


@pytest.fixture(scope="session")
def golden(recipe: Recipe, shared: pathlib.Path) -> Golden:
    """The original's numbers on seed 1, of the recipe's encoder."""
    return Golden(recipe.encoder, shared / "golden")


@pytest.fixture(scope="session")
def golden_vgg(shared: pathlib.Path) -> Golden:
    """The original's numbers on seed 1 that do not depend on the encoder."""
    return Golden("vgg", shared / "golden")


@pytest.fixture(scope="session")
def wake_up():
    """Gives a random encoder kernels that pass its picture on (He et al. 2015)."""

    def set_kernels(model, path=None):
        rng = np.random.default_rng(0)
        for layer in model.layers:
            if layer.name.startswith("mobilenet") and layer.weights:
                kernel, bias = layer.get_weights()
                inputs = 9 if "depthwise" in layer.name else np.prod(kernel.shape[:-1])
                start = rng.normal(0, np.sqrt(2 / inputs), kernel.shape)
                layer.set_weights([start, bias])

    return set_kernels
