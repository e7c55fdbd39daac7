"""Weights and activations of a LiteRT file in fewer bits.

  float16       weights of 16 bits, computed in float32 where there is no float16
  int8_dynamic  kernels of 8 bits; what they meet is brought to 8 bits as it comes
  int8          kernels of 8 bits, and what they meet, in ranges found beforehand
  int16x8       kernels of 8 bits, and what they meet in 16

The last two are calibrated: run over pictures, to find the ranges. Only convolutions
are quantised, which is where the work is. Norms and sums stay in float32: in 8 bits, a
norm's mean and variance lose more than they save, and XNNPACK would take the network
in 49 pieces, not in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from darkroom import litert_graph

Array = np.ndarray[Any, Any]
Pictures = Callable[[], Iterable[Array]]  # streamed, each as the network takes it

PRECISIONS = ("float32", "float16", "int8_dynamic", "int8", "int16x8")
CALIBRATED = ("int8", "int16x8")

_CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV")


def converted(
    converter: Any, precision: str, calibration: Pictures | None = None
) -> bytes:
    """What a TFLiteConverter makes, in a precision.

    Args:
      converter: of a model of static size with one input.
      precision: one of `PRECISIONS`.
      calibration: pictures `[1, H, W, C]`, for `CALIBRATED` precisions.

    Raises:
      ValueError: an unknown precision, or no pictures where some are needed.
    """
    if precision not in PRECISIONS:
        known = " or ".join(PRECISIONS)
        raise ValueError(f"precision is {precision}; expected {known}")
    import tensorflow as tf

    if precision == "float32":
        return converter.convert()
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision in CALIBRATED:
        return _calibrated(converter, precision, calibration)
    if precision == "float16":  # without it, 8 bits
        converter.target_spec.supported_types = [tf.float16]
    return converter.convert()


def _calibrated(
    converter: Any, precision: str, calibration: Pictures | None
) -> bytes:
    from tensorflow import int8, int16
    from tensorflow.lite.python import convert

    if calibration is None:
        raise ValueError(
            f"{precision} needs pictures to calibrate on, and there are none"
        )
    # The converter's own quantisation takes all operations; this is its last step,
    # which can leave some out.
    converter.representative_dataset = lambda: ([picture] for picture in calibration())
    converter._experimental_calibrate_only = True
    ranges = converter.convert()
    graph = litert_graph.Graph(ranges)
    kinds = {graph.kind(operator) for operator in graph.operators}
    return convert.mlir_quantize(
        ranges,
        inference_type=int16 if precision == "int16x8" else int8,
        denylisted_ops=sorted(kinds.difference(_CONVOLUTIONS)),
        denylisted_nodes=_straightest(graph),
    )


def _straightest(graph: litert_graph.Graph) -> list[str]:
    """The convolutions on the way of least work from the input to the output.

    The photo itself goes this way, where others go through many more: in PyNET, 7 of
    its 145. In 8 bits they would cost 15 dB; in float32, they are a hundredth of the
    work.
    """
    best: dict[int, tuple[int, list[str]]] = dict.fromkeys(graph.inputs, (0, []))
    for operator in graph.operators:
        ways = [best[tensor] for tensor in operator.inputs if tensor in best]
        if not ways:
            continue
        work, names = min(ways)
        output = operator.outputs[0]
        if graph.kind(operator) in _CONVOLUTIONS:
            work += graph.multiplications(operator)
            names = [*names, graph.name(output)]
        best[output] = (work, names)
    return best[graph.outputs[0]][1]
