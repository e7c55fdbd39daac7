"""Measures what training and prediction cost and prints it beside the original.

  python -m benchmarks.monodepth --precisions float32,bfloat16

Each row in its own process, as CPU-seconds (all threads together) and peak memory. The
original's CPU-seconds are scaled by a float32 matrix product that is timed in the same
process. The table is in Markdown.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Literal

from benchmarks import harness
from darkroom import cli, heap, program

# Of the original at 256 x 512, width 1: CPU-seconds and, where known, GB. A prediction
# is of a photo and its mirror image.
ORIGINAL: dict[tuple[str, str, int], tuple[float, float | None]] = {
    ("step", "vgg", 2): (1.18, 2.0),
    ("step", "vgg", 8): (4.65, 3.7),
    ("step", "resnet50", 2): (1.73, None),
    ("prediction", "vgg", 2): (0.28, None),
}
SIZE = (256, 512)
LIMIT = 1.05  # of the original's CPU-seconds


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


@dataclasses.dataclass(frozen=True)
class Job:
    """What to measure.

    Attributes:
      task: "step" (loss, gradients and Adam), or "prediction" of so many pictures.
      encoder: vgg or resnet50.
      batch: pictures.
      precision: float32 or bfloat16.
      size: their height and width.
      width: of the network.
    """

    task: Literal["step", "prediction"]
    encoder: str
    batch: int
    precision: str = "float32"
    size: tuple[int, int] = SIZE
    width: float = 1.0


def main(config: Config) -> None:
    """Measures row by row, then prints the table and a verdict."""
    rows = harness.measure_all(
        measurements(config), prepare, config.repeat, config.output
    )
    harness.show(rows, config.output)


def measurements(config: Config) -> list[harness.Measurement]:
    """Lists the jobs that were measured of the original, with what it costs.

    Raises:
      ValueError: a precision or a size is none.
    """
    precisions = harness.parse_precisions(config.precisions)
    size = cli.parse_size(config.size)
    comparable = size == SIZE and config.width == 1
    rows = []
    for (task, encoder, batch), numbers in ORIGINAL.items():
        original = harness.Original(*(numbers if comparable else ()))
        for precision in precisions:
            job = Job(task, encoder, batch, precision, size, config.width)  # type: ignore[arg-type]
            name = f"{task}, {encoder}, {batch} x {size[0]}x{size[1]}, {precision}"
            rows.append(harness.Measurement(name, job, original, LIMIT))
    return rows


def prepare(job: Job) -> Callable[[], object]:
    """Makes a job ready to run, as the programs do it.

    Raises:
      ValueError: the network cannot be built, or not take this size.
    """
    import numpy as np
    import tensorflow as tf

    from darkroom.train import distribution, optimizers
    from monodepth import losses, network, prediction

    network.check_size(job.encoder, *job.size)
    policy = optimizers.POLICY[job.precision]
    model = network.monodepth(job.encoder, width=job.width, precision=policy)
    if job.task == "prediction":
        run = prediction.compiled(model, job.size)
        views = tf.random.uniform((job.batch, *job.size, 3))
        return lambda: np.asarray(run(views))
    heap.keep_what_is_freed()
    optimizer = optimizers.adam(1e-4, job.precision)
    optimizer.build(model.trainable_variables)
    step = distribution.supervised_step(
        model, optimizer, losses.terms, distribution.strategy("one")
    )
    left, truth = (tf.random.uniform((job.batch, *job.size, c)) for c in (3, 6))
    return lambda: {name: float(term) for name, term in step(left, truth).items()}


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
