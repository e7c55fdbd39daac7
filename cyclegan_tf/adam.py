"""Adam in Keras' form and in PyTorch's."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("cyclegan_tf")
class TorchAdam(keras.optimizers.Adam):
    """Adam with epsilon beside the root of the corrected second moment.

    Kingma, Ba 2015, algorithm 1. Keras adds epsilon before the correction (their
    section 2, end), which in the first thousand steps makes it up to 30 times larger.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Moves one variable."""
        dtype = variable.dtype
        rate, gradient = ops.cast(learning_rate, dtype), ops.cast(gradient, dtype)
        step = ops.cast(self.iterations + 1, dtype)
        # 1 - beta^step; as it stands it would lose half of float32's digits
        first_correction, second_correction = (
            -ops.expm1(step * math.log(max(beta, 1e-30)))
            for beta in (self.beta_1, self.beta_2)
        )
        index = self._get_variable_index(variable)
        first, second = self._momentums[index], self._velocities[index]
        self.assign_add(first, (gradient - first) * (1 - self.beta_1))
        self.assign_add(second, (ops.square(gradient) - second) * (1 - self.beta_2))
        root = ops.sqrt(second / second_correction) + self.epsilon
        self.assign_sub(variable, rate * first / first_correction / root)
