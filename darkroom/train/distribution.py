"""One training step over tf.distribute: one device, several, several machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

Terms = dict[str, Any]  # the loss under "loss", and its parts

_MEAN = tf.distribute.ReduceOp.MEAN


def strategy(kind: str) -> tf.distribute.Strategy:
    """The way to spread a step: "one" device, "mirrored" GPUs, or "multiworker".

    Several machines find one another by the environment variable TF_CONFIG.
    """
    if kind == "mirrored":
        return tf.distribute.MirroredStrategy()
    if kind == "multiworker":
        return tf.distribute.MultiWorkerMirroredStrategy()
    return tf.distribute.get_strategy()


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process writes files: one of several machines does."""
    cluster = strategy.cluster_resolver
    return cluster is None or cluster.task_id in (None, 0)


def supervised_step(
    model: Any,
    optimizer: Any,
    loss: Callable[[Any, Any], Terms],
    strategy: tf.distribute.Strategy,
    parts: int = 1,
) -> Callable[[Any, Any], Terms]:
    """A step `(inputs, truth) -> terms` that makes `loss(...)["loss"]` smaller.

    Args:
      model: a Keras model; what it makes of the inputs is the prediction.
      optimizer: a Keras optimizer, built on the model's trainable variables.
      loss: returns a dict of scalars, means over the pictures it is given.
      strategy: replicas share the batch; their gradients are averaged.
      parts: the batch is worked off in so many equal parts whose gradients are
        averaged, so that a large batch fits a small memory.
    """
    variables = model.trainable_variables
    replicas = strategy.num_replicas_in_sync

    def gradients(inputs: Any, truth: Any) -> tuple[Terms, list[Any]]:
        with tf.GradientTape() as tape:
            terms = loss(truth, model(inputs, training=True))
            # Keras adds the replicas' gradients up: with this they are averaged.
            share = terms["loss"] / (parts * replicas)
            share = optimizer.scale_loss(share)
        return terms, tape.gradient(share, variables)

    def on_replica(inputs: Any, truth: Any) -> Terms:
        size = tf.shape(inputs)[0] // parts

        def part(number: Any) -> tuple[Terms, list[Any]]:
            rows = slice(number * size, (number + 1) * size)
            return gradients(inputs[rows], truth[rows])

        def add_part(number: Any, terms: Terms, total: list[Any]) -> Any:
            more = part(number)
            return number + 1, *tf.nest.map_structure(tf.add, (terms, total), more)

        terms, total = gradients(inputs, truth) if parts == 1 else part(0)
        if parts > 1:
            _, terms, total = tf.while_loop(
                lambda number, *_: number < parts,
                add_part,
                (tf.constant(1), terms, total),
                parallel_iterations=1,
            )
        apply(optimizer, total, variables)
        return {name: term / parts for name, term in terms.items()}

    return over(strategy, on_replica)


def apply(optimizer: Any, gradients: list[Any], variables: list[Any]) -> None:
    """Lets the optimizer use the gradients of all replicas, on each of them."""
    context = tf.distribute.get_replica_context()
    if context.num_replicas_in_sync > 1:
        # Keras clips, and looks for overflow, before it adds the replicas' up.
        gradients = context.all_reduce(_MEAN, gradients)
    optimizer.apply(gradients, variables)


def over(
    strategy: tf.distribute.Strategy, on_replica: Callable[..., Terms]
) -> Callable[..., Terms]:
    """A step `(*batch) -> terms` that runs on every replica; terms are averaged."""

    @tf.function
    def step(*batch: Any) -> Terms:
        terms = strategy.run(on_replica, args=batch)
        return {n: strategy.reduce(_MEAN, terms[n], axis=None) for n in terms}

    return step
