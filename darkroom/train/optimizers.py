"""Adam as the originals have it, and the precisions that a training computes in."""

from __future__ import annotations

import pathlib
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
