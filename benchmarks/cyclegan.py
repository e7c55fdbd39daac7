"""Measures what a training step of CycleGAN costs and prints it beside PyTorch's.

  python -m benchmarks.cyclegan --sides 128

Each row in its own process, as CPU-seconds (all threads together) and peak memory.
PyTorch's CPU-seconds are scaled by a float32 matrix product that is timed in the same
process; with --beside_torch its step runs in turns with ours, where PyTorch is
installed. The table is in Markdown.
"""

from __future__ import annotations

import dataclasses
import os
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks import harness, table
from darkroom import cli, heap, program

# CPU-seconds of the original, ResNet-9, batch 1, width 1, by the pictures' side
ORIGINAL = {128: 2.7, 256: 10.9}


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


@dataclasses.dataclass(frozen=True)
class Job:
    """One step: both generators, then both discriminators, batch 1.

    Attributes:
      side: of the pictures, in pixels.
      precision: float32 or bfloat16.
      width: of the networks.
      generator: as cyclegan_tf.train names it.
    """

    side: int
    precision: str = "float32"
    width: float = 1.0
    generator: str = "resnet_9blocks"


class Turns(NamedTuple):
    """CPU-seconds of a step here and in PyTorch, medians of runs in turns."""

    keras: float
    torch: float


def main(config: Config) -> None:
    """Measures row by row, then prints the table and a verdict."""
    sides = parse_sides(config.sides)
    precisions = harness.parse_precisions(config.precisions)
    if config.beside_torch:
        _show_turns(sides, config)
        return
    rows = harness.measure_all(
        measurements(sides, precisions, config.width),
        prepare,
        config.repeat,
        config.output,
    )
    harness.show(rows, config.output)


def parse_sides(text: str) -> list[int]:
    """Reads the pictures' sides from a list with commas.

    Raises:
      ValueError: one is no size of a picture.
    """
    sides = [int(side) if side.isdecimal() else 0 for side in text.split(",")]
    if any(side < 32 or side % 4 for side in sides):
        raise ValueError(
            f"--sides is {text}; expected multiples of 4 from 32 on: 128,256"
        )
    return sides


def measurements(
    sides: Sequence[int], precisions: Sequence[str], width: float = 1.0
) -> list[harness.Measurement]:
    """Lists the steps to measure, with what they cost in the original."""
    return [
        harness.Measurement(
            f"CycleGAN step, ResNet-9, 1 x {side}x{side}, {precision}",
            Job(side, precision, width),
            harness.Original(ORIGINAL.get(side) if width == 1 else None),
        )
        for side in sides
        for precision in precisions
    ]


def prepare(job: Job) -> Callable[[], object]:
    """Makes a step ready to run, as cyclegan_tf.train takes it by default.

    Raises:
      ValueError: the networks cannot be built.
    """
    import tensorflow as tf

    from cyclegan_tf import assembly, presets, train
    from darkroom.train import distribution

    heap.keep_what_is_freed()
    flags = train.Config(
        preset="paper",
        generator=job.generator,
        load_size=job.side,
        crop_size=job.side,
        precision=job.precision,  # type: ignore[arg-type]
        width=job.width,
        steps=1000,
    )
    parts = assembly.assemble(presets.resolve(flags, 1), distribution.strategy("one"))
    shape = (1, job.side, job.side, 3)
    a, b = (tf.random.uniform(shape, -1, 1) for _ in "ab")
    return lambda: {name: float(term) for name, term in parts.step(a, b).items()}


def _show_turns(sides: Sequence[int], config: Config) -> None:
    from tqdm import auto

    if config.precisions != "float32" or config.width != 1:
        raise ValueError(
            f"--beside_torch has PyTorch's step in float32 at width 1; got "
            f"{config.precisions} at width {config.width:g}: leave these flags out"
        )
    turns = {
        f"CycleGAN step, ResNet-9, 1 x {side}x{side}": measure_beside_torch(
            Job(side), config.repeat
        )
        for side in auto.tqdm(sides, unit="measurement")
    }
    harness.save(config.output, [{"name": n, **t._asdict()} for n, t in turns.items()])
    rows = [
        [name, *(table.number(cell, 2) for cell in (ours, theirs, ours / theirs))]
        for name, (ours, theirs) in turns.items()
    ]
    print(table.markdown(["", "CPU-s", "PyTorch's", "of PyTorch's"], rows))
    print(f"\nevery number is in {config.output}")


def measure_beside_torch(job: Job, repeat: int = 3) -> Turns:
    """Measures a job and PyTorch's own step in a process of their own.

    Raises:
      ValueError: the networks cannot be built, PyTorch is not installed, or the process
        was ended from outside.
    """
    from darkroom.litert import cost

    return cost.run_in_subprocess(time_beside_torch, job, repeat)


def time_beside_torch(job: Job, repeat: int) -> Turns:
    """Measures both in this process, in turns: a noisy machine treats them alike."""
    # PyTorch's idle threads spin by default, which would count against it
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    from benchmarks import torch_step
    from darkroom.litert import cost

    theirs = torch_step.prepare(job.side)  # first: it is what may be missing
    seconds = cost.take_turns([prepare(job), theirs], repeat)
    return Turns(*map(statistics.median, seconds))


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
