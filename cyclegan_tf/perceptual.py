"""VGG-19's relu3_2 of pictures in [-1, 1], for the perceptual term of the mask loss.

The weights are those of torchvision, which takes colours in units of ImageNet's
deviation. MatConvNet's (which Keras has too) take them in units of 1/255; scaled here
to the same units, their features have the same size, and the term the same weight.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable

import numpy as np

from cyclegan_tf.layers import Tensor
from darkroom.importers import pth
from darkroom.metrics import vgg

LAYERS = vgg.LAYERS[:6]  # up to relu3_2
_TORCHVISION = (0, 2, 5, 7, 10, 12)  # their places among its `features`
# Of ImageNet's pictures in [0, 1]: red, green, blue
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def features(
    weights: vgg.Weights, precision: str = "float32"
) -> Callable[[Tensor], Tensor]:
    """Returns the function from pictures `[B, H, W, 3]` to maps `[B, H/4, W/4, 256]`.

    Args:
      weights: of the first six convolutions, in torchvision's units.
      precision: Keras' name of it.
    """
    network = vgg.network(
        weights,
        precision,
        scale=[1 / d for d in DEVIATION],
        offset=[-m / d for m, d in zip(MEAN, DEVIATION, strict=True)],
    )

    return lambda pictures: network((pictures + 1) / 2, training=False)


def load(weights: str) -> vgg.Weights:
    """Loads the first six convolutions, in torchvision's units.

    Args:
      weights: torchvision's `vgg19-*.pth`; or "keras" or a `.mat`, as `vgg.load`.

    Raises:
      ValueError, OSError: the file is no VGG-19's, or cannot be read.
    """
    if weights.endswith(".pth"):
        return read_pth(pathlib.Path(weights))
    return in_units_of_deviation(vgg.load(weights)[: len(LAYERS)])


def read_pth(path: pathlib.Path) -> vgg.Weights:
    """Reads the first six convolutions of torchvision's VGG-19.

    Raises:
      ValueError, OSError: the file is no VGG-19's, or cannot be read.
    """
    arrays = pth.read(path)
    weights = []
    channels = 3
    for (_, filters), place in zip(LAYERS, _TORCHVISION, strict=True):
        name = f"features.{place}.weight"
        kernel = arrays.get(name, np.zeros(0))
        if kernel.shape != (filters, channels, 3, 3):
            came = f"of shape {kernel.shape}" if name in arrays else "missing"
            raise ValueError(
                f"{path} is not torchvision's VGG-19: its {name} is {came}, expected "
                f"{(filters, channels, 3, 3)}; give vgg19-dcbb9e9d.pth"
            )
        weights.append((kernel.transpose(2, 3, 1, 0), arrays[f"features.{place}.bias"]))
        channels = filters
    return weights


def in_units_of_deviation(weights: vgg.Weights) -> vgg.Weights:
    """Makes MatConvNet's convolutions take torchvision's colours.

    A network of rectifiers is homogeneous: with its picture and all biases divided by
    a number, its features are divided by it.
    """
    unit = 255 * np.mean(DEVIATION)
    (kernel, bias), *rest = [(kernel, bias / unit) for kernel, bias in weights]
    colours = 255 * np.array(DEVIATION) / unit
    return [(kernel * colours[:, None], bias), *rest]
