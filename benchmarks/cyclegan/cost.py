"""What a step of CycleGAN costs, beside PyTorch's."""

from __future__ import annotations

import dataclasses
import os
import statistics
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from benchmarks import harness
from darkroom.metrics import cost

# CPU-seconds of the original, ResNet-9, batch 1, width 1, by the pictures' side
ORIGINAL = {128: 2.7, 256: 10.9}


@dataclasses.dataclass(frozen=True)
class Job:
    """One step: both generators, then both discriminators, batch 1.

    Attributes:
      side: of the pictures.
      precision: float32 or bfloat16.
      width: of the networks.
      generator: as cyclegan_tf.train names it.
    """

    side: int
    precision: str = "float32"
    width: float = 1.0
    generator: str = "resnet_9blocks"


def measurements(
    sides: Sequence[int], precisions: Sequence[str], width: float = 1.0
) -> list[harness.Measurement]:
    """The steps to measure, with what they cost in the original."""
    return [
        harness.Measurement(
            f"CycleGAN step, ResNet-9, 1 x {side}x{side}, {precision}",
            Job(side, precision, width),
            harness.Original(ORIGINAL.get(side) if width == 1 else None),
        )
        for side in sides
        for precision in precisions
    ]


def of(job: Job, repeat: int = 3, product: int = cost.PRODUCT) -> cost.Cost:
    """Measures a job in a process of its own.

    Raises:
      ValueError: the network cannot be built, or the process was ended from outside.
    """
    return cost.in_own_process(prepared, job, repeat, product)


class Turns(NamedTuple):
    """CPU-seconds of a step here and in PyTorch, medians of runs in turns."""

    keras: float
    torch: float


def beside_torch(job: Job, repeat: int = 3) -> Turns:
    """Measures a job and PyTorch's own step in a process of their own.

    Raises:
      ValueError: as `of`; or PyTorch is not installed.
    """
    return cost.apart(job, take_turns, job, repeat)


def take_turns(job: Job, repeat: int) -> Turns:
    """Measures both here, in turns, so that a noisy machine treats them alike."""
    # PyTorch's idle threads spin by default, which would count against it
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    from benchmarks.cyclegan import torch_step

    theirs = torch_step.prepared(job.side)  # first: it is what may be missing
    seconds = cost.in_turns([prepared(job), theirs], repeat)
    return Turns(*map(statistics.median, seconds))


def prepared(job: Job) -> Callable[[], Any]:
    """The step as cyclegan_tf.train takes it, with its default flags, ready to run.

    Raises:
      ValueError: the networks cannot be built.
    """
    import tensorflow as tf

    from cyclegan_tf import assembly, presets, train
    from darkroom.train import distribution

    flags = train.Config(
        preset="paper",
        generator=job.generator,
        load_size=job.side,
        crop_size=job.side,
        precision=job.precision,  # type: ignore[arg-type]
        width=job.width,
        steps=1000,
    )
    made = assembly.assemble(presets.fill_in(flags, 1), distribution.strategy("one"))
    shape = (1, job.side, job.side, 3)
    a, b = (tf.random.uniform(shape, -1, 1) for _ in "ab")
    return lambda: {name: float(term) for name, term in made.step(a, b).items()}
