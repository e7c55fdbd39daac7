"""Adam in Keras' form and in PyTorch's, at a rate that falls to zero in the end."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import KerasTensor, Variable, ops

from cyclegan_tf.config import Config
from darkroom.train import optimizers


def optimizer(
    config: Config, name: str, updates: int = 1
) -> keras.optimizers.Optimizer:
    """Returns Adam as the flags ask for it.

    Args:
      config: the flags, resolved.
      name: another one for each optimizer of a training.
      updates: how many it makes in a step.
    """
    rate: float | ConstantThenLinear = config.learning_rate
    if config.schedule == "linear":
        constant = config.steps - config.decay_steps
        rate = ConstantThenLinear(
            rate, updates * constant, updates * config.decay_steps
        )
    options: dict[str, Any] = {"beta_1": 0.5, "epsilon": 1e-8, "name": name}
    if config.adam == "keras":
        return optimizers.adam(rate, config.precision, **options)
    return optimizers.scaled(TorchAdam(rate, **options), config.precision)


@keras.saving.register_keras_serializable("cyclegan_tf")
class TorchAdam(keras.optimizers.Adam):
    """Adam with epsilon beside the root of the corrected second moment.

    Kingma, Ba 2015, algorithm 1. Keras adds epsilon before the correction (their
    section 2, end), which in the first thousand steps makes it up to 30 times larger.
    """

    def update_step(
        self, gradient: KerasTensor, variable: Variable, learning_rate: KerasTensor
    ) -> None:
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


@keras.saving.register_keras_serializable("cyclegan_tf")
class ConstantThenLinear(keras.optimizers.schedules.LearningRateSchedule):
    """`rate` for so many steps, then on a line that meets zero after the last one.

    Zhu et al. 2017, section 4 and appendix 7.1: 100 epochs and 100 epochs. Theirs
    goes down once an epoch, this one with each step.
    """

    def __init__(self, rate: float, constant: int, linear: int) -> None:
        """Keeps the lengths of a run.

        Args:
          rate: the first learning rate.
          constant: steps with it.
          linear: steps on the line, 0 for none.
        """
        self.rate, self.constant, self.linear = rate, constant, linear

    def __call__(self, step: KerasTensor) -> KerasTensor:
        """Returns the rate of a step, counted from 0."""
        left = self.constant + self.linear - ops.cast(step, "float32")
        return self.rate * ops.clip(left / max(1, self.linear), 0.0, 1.0)

    def get_config(self) -> dict[str, float]:
        """Returns what builds it again."""
        return {"rate": self.rate, "constant": self.constant, "linear": self.linear}
