"""Measures what a training step of CycleGAN costs and prints it beside PyTorch's.

  python -m cyclegan_tf.benchmark --sides 128

Each row in its own process, as CPU-seconds (all threads together) and peak memory.
PyTorch's CPU-seconds are scaled by a float32 matrix product that is timed in the same
process. The table is in Markdown.
"""

from __future__ import annotations

import dataclasses
import functools

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of cyclegan_tf.benchmark."""

    sides: str = command.flag("128,256", "of the pictures, in pixels")
    precisions: str = command.flag("float32", "float32, bfloat16, or both with a comma")
    width: float = command.flag(1.0, "of the networks; only 1 is the original's")
    repeat: int = command.flag(
        3,
        "runs to take the median of, after a first that is not counted",
        lower_bound=1,
    )
    output: str = command.flag("runs/bench_gan.json", "every number, as JSON")


def main(config: Config) -> None:
    """Measures row by row, then prints the table and a verdict."""
    from cyclegan_tf import cost
    from darkroom import benchmark

    sides = [int(side) if side.isdecimal() else 0 for side in config.sides.split(",")]
    if any(side < 32 or side % 4 for side in sides):
        raise ValueError(
            f"--sides is {config.sides}; expected multiples of 4 from 32 on: 128,256"
        )
    precisions = benchmark.precisions(config.precisions)
    found = benchmark.run(
        cost.measurements(sides, precisions, config.width),
        functools.partial(cost.of, repeat=config.repeat),
        config.output,
    )
    benchmark.show(found, config.output)


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
