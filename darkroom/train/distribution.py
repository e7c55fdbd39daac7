"""One training step over tf.distribute: one device, several, several machines.

Where Keras runs on JAX it is `jax_devices`'s, and TensorFlow is not imported.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import keras
import numpy as np

from darkroom.pixels import Array
from darkroom.train import clusters

if TYPE_CHECKING:
    import tensorflow as tf

Terms = dict[str, "tf.Tensor"]  # scalars: the loss under "loss", and its parts

_MEAN, _SUM = "MEAN", "SUM"


def strategy(
    kind: Literal["one", "mirrored", "multiworker"], among: clusters.Kind = "env"
) -> tf.distribute.Strategy:
    """Returns how to spread a step: "one" device, "mirrored" GPUs, "multiworker".

    Args:
      kind: as above; several machines wait here for one another.
      among: how they find one another.

    Raises:
      ConnectionError: another program listens at this worker's port, or the others
        did not come.
      ValueError: the environment does not say which machines there are; or there are
        to be several, and Keras runs on JAX.
    """
    if keras.backend.backend() == "jax":
        from darkroom.train import jax_devices

        return jax_devices.find(kind)
    import tensorflow as tf

    if kind == "mirrored":
        return tf.distribute.MirroredStrategy()
    if kind == "multiworker":
        count, own = clusters.join(among), clusters.rank(among)
        # Where one does not come, or has another address, nothing else would be said.
        print(f"worker {own} waits for all {count} to begin", file=sys.stderr)
        try:
            with _ended_by_ctrl_c():
                return tf.distribute.MultiWorkerMirroredStrategy()
        except tf.errors.OpError as error:
            raise ConnectionError(
                f"worker {own} of {count} cannot begin ({error.message}); expected a "
                "free port of this machine at its place in TF_CONFIG, and workers that "
                f"reach one another: {os.environ['TF_CONFIG'][:300]}"
            ) from error
    return tf.distribute.get_strategy()


@contextlib.contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Lets Ctrl-C end the process at once: TensorFlow keeps Python from hearing it.

    SIGTERM it takes for itself while it waits.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def workers(strategy: tf.distribute.Strategy) -> int:
    """Returns how many processes share a step."""
    resolver = strategy.cluster_resolver
    jobs = resolver.cluster_spec().as_dict() if resolver is not None else {}
    return max(1, sum(map(len, jobs.values())))


def shares(strategy: tf.distribute.Strategy) -> int:
    """Returns among how many devices a batch is shared."""
    return getattr(strategy, "count", strategy.num_replicas_in_sync)


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Tells whether this process writes files: one of several machines does."""
    resolver = strategy.cluster_resolver
    if resolver is None or resolver.task_id is None or resolver.task_type == "chief":
        return True
    return resolver.task_id == 0 and "chief" not in resolver.cluster_spec().jobs


def gathering(
    strategy: tf.distribute.Strategy,
) -> Callable[[Sequence[float]], Array]:
    """Returns how workers tell one another numbers; it waits for all of them.

    Returns:
      A function of as many numbers, in every worker, to `[replicas, numbers]` float64.
    """
    if workers(strategy) == 1:
        return lambda own: np.array([own], np.float64)

    import tensorflow as tf

    @tf.function
    def rows(own: tf.Tensor) -> tf.Tensor:
        def on_replica() -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            place = tf.one_hot(
                context.replica_id_in_sync_group,
                context.num_replicas_in_sync,
                dtype=tf.float64,
            )
            return context.all_reduce(_SUM, place[:, None] * own[None])

        return strategy.experimental_local_results(strategy.run(on_replica))[0]

    return lambda own: rows(tf.constant(own, tf.float64)).numpy()


def leave(gather: Callable[[Sequence[float]], Array]) -> None:
    """Waits until all workers have come here; each may then end its process.

    Where workers hear of one another once, the first that did could be gone before
    its own numbers reached the last; so they do twice. Whoever comes to the second
    time knows that all have come to the first, and nothing can be lost any more.

    Args:
      gather: of `gathering`.

    Raises:
      tf.errors.OpError: one of them ended before it came here; see `gone`.
    """
    gather([0.0])  # nothing to send is nothing to wait for
    with contextlib.suppress(*gone()):
        gather([0.0])


def gone() -> tuple[type[Exception], ...]:
    """What TensorFlow raises where another machine does not answer; none on JAX."""
    if keras.backend.backend() == "jax":
        return ()
    from tensorflow import errors

    return (
        errors.AbortedError,
        errors.CancelledError,
        errors.DeadlineExceededError,
        errors.FailedPreconditionError,
        errors.InternalError,
        errors.UnavailableError,
    )


