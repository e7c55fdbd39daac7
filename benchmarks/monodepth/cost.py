"""What a training step and a prediction cost, beside the original's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Literal

from benchmarks import harness
from darkroom.metrics import cost

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


def measurements(
    precisions: Sequence[str], size: tuple[int, int] = SIZE, width: float = 1.0
) -> list[harness.Measurement]:
    """The jobs that were measured of the original, with what it costs."""
    found = []
    for (task, encoder, batch), numbers in ORIGINAL.items():
        comparable = size == SIZE and width == 1
        for precision in precisions:
            job = Job(task, encoder, batch, precision, size, width)  # type: ignore[arg-type]
            known = harness.Original(*numbers) if comparable else harness.UNKNOWN
            name = f"{task}, {encoder}, {batch} x {size[0]}x{size[1]}, {precision}"
            found.append(harness.Measurement(name, job, known, LIMIT))
    return found


def of(job: Job, repeat: int = 3, product: int = cost.PRODUCT) -> cost.Cost:
    """Measures a job in a process of its own.

    Raises:
      ValueError: the network cannot be built, or the process was ended from outside.
    """
    return cost.in_own_process(prepared, job, repeat, product)


def prepared(job: Job) -> Callable[[], Any]:
    """What the job says, ready to run, as the programs do it.

    Raises:
      ValueError: the network cannot be built, or not take this size.
    """
    import tensorflow as tf

    from darkroom.train import distribution, optimizers
    from monodepth import losses, network, prediction

    network.check_size(job.encoder, *job.size)
    policy = optimizers.POLICY[job.precision]
    model = network.monodepth(job.encoder, width=job.width, precision=policy)
    if job.task == "prediction":
        run = prediction.compiled(model, job.size)
        views = tf.random.uniform((job.batch, *job.size, 3))
        return lambda: run(views).numpy()
    optimizer = optimizers.adam(1e-4, job.precision)
    optimizer.build(model.trainable_variables)
    step = distribution.supervised_step(
        model, optimizer, losses.terms, distribution.strategy("one")
    )
    left, truth = (tf.random.uniform((job.batch, *job.size, c)) for c in (3, 6))
    return lambda: {name: float(term) for name, term in step(left, truth).items()}
