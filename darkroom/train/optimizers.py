"""Adam as the originals have it, and the precisions that a training computes in."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

# Keras' name of each precision: the weights stay float32.
POLICY = {
    "float32": "float32",
    "bfloat16": "mixed_bfloat16",
    "float16": "mixed_float16",
}


def adam(
    learning_rate: float | keras.optimizers.schedules.LearningRateSchedule,
    precision: str = "float32",
    **options: Any,
) -> keras.optimizers.Optimizer:
    """Returns Adam with epsilon 1e-8 (Keras has 1e-7), in float16 with a loss scale.

    Args:
      learning_rate: a number, or a schedule.
      precision: "float32", "bfloat16" or "float16".
      **options: Keras' own. Optimizers that are saved into one state need a `name`
        each, since the names of their variables are those of the state.
    """
    import keras

    options = {"epsilon": 1e-8, "name": "adam", **options}
    return scaled(keras.optimizers.Adam(learning_rate, **options), precision)


def scaled(
    optimizer: keras.optimizers.Optimizer, precision: str
) -> keras.optimizers.Optimizer:
    """Returns the optimizer, in float16 with a loss scale: faint gradients are 0."""
    import keras

    if precision != "float16":
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer, name="loss_scale")


def averaging(momentum: float) -> dict[str, Any]:
    """Returns options of `adam` that keep an average of the weights, if not 0."""
    return {"use_ema": True, "ema_momentum": momentum} if momentum else {}


@contextlib.contextmanager
def averages(
    optimizer: keras.optimizers.Optimizer, variables: Sequence[keras.Variable]
) -> Iterator[None]:
    """Puts the optimizer's averages in the variables' place meanwhile, if it has any.

    Args:
      optimizer: of `adam`.
      variables: what it was built on, in the same order.
    """
    import keras

    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    if not optimizer.use_ema or not int(optimizer.iterations):
        yield  # before the first step the averages are zeros
        return
    trained = [keras.ops.convert_to_numpy(variable) for variable in variables]
    for variable, average in zip(
        variables, optimizer._model_variables_moving_average, strict=True
    ):
        variable.assign(average)
    try:
        yield
    finally:
        for variable, value in zip(variables, trained, strict=True):
            variable.assign(value)


def fastest() -> str:
    """Returns the precision to train in: bfloat16 where the processor has it."""
    return "bfloat16" if has_bfloat16() else "float32"


def has_bfloat16(cpuinfo: pathlib.Path = pathlib.Path("/proc/cpuinfo")) -> bool:
    """Tells whether the processor multiplies in bfloat16; else it would be slower.

    Known on Linux only; elsewhere the answer is no.
    """
    if not cpuinfo.exists():
        return False
    return bool({"avx512_bf16", "amx_bf16"} & set(cpuinfo.read_text().split()))
