"""How a loss moves a network, on one device or on several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

Terms = dict[str, Any]  # scalars: the loss under "loss", and its parts

_MEAN = tf.distribute.ReduceOp.MEAN


def descend(
    tape: tf.GradientTape, loss: Any, optimizer: Any, variables: list[Any]
) -> None:
    """Moves `variables` down the mean slope of the replicas' losses.

    Args:
      tape: what `loss` was computed under.
      loss: a scalar, the mean over this replica's pictures.
      optimizer: a Keras optimizer, built on `variables`.
      variables: of the network that learns.
    """
    context = tf.distribute.get_replica_context()
    replicas = context.num_replicas_in_sync
    with tape:
        # Keras adds the replicas' gradients up: with this they are averaged.
        share = optimizer.scale_loss(loss / replicas)
    gradients = tape.gradient(share, variables)
    if replicas > 1:
        # Keras clips, and looks for overflow, before it adds the replicas' up.
        gradients = context.all_reduce(_MEAN, gradients)
    optimizer.apply(gradients, variables)


def distributed(
    on_replica: Callable[..., Terms], strategy: tf.distribute.Strategy
) -> Callable[..., Terms]:
    """The compiled step `(*batch) -> terms`, each term the mean over the replicas."""

    @tf.function
    def step(*batch: Any) -> Terms:
        terms = strategy.run(on_replica, args=batch)
        return {
            name: strategy.reduce(_MEAN, term, axis=None)
            for name, term in terms.items()
        }

    return step
