"""Adam as the originals have it, and the precisions that a training computes in."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

# Keras' name of each precision: the weights stay float32.
POLICY = {
    "float32": "float32",
    "bfloat16": "mixed_bfloat16",
    "float16": "mixed_float16",
}


def adam(learning_rate: Any, precision: str = "float32", **options: Any) -> Any:
    """Adam with epsilon 1e-8, where Keras has 1e-7; float16 gets its loss scale.

    Args:
      learning_rate: a number, or a Keras schedule.
      precision: "float32", "bfloat16" or "float16".
      **options: Keras' own. Optimizers that are saved into one state need a `name`
        each, since the names of their variables are those of the state.
    """
    import keras

    options = {"epsilon": 1e-8, "name": "adam", **options}
    optimizer = keras.optimizers.Adam(learning_rate, **options)
    if precision == "float16":
        return keras.optimizers.LossScaleOptimizer(optimizer, name="loss_scale")
    return optimizer


def averaging(momentum: float) -> dict[str, Any]:
    """The options of `adam` that keep an average of the weights; none at momentum 0."""
    return {"use_ema": True, "ema_momentum": momentum} if momentum else {}


@contextlib.contextmanager
def averages(optimizer: Any, variables: Sequence[Any]) -> Iterator[None]:
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
    """The precision to train in: bfloat16 where the processor multiplies in it."""
    return "bfloat16" if has_bfloat16() else "float32"


def has_bfloat16(cpuinfo: pathlib.Path = pathlib.Path("/proc/cpuinfo")) -> bool:
    """Whether the processor multiplies in bfloat16; where not, it would be slower.

    Known on Linux only; elsewhere the answer is no.
    """
    if not cpuinfo.exists():
        return False
    return bool({"avx512_bf16", "amx_bf16"} & set(cpuinfo.read_text().split()))