def supervised_step(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    loss: Callable[[tf.Tensor, tf.Tensor], Terms],
    strategy: tf.distribute.Strategy,
    parts: int = 1,
) -> Callable[[tf.Tensor, tf.Tensor], Terms]:
    """Returns a step `(inputs, truth) -> terms` that makes `loss(...)["loss"]` smaller.

    Args:
      model: what it makes of the inputs is the prediction.
      optimizer: built on the model's trainable variables.
      loss: returns a dict of scalars, means over the pictures it is given.
      strategy: replicas share the batch; their gradients are averaged.
      parts: the batch is worked off in so many equal parts whose gradients are
        averaged, so that a large batch fits a small memory.
    """
    if keras.backend.backend() == "jax":
        from darkroom.train import jax_devices

        return jax_devices.supervised_step(model, optimizer, loss, strategy, parts)
    import tensorflow as tf

    variables = model.trainable_variables

    def on_replica(inputs: tf.Tensor, truth: tf.Tensor) -> Terms:
        size = tf.shape(inputs)[0] // parts

        def part(number: tf.Tensor | int) -> tuple[Terms, list[tf.Tensor]]:
            rows = slice(number * size, (number + 1) * size)
            some = (inputs, truth) if parts == 1 else (inputs[rows], truth[rows])
            with tf.GradientTape() as tape:
                terms = loss(some[1], model(some[0], training=True))
            return terms, gradients(tape, terms["loss"], optimizer, variables, parts)

        def add_part(
            number: tf.Tensor, terms: Terms, total: list[tf.Tensor]
        ) -> tuple[tf.Tensor, Terms, list[tf.Tensor]]:
            sums = tf.nest.map_structure(tf.add, (terms, total), part(number))
            return number + 1, *sums

        terms, total = part(0)
        if parts > 1:
            _, terms, total = tf.while_loop(
                lambda number, *_: number < parts,
                add_part,
                (tf.constant(1), terms, total),
                parallel_iterations=1,
            )
        apply(optimizer, total, variables)
        return {name: term / parts for name, term in terms.items()}

    return distributed_step(strategy, on_replica)


def descend(
    tape: tf.GradientTape,
    loss: tf.Tensor,
    optimizer: keras.optimizers.Optimizer,
    variables: list[keras.Variable],
) -> None:
    """Moves `variables` down the mean gradient of the replicas' losses.

    Args:
      tape: what `loss` was computed under.
      loss: a scalar, the mean over this replica's pictures.
      optimizer: built on `variables`.
      variables: of the network that learns.
    """
    apply(optimizer, gradients(tape, loss, optimizer, variables), variables)


def gradients(
    tape: tf.GradientTape,
    loss: tf.Tensor,
    optimizer: keras.optimizers.Optimizer,
    variables: list[keras.Variable],
    parts: int = 1,
) -> list[tf.Tensor]:
    """Returns the gradients of this replica's share of the loss, one of `parts`."""
    import tensorflow as tf

    replicas = tf.distribute.get_replica_context().num_replicas_in_sync
    with tape:
        # Keras adds the replicas' gradients up: with this they are averaged.
        share = optimizer.scale_loss(loss / (parts * replicas))
    return tape.gradient(share, variables)


def apply(
    optimizer: keras.optimizers.Optimizer,
    gradients: list[tf.Tensor],
    variables: list[keras.Variable],
) -> None:
    """Lets the optimizer use the gradients of all replicas, on each of them."""
    import tensorflow as tf

    context = tf.distribute.get_replica_context()
    if context.num_replicas_in_sync > 1 and _looks_at_gradients(optimizer):
        # Before Keras adds the replicas' up. It costs their way once more.
        gradients = context.all_reduce(_MEAN, gradients)
    optimizer.apply(gradients, variables)


def _looks_at_gradients(optimizer: keras.optimizers.Optimizer) -> bool:
    """Whether it clips gradients, or asks whether they are finite."""
    clips = (optimizer.clipnorm, optimizer.global_clipnorm, optimizer.clipvalue)
    scales = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    return scales or any(clip is not None for clip in clips)


def distributed_step(
    strategy: tf.distribute.Strategy, on_replica: Callable[..., Terms]
) -> Callable[..., Terms]:
    """Returns a compiled step `(*batch) -> terms` that runs on every replica.

    Each term is the mean over the replicas.
    """
    import tensorflow as tf

    @tf.function
    def step(*batch: tf.Tensor) -> Terms:
        terms = strategy.run(on_replica, args=batch)
        return {n: strategy.reduce(_MEAN, terms[n], axis=None) for n in terms}

    return step
