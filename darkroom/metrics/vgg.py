"""VGG-19 up to relu5_4 or less, the frozen features of content losses.

Simonyan, Zisserman 2014, table 1, column E. The model takes pictures `[B, H, W, 3]`
in [0, 1] and gives `[B, H/16, W/16, 512]`; scaling to 255 and subtracting the mean
colour of ImageNet happen inside.
"""

from __future__ import annotations

import pathlib
from collections.abc import Sequence

import keras
import numpy as np

from darkroom.pixels import Array

MEAN_COLOUR = (123.68, 116.779, 103.939)  # red, green, blue
_CENTRE = tuple(-mean for mean in MEAN_COLOUR)
# Block by block: how many convolutions, of how many filters
BLOCKS = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))
LAYERS = tuple(
    (f"conv{block}_{number}", filters)
    for block, (count, filters) in enumerate(BLOCKS, 1)
    for number in range(1, count + 1)
)

Weights = Sequence[tuple[Array, Array]]


def vgg19(weights: str, dtype: str = "float32") -> keras.Model | None:
    """Returns the network with the weights that are asked for, or None for "none".

    Args:
      weights: "none"; "keras" for those of keras.applications (downloaded once, 80 MB);
        or the path of MatConvNet's `imagenet-vgg-verydeep-19.mat`.
      dtype: a Keras precision, such as "mixed_bfloat16" for half the cost.

    Raises:
      ValueError: The file is not VGG-19's.
      OSError: There is no such file, or the download failed.
    """
    return None if weights == "none" else network(load(weights), dtype)


def load(weights: str) -> Weights:
    """Returns the 16 convolutions that `vgg19` would have: "keras", or a path.

    Raises:
      ValueError, OSError: as `vgg19`.
    """
    if weights == "keras":
        return from_keras(_download())
    return read_mat(pathlib.Path(weights))


def network(
    weights: Weights,
    dtype: str = "float32",
    scale: Sequence[float] = (255.0, 255.0, 255.0),
    offset: Sequence[float] = _CENTRE,
) -> keras.Model:
    """Builds the frozen network of as many convolutions as there are `weights`.

    Args:
      weights: a kernel `[3, 3, in, out]` and a bias `[out]` for each of `LAYERS`, or
        for the first of them; the first kernel takes red, green, blue.
      dtype: a Keras precision, such as "mixed_bfloat16" for half the cost.
      scale: of each colour in [0, 1].
      offset: added after; the default is for the weights of `vgg19`.
    """
    wide = keras.DTypePolicy(dtype).variable_dtype
    picture = keras.Input((None, None, 3), name="picture", dtype=wide)
    # bfloat16 would leave a picture in 255 steps with one step in the highlights.
    colours = list(scale), list(offset)
    x = keras.layers.Rescaling(*colours, name="centre", dtype=wide)(picture)
    for name, filters in LAYERS[: len(weights)]:
        if name.endswith("_1") and name != "conv1_1":
            pool = f"pool{int(name[4]) - 1}"
            x = keras.layers.MaxPooling2D(2, padding="same", name=pool, dtype=dtype)(x)
        x = keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            activation="relu",
            # set below: drawing 20 million random numbers would take a second
            kernel_initializer="zeros",
            name=name,
            dtype=dtype,
        )(x)
    model = keras.Model(picture, x, name="vgg19")
    for (name, _), kernel_and_bias in zip(LAYERS, weights, strict=False):
        model.get_layer(name).set_weights(kernel_and_bias)
    model.trainable = False
    return model


def read_mat(path: pathlib.Path) -> Weights:
    """Reads `imagenet-vgg-verydeep-19.mat`, of any MatConvNet release.

    Raises:
      ValueError: The file is damaged, or holds something else.
      OSError: It cannot be read.
    """
    from scipy import io

    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: there is no such file; give the path of "
            "imagenet-vgg-verydeep-19.mat, or 'keras', or 'none'"
        )
    try:
        content = io.loadmat(path, appendmat=False, variable_names=["layers"])
        layers = dict(_convolution(cell) for cell in content["layers"].ravel())
    except PermissionError:
        raise
    except Exception as error:  # scipy has a dozen ways to say so
        raise ValueError(
            f"{path} cannot be read as imagenet-vgg-verydeep-19.mat "
            f"({type(error).__name__}: {error}); download it again"
        ) from error
    weights = []
    channels = 3
    for name, filters in LAYERS:
        kernel, bias = layers.get(name) or (np.zeros(0), np.zeros(0))
        if kernel.shape != (3, 3, channels, filters) or bias.size != filters:
            shape = f"of shape {kernel.shape}" if name in layers else "missing"
            raise ValueError(
                f"{path} is not VGG-19: its {name} is {shape}, expected "
                f"{(3, 3, channels, filters)}; give imagenet-vgg-verydeep-19.mat"
            )
        # MatConvNet's kernels are width by height (its manual: vl_nnconv).
        kernel = kernel.transpose(1, 0, 2, 3).astype("float32")
        weights.append((kernel, bias.reshape(-1).astype("float32")))
        channels = filters
    return weights


def from_keras(model: keras.Model) -> Weights:
    """Takes the convolutions of a `keras.applications.VGG19`, which then take RGB."""
    weights = []
    for name, _ in LAYERS:
        block, number = name.removeprefix("conv").split("_")
        kernel, bias = model.get_layer(f"block{block}_conv{number}").get_weights()
        weights.append((kernel, bias))
    kernel, bias = weights[0]
    weights[0] = (kernel[:, :, ::-1], bias)  # it was trained on blue, green, red
    return weights


def _convolution(cell: Array) -> tuple[str, tuple[Array, Array] | None]:
    """Returns a layer's name, and its kernel and bias if it has them.

    The order of a layer's fields changed between releases; their names did not.
    """
    layer = cell.ravel()[0]
    name = str(layer["name"].ravel()[0])
    if "weights" not in layer.dtype.names or layer["weights"].size != 2:
        return name, None
    kernel, bias = layer["weights"].ravel()
    return name, (kernel, bias)


def _download() -> keras.Model:
    try:
        return keras.applications.VGG19(include_top=False, weights="imagenet")
    except Exception as error:  # a plain Exception is what Keras raises
        raise OSError(
            f"keras.applications' VGG-19 weights could not be downloaded ({error}); go "
            "online once, or give the path of imagenet-vgg-verydeep-19.mat, or 'none'"
        ) from error
