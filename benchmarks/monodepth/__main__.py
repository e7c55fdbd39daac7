"""Measures what training and prediction cost and prints it beside the original.

  python -m benchmarks.monodepth --precisions float32,bfloat16

Each row in its own process, as CPU-seconds (all threads together) and peak memory. The
original's CPU-seconds are scaled by a float32 matrix product that is timed in the same
process. The table is in Markdown.
"""

from __future__ import annotations

import dataclasses
import functools

from darkroom import cli


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.monodepth."""

    precisions: str = cli.flag("float32", "float32, bfloat16, or both with a comma")
    size: str = cli.flag(
        "256x512", "HxW; only at 256x512 there is an original to compare with"
    )
    width: float = cli.flag(1.0, "of the network; only 1 is the original's")
    repeat: int = cli.flag(
        3,
        "runs to take the median of, after a first that is not counted",
        lower_bound=1,
    )
    output: str = cli.flag("runs/bench_monodepth.json", "every number, as JSON")


def main(config: Config) -> None:
    """Measures row by row, then prints the table and a verdict."""
    from benchmarks import harness
    from benchmarks.monodepth import cost

    precisions = harness.precisions(config.precisions)
    size = cli.size(config.size)
    found = harness.run(
        cost.measurements(precisions, size, config.width),
        functools.partial(cost.of, repeat=config.repeat),
        config.output,
    )
    harness.show(found, config.output)


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
