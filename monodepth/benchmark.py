"""Measures what training and prediction cost and prints it beside the original.

  python -m monodepth.benchmark --precisions float32,bfloat16

Each row in its own process, as CPU-seconds (all threads together) and peak memory. The
original's CPU-seconds are scaled by a float32 matrix product that is timed in the same
process. The table is in Markdown.
"""

from __future__ import annotations

import dataclasses
import functools

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of monodepth.benchmark."""

    precisions: str = command.flag("float32", "float32, bfloat16, or both with a comma")
    size: str = command.flag(
        "256x512", "HxW; only at 256x512 there is an original to compare with"
    )
    width: float = command.flag(1.0, "of the network; only 1 is the original's")
    repeat: int = command.flag(
        3,
        "runs to take the median of, after a first that is not counted",
        lower_bound=1,
    )
    output: str = command.flag("runs/bench_monodepth.json", "every number, as JSON")


def main(config: Config) -> None:
    """Measures row by row, then prints the table and a verdict."""
    from darkroom import benchmark
    from monodepth import cost

    precisions = benchmark.precisions(config.precisions)
    size = command.size(config.size)
    found = benchmark.run(
        cost.measurements(precisions, size, config.width),
        functools.partial(cost.of, repeat=config.repeat),
        config.output,
    )
    benchmark.show(found, config.output)


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
