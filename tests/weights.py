"""Weights for networks that nobody has trained."""

from __future__ import annotations

from typing import Any

import numpy as np


def lively(model: Any, gain: float = 2.0) -> Any:
    """Makes the first kernels so large that pictures and disparities have detail.

    Args:
      model: a Keras model, which is changed and returned.
      gain: of a kernel's variance, over one by what goes into an output: 2 for ReLUs
        (He et al. 2015, section 2.2), 1 as LeCun has it. Near enough where kernels
        are not (rows, columns, in, out).
    """
    for variable in model.trainable_variables:
        if variable.name == "kernel":
            kernel = variable.numpy()
            wanted = np.sqrt(gain / np.prod(kernel.shape[:3]))
            variable.assign(kernel * wanted / kernel.std())
    return model
