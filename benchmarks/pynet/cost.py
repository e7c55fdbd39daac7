"""What one training step and one inference of a level cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.pynet import jobs as cost_jobs
from darkroom.metrics import cost


def of(job: cost_jobs.Job) -> cost.Cost:
    """Measures a job in a process of its own.

    Raises:
      ValueError: the network cannot be built, or the process was ended from outside.
    """
    return cost.in_own_process(prepared, job, job.repeat, job.product)


def prepared(job: cost_jobs.Job) -> Callable[[], Any]:
    """What the job says, ready to run."""
    return _step(job) if job.task == "step" else _inference(job)


def _step(job: cost_jobs.Job) -> Callable[[], Any]:
    """One training step as pynet.train takes it."""
    import tensorflow as tf

    from darkroom.train import distribution, optimizers
    from pynet import levels, network

    model = _model(job)
    optimizer = optimizers.adam(5e-5, job.precision)
    optimizer.build(model.trainable_variables)
    step = distribution.supervised_step(
        model, optimizer, levels.loss(job.level), distribution.strategy("one")
    )
    sides = [int(side * network.scale(job.level)) for side in job.size]
    inputs = tf.random.uniform((1, *job.size, 4))
    truth = tf.random.uniform((1, *sides, 3))
    return lambda: {name: float(v) for name, v in step(inputs, truth).items()}


def _inference(job: cost_jobs.Job) -> Callable[[], Any]:
    """One picture through the level's compiled model, as pynet.evaluate sends it."""
    import numpy as np
    import tensorflow as tf

    from pynet import validation

    model = validation.compiled(_model(job))
    inputs = tf.random.uniform((1, *job.size, 4))
    return lambda: np.asarray(model(inputs))


def _model(job: cost_jobs.Job) -> Any:
    from darkroom.train import optimizers
    from pynet import network

    precision = optimizers.POLICY[job.precision]
    return network.one_level(network.pynet(job.width, precision=precision), job.level)
