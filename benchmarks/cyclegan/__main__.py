"""Measures what a training step of CycleGAN costs and prints it beside PyTorch's.

  python -m benchmarks.cyclegan --sides 128

Each row in its own process, as CPU-seconds (all threads together) and peak memory.
PyTorch's CPU-seconds are scaled by a float32 matrix product that is timed in the same
process; with --beside_torch its step runs in turns with ours, where PyTorch is
installed. The table is in Markdown.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib
from collections.abc import Sequence

from darkroom import cli


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.cyclegan."""

    sides: str = cli.flag("128,256", "of the pictures, in pixels")
    precisions: str = cli.flag("float32", "float32, bfloat16, or both with a comma")
    width: float = cli.flag(1.0, "of the networks; only 1 is the original's")
    repeat: int = cli.flag(
        3,
        "runs to take the median of, after a first that is not counted",
        lower_bound=1,
    )
    beside_torch: bool = cli.flag(
        False, "run PyTorch's step too, in turns with ours; needs torch"
    )
    output: str = cli.flag("runs/bench_gan.json", "every number, as JSON")


def main(config: Config) -> None:
    """Measures row by row, then prints the table and a verdict."""
    from benchmarks import harness
    from benchmarks.cyclegan import cost

    sides = [int(side) if side.isdecimal() else 0 for side in config.sides.split(",")]
    if any(side < 32 or side % 4 for side in sides):
        raise ValueError(
            f"--sides is {config.sides}; expected multiples of 4 from 32 on: 128,256"
        )
    precisions = harness.precisions(config.precisions)
    if config.beside_torch:
        _show_turns(sides, config)
        return
    found = harness.run(
        cost.measurements(sides, precisions, config.width),
        functools.partial(cost.of, repeat=config.repeat),
        config.output,
    )
    harness.show(found, config.output)


def _show_turns(sides: Sequence[int], config: Config) -> None:
    from tqdm import auto

    from benchmarks.cyclegan import cost
    from darkroom.metrics import reports

    if config.precisions != "float32" or config.width != 1:
        raise ValueError(
            f"--beside_torch has PyTorch's step in float32 at width 1; got "
            f"{config.precisions} at width {config.width:g}: leave these flags out"
        )
    turns = {
        f"CycleGAN step, ResNet-9, 1 x {side}x{side}": cost.beside_torch(
            cost.Job(side), config.repeat
        )
        for side in auto.tqdm(sides, unit="measurement")
    }
    reports.write(
        pathlib.Path(config.output),
        [{"name": n, **t._asdict()} for n, t in turns.items()],
    )
    rows = [
        [name, f"{ours:.2f}", f"{theirs:.2f}", f"{ours / theirs:.2f}"]
        for name, (ours, theirs) in turns.items()
    ]
    print(reports.markdown(["", "CPU-s", "PyTorch's", "of PyTorch's"], rows))
    print(f"\nevery number is in {config.output}")


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
