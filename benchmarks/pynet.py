"""Measures what each level costs and prints it beside the original, in Markdown.

  python -m benchmarks.pynet --levels 7,5 --sizes 256

One training step (batch 1) and one inference, each in its own process, as CPU-seconds
(all threads together) and peak memory. The original's CPU-seconds are scaled by a
float32 matrix product that is timed in the same process.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from benchmarks import harness, table
from darkroom import cli, heap, program

if TYPE_CHECKING:
    import keras

# Of the original at width 1 in float32: CPU-seconds and, where known, GB.
ORIGINAL: dict[tuple[str, int, tuple[int, int]], tuple[float, float | None]] = {
    ("step", 7, (512, 512)): (0.31, 1.4),
    ("step", 5, (512, 512)): (1.46, 1.9),
    ("step", 3, (512, 512)): (11.9, 3.6),
    ("step", 1, (512, 512)): (11.9, 3.9),
    ("step", 7, (256, 256)): (0.12, None),
    ("step", 5, (256, 256)): (0.45, None),
    ("step", 3, (256, 256)): (3.1, None),
    ("step", 1, (256, 256)): (3.2, None),
    ("inference", 1, (512, 768)): (5.4, 1.3),
}
LIMIT = {"float32": 1.05, "bfloat16": 0.6}  # of the original's CPU-seconds


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.pynet."""

    levels: str = cli.flag("7,6,5,4,3,2,1", "levels to measure")
    precisions: str = cli.flag("float32,bfloat16", "of the computation")
    sizes: str = cli.flag(
        "512", "of a training step's patch, half the photo's: 512, or 512,256, or HxW"
    )
    inference_size: str = cli.flag(
        "512x768", "HxW of the photo to infer on, half its size"
    )
    width: float = cli.flag(
        1.0, "of the network; only at 1 there is an original to compare with"
    )
    heap: Literal["keep", "system"] = cli.flag(
        "keep", "of training steps: keep freed memory, as pynet.train, or return it"
    )
    repeat: int = cli.flag(
        3,
        "runs to take the median of, after a first that is not counted",
        lower_bound=1,
    )
    output: str = cli.flag("runs/bench.json", "every number, as JSON")


@dataclasses.dataclass(frozen=True)
class Job:
    """What to measure.

    Attributes:
      task: "step" (loss, gradients and Adam, batch 1) or "inference".
      level: 7 to 1.
      precision: float32 or bfloat16.
      size: H and W of the input, half the photo's.
      width: of the network.
      heap: whether a step keeps freed memory, as in trainings.
    """

    task: Literal["step", "inference"]
    level: int
    precision: str
    size: tuple[int, int]
    width: float = 1.0
    heap: Literal["keep", "system"] = "keep"

    @property
    def hxw(self) -> str:
        """The size as people write it."""
        return f"{self.size[0]}x{self.size[1]}"


def main(config: Config) -> None:
    """Measures, row by row; the numbers so far are in the file at any time."""
    rows = harness.measure_all(
        [measurement(job) for job in jobs(config)],
        prepare,
        config.repeat,
        config.output,
    )
    harness.show(rows, config.output, levels_table)


def jobs(config: Config) -> list[Job]:
    """Lists training steps and inferences of all levels and precisions.

    Raises:
      ValueError: a level, a precision or a size is none.
    """
    levels = config.levels.split(",")
    for level in levels:
        if level not in set("7654321"):
            raise ValueError(f"--levels has {level!r}; expected levels 7 to 1: 7,5,1")
    precisions = harness.parse_precisions(config.precisions)
    steps = [("step", parse_size(text)) for text in config.sizes.split(",")]
    return [
        Job(task, int(level), precision, size, config.width, config.heap)  # type: ignore[arg-type]
        for task, size in [*steps, ("inference", parse_size(config.inference_size))]
        for level in levels
        for precision in precisions
    ]


def parse_size(text: str) -> tuple[int, int]:
    """Reads H and W from HxW, or from the side of a square.

    Raises:
      ValueError: it is neither, or not in multiples of 32.
    """
    from pynet import export

    return export.size(f"{text}x{text}" if text.isdecimal() else text)


def measurement(job: Job) -> harness.Measurement:
    """Returns a job with what it costs in the original."""
    numbers = ORIGINAL.get((job.task, job.level, job.size)) if job.width == 1 else None
    return harness.Measurement(
        f"{job.task} of level {job.level}, {job.precision}, {job.hxw}",
        job,
        harness.Original(*(numbers or ())),
        LIMIT[job.precision],
    )


def prepare(job: Job) -> Callable[[], object]:
    """Makes a job ready to run.

    Raises:
      ValueError: the network cannot be built.
    """
    return _prepare_step(job) if job.task == "step" else _prepare_inference(job)


def _prepare_step(job: Job) -> Callable[[], object]:
    """Makes one training step, as pynet.train takes it."""
    import tensorflow as tf

    from darkroom.train import distribution, optimizers
    from pynet import losses, network

    if job.heap == "keep":
        heap.keep_what_is_freed()
    model = _model(job)
    optimizer = optimizers.adam(5e-5, job.precision)
    optimizer.build(model.trainable_variables)
    step = distribution.supervised_step(
        model, optimizer, losses.level_loss(job.level), distribution.strategy("one")
    )
    sides = [int(side * network.scale(job.level)) for side in job.size]
    inputs = tf.random.uniform((1, *job.size, 4))
    truth = tf.random.uniform((1, *sides, 3))
    return lambda: {name: float(v) for name, v in step(inputs, truth).items()}


def _prepare_inference(job: Job) -> Callable[[], object]:
    """Makes one picture's way through the compiled level, as in pynet.evaluate."""
    import numpy as np
    import tensorflow as tf

    from pynet import validation

    model = validation.compiled(_model(job))
    inputs = tf.random.uniform((1, *job.size, 4))
    return lambda: np.asarray(model(inputs))


def _model(job: Job) -> keras.Model:
    from darkroom.train import optimizers
    from pynet import network

    precision = optimizers.POLICY[job.precision]
    return network.one_level(network.pynet(job.width, precision=precision), job.level)


def levels_table(rows: Sequence[harness.Row]) -> str:
    """Returns a table with a level's inference beside its training step."""
    steps = [row for row in rows if row[0].job.task == "step"]
    inferences = {_key(row[0].job): row for row in rows if row not in steps}
    sizes = {measured.job.hxw for measured, _ in inferences.values()}
    head = ["level", "precision", "patch", *harness.HEAD]
    head += [f"inference {', '.join(sizes)}, CPU-s", *harness.HEAD[1:]]
    lines = []
    for measured, cost in steps:
        job = measured.job
        cells = [str(job.level), job.precision, job.hxw, *measured.cells(cost)]
        # Once for a level, even if several sizes of patches were measured.
        inference = inferences.pop(_key(job), None)
        if inference is None:
            cells += [""] * len(harness.HEAD)
        else:
            cells += inference[0].cells(inference[1])
        lines.append(cells)
    return table.markdown(head, lines)


def _key(job: Job) -> tuple[int, str]:
    return job.level, job.precision


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
