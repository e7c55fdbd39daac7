"""The golden recipe of PyNET: weights and inputs that NumPy alone reproduces."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import cv2
import numpy as np
import pytest

from darkroom.io import images


def generator(k: int) -> np.random.Generator:
    """The recipe's G(k), seed 1."""
    return np.random.Generator(np.random.PCG64([1, k]))


def variable(number: int, kind: str, shape: tuple[int, ...]) -> np.ndarray:
    """The recipe's value of one of the original's variables."""
    n = generator(number).standard_normal(shape)
    if kind == "conv_kernel":
        n *= np.sqrt(2 / np.prod(shape[:3])) * 0.9 * (0.5 if shape[3] == 3 else 1)
    elif kind == "tconv_kernel":
        rows, columns, _, inputs = shape
        n *= np.sqrt(2 / (rows * columns * inputs / 4)) * 0.9
    else:
        start, spread = {"bias": (0.01, 0.05), "in_shift": (0, 0.1)}.get(kind, (1, 0.1))
        n = start + spread * n
    return n.astype(np.float32)


class Recipe:
    """Weights and inputs of the golden numbers."""

    def variable(self, number: int, kind: str, shape: tuple[int, ...]) -> np.ndarray:
        return variable(number, kind, shape)

    def inputs(self, kind: str) -> np.ndarray:
        shape = {"sq": (2, 128, 128, 4), "rect": (1, 96, 160, 4)}[kind]
        return generator(10**6).random(shape).astype(np.float32)


class Golden(Recipe):
    """The golden file, with its recipe's weights, inputs and targets."""

    def __init__(self, folder: pathlib.Path) -> None:
        table = json.loads((folder / "pynet_variables.json").read_text())
        self.levels = {row["cli_level"]: row for row in table["levels"]}
        self.variables = table["variables"]
        self.numbers = np.load(folder / "pynet_seed1.npz")
        self.meta = json.loads(str(self.numbers["meta_json"]))

    def weights(self) -> list[np.ndarray]:
        return [
            variable(row["index"], row["kind"], tuple(row["shape"]))
            for row in self.variables
        ]

    def target(self, level: int, shape: Any) -> np.ndarray:
        return generator(10**6 + level).random(shape).astype(np.float32)


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    """What the golden numbers were made from; NumPy alone makes it again."""
    return Recipe()


@pytest.fixture(scope="session")
def golden(shared: pathlib.Path) -> Golden:
    """The original's numbers on seed 1."""
    return Golden(shared / "golden")


def write_scenes(folder: pathlib.Path, split: str, count: int, seed: int = 0) -> None:
    """Scenes of 128 x 192 in EBB!'s layout: soft colours, blurred where depth is 0."""
    chance = np.random.Generator(np.random.PCG64([seed, count]))
    for number in range(count):
        coarse = chance.random((4, 6, 3)).astype(np.float32)
        photo = cv2.resize(coarse, (192, 128), interpolation=cv2.INTER_CUBIC)
        photo = np.clip(photo + 0.1 * chance.standard_normal((128, 192, 1)), 0, 1)
        near = cv2.resize(chance.random((4, 6)).astype(np.float32), (192, 128)) > 0.5
        blurred = cv2.GaussianBlur(photo, (0, 0), 3)
        bokeh = np.where(near[..., None], photo, blurred)
        for part, picture in (
            ("original", photo),
            ("original_depth", near[::2, ::2]),
            ("bokeh", bokeh),
        ):
            picture = np.round(255 * picture).astype(np.uint8)
            images.write(folder / split / part / f"{number}.png", picture)


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A data set in EBB!'s layout: eight scenes to train on, two to test."""
    folder = tmp_path_factory.mktemp("scenes")
    write_scenes(folder, "train", 8)
    write_scenes(folder, "test", 2)
    return folder
