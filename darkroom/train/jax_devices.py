"""One training step on JAX: on one device, or on all of a machine, which share a batch.

The step is one program over all devices: each holds the variables and a share of the
batch, and XLA adds the gradients up. So losses and optimizers see the whole batch, as
on one device (`jax.sharding`; Xu et al. 2021, "GSPMD").
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import jax
import keras
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec

from darkroom import quiet
from darkroom.pixels import Array

Terms = dict[str, jax.Array]  # scalars: the loss under "loss", and its parts
Values = list[jax.Array]
State = tuple[Values, Values, Values]  # what is trained, what is not, the optimizer's
Batch = tuple[jax.Array, jax.Array]  # inputs and truth


class Devices:
    """As much of `tf.distribute.Strategy` as a training asks for.

    Attributes:
      count: how many devices share a batch.
      num_replicas_in_sync: 1, since no part of a step sees a share of the batch only.
      cluster_resolver: None, since there is one machine.
      whole: where arrays lie that each device has.
      shared: where batches lie, of which each device has a share.
    """

    num_replicas_in_sync = 1
    cluster_resolver = None

    def __init__(self, devices: list[jax.Device]) -> None:
        self.count = len(devices)
        mesh = jax.sharding.Mesh(np.array(devices), ("batch",))
        self.whole = NamedSharding(mesh, PartitionSpec())
        self.shared = NamedSharding(mesh, PartitionSpec("batch"))

    def scope(self) -> contextlib.AbstractContextManager[None]:
        """Returns the context to build networks in: any, on JAX."""
        return contextlib.nullcontext()

    def share(
        self, batches: Iterable[tuple[Array, ...]]
    ) -> Iterator[tuple[jax.Array, ...]]:
        """Brings batches to the devices, a share to each."""
        for batch in batches:
            yield tuple(jax.device_put(batch, self.shared))


def find(kind: Literal["one", "mirrored", "multiworker"]) -> Devices:
    """Returns "one" device, or all of this machine, "mirrored".

    Raises:
      ValueError: several machines are asked for.
    """
    if kind == "multiworker":
        raise ValueError(
            "--strategy multiworker is tf.distribute's, and KERAS_BACKEND is jax; use "
            "--strategy mirrored for all devices of this machine, or TensorFlow"
        )
    with quiet.chatter():  # of accelerators that JAX looks for and does not find
        devices = jax.local_devices()
    return Devices(devices if kind == "mirrored" else devices[:1])


def supervised_step(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    loss: Callable[[jax.Array, jax.Array], Terms],
    devices: Devices,
    parts: int = 1,
) -> Callable[[jax.Array, jax.Array], Terms]:
    """Returns what `distribution.supervised_step` does, on JAX.

    Args:
      model: what it makes of the inputs is the prediction; its variables are moved to
        the devices, and have their new values after each step.
      optimizer: built on the model's trainable variables.
      loss: returns a dict of scalars, means over the pictures it is given.
      devices: that share the batch.
      parts: the batch is worked off in so many equal parts whose gradients are
        averaged, so that a large batch fits a small memory.
    """
    kinds = (
        model.trainable_variables,
        model.non_trainable_variables,
        optimizer.variables,
    )
    for variable in (variable for kind in kinds for variable in kind):
        variable._value = jax.device_put(variable.value, devices.whole)

    def scaled_loss(
        trained: Values, fixed: Values, state: Values, batch: Batch
    ) -> tuple[jax.Array, tuple[Terms, Values]]:
        inputs, truth = batch
        prediction, fixed = model.stateless_call(trained, fixed, inputs, training=True)
        terms = loss(truth, prediction)
        mapping = zip(optimizer.variables, state, strict=True)
        with keras.StatelessScope(state_mapping=[*mapping]):
            return optimizer.scale_loss(terms["loss"]), (terms, fixed)

    def compute(values: State, batch: Batch) -> tuple[Terms, Values, Values]:
        """Returns the terms, the gradients, and what the model changed by itself."""
        both = jax.value_and_grad(scaled_loss, has_aux=True)
        (_, (terms, fixed)), gradients = both(*values, batch)
        return terms, gradients, fixed

    def accumulate(values: State, batch: Batch) -> tuple[Terms, Values, Values]:
        """Computes the same part by part, a share of each device at a time."""

        def split(array: jax.Array) -> jax.Array:
            by_device = array.reshape(devices.count, parts, -1, *array.shape[1:])
            return by_device.swapaxes(0, 1).reshape(parts, -1, *array.shape[1:])

        def add(fixed: Values, part: Batch) -> tuple[Values, tuple[Terms, Values]]:
            terms, gradients, fixed = compute((values[0], fixed, values[2]), part)
            return fixed, (terms, gradients)

        fixed, each = jax.lax.scan(add, values[1], tuple(map(split, batch)))
        terms, gradients = jax.tree.map(lambda array: array.mean(axis=0), each)
        return terms, gradients, fixed

    def step(values: State, batch: Batch) -> tuple[Terms, State]:
        terms, gradients, fixed = (compute if parts == 1 else accumulate)(values, batch)
        trained, state = optimizer.stateless_apply(values[2], gradients, values[0])
        return terms, (trained, fixed, state)

    compiled = jax.jit(
        step, donate_argnums=0, out_shardings=(devices.whole, devices.whole)
    )

    def run(inputs: jax.Array, truth: jax.Array) -> Terms:
        values = tuple([variable.value for variable in kind] for kind in kinds)
        terms, values = compiled(values, (inputs, truth))
        for kind, new in zip(kinds, values, strict=True):
            for variable, value in zip(kind, new, strict=True):
                variable._value = value
        return terms

    return run
