"""Scores exported files beside Keras, and measures their size, time and memory."""

from __future__ import annotations

import functools
import json
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from darkroom.pixels import Array
    from pynet.windows import Pair

Row = dict[str, float]


def score(
    networks: Mapping[str, Callable[[Array], Array]], pairs: Sequence[Pair]
) -> dict[str, Row]:
    """Scores networks on whole scenes, beside the photo untouched.

    Args:
      networks: `[1, h, w, 4]` to a picture, by name; the first is what all the others
        are compared with.
      pairs: the scenes.

    Returns:
      means by name: psnr, ssim, detail_in_focus, detail_out_of_focus, and `to_first`:
      the PSNR to the first network's picture.
    """
    import math

    import numpy as np

    from darkroom.metrics import reports
    from pynet import validation

    rows = {}
    first: list[Array] = []
    for name, network in networks.items():
        drawn: list[Array] = []
        keep = functools.partial(_kept, network, drawn)
        result = validation.evaluate(keep, pairs, 1, untouched=not first)
        rows[name] = result.mean
        if first:
            errors = [
                float(np.square(one - other, dtype=np.float64).mean())
                for one, other in zip(first, drawn, strict=True)
            ]
            mean = max(float(np.mean(errors)), 1e-20)
            rows[name]["to_first"] = -10 * math.log10(mean)
        else:
            first = drawn
            rows["photo"] = reports.mean_scores(result.photo)
    return rows


def _kept(
    network: Callable[[Array], Array], drawn: list[Array], inputs: Array
) -> Array:
    import numpy as np

    drawn.append(np.clip(np.asarray(network(inputs)), 0, 1))
    return drawn[-1]


def measure(file: pathlib.Path) -> Row:
    """Returns a file's bytes, its milliseconds on one thread, and its peak of memory.

    Args:
      file: with what LiteRT's own benchmark found beside it, `NAME.bench.json`.

    Raises:
      OSError: one of the two is not there.
    """
    from darkroom.litert import cost

    measured = cost.measure_file(file, 1)
    bench = json.loads(file.with_name(f"{file.name}.bench.json").read_text())
    return {
        "bytes": file.stat().st_size,
        "cpu_ms": measured.cpu_ms,
        "peak_mb": measured.peak_mb,
        "litert_ms": bench["latency"]["min_ms"],
    }
