"""The learning rate over a run: constant, then linearly to zero."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("cyclegan_tf")
class ConstantThenLinear(keras.optimizers.schedules.LearningRateSchedule):
    """`rate` for so many steps, then on a line that meets zero after the last one.

    Zhu et al. 2017, section 4 and appendix 7.1: 100 epochs and 100 epochs. Theirs
    goes down once an epoch, this one with each step.
    """

    def __init__(self, rate: float, constant: int, linear: int) -> None:
        """Plans a run.

        Args:
          rate: the first learning rate.
          constant: steps with it.
          linear: steps on the line, 0 for none.
        """
        self.rate, self.constant, self.linear = rate, constant, linear

    def __call__(self, step: Any) -> Any:
        left = self.constant + self.linear - ops.cast(step, "float32")
        return self.rate * ops.clip(left / max(1, self.linear), 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        return {"rate": self.rate, "constant": self.constant, "linear": self.linear}
