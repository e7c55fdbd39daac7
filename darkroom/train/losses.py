"""What training makes small: pure functions `(truth, prediction) -> scalar`.

They work in float32 whatever the precision of the network. Weights between losses
belong to the package that trains: the paper of PyNET has 10 * `l1` + 0.1 * `content` +
10 * `structural` at its finest level.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import ops

from darkroom.metrics import image as metrics


def l1(truth: Any, prediction: Any) -> Any:
    """The mean absolute difference, a scalar."""
    truth, prediction = metrics.pair(truth, prediction)
    return ops.mean(ops.abs(truth - prediction))


def structural(truth: Any, prediction: Any) -> Any:
    """One minus the mean SSIM of the batch, a scalar.

    Raises:
      ValueError: A side is below 11 pixels.
    """
    return 1.0 - ops.mean(metrics.ssim(truth, prediction))


def content(truth: Any, prediction: Any, features: Callable[[Any], Any]) -> Any:
    """The mean squared difference of a network's features, a scalar.

    Johnson et al. 2016, eq. 2, as PyNET uses it (Ignatov et al. 2020, section 3.2).

    Args:
      features: pictures -> feature maps, such as the model of `vgg.vgg19`, which
        scales pictures and subtracts their mean itself.
    """
    truth, prediction = metrics.pair(truth, prediction)
    difference = features(truth) - features(prediction)
    return ops.mean(ops.square(ops.cast(difference, "float32")))
