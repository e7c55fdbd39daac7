"""The pool of fakes that a discriminator learns from, on the device.

Shrivastava et al. 2017, section 2.3, as CycleGAN has it: 50 pictures; until they are
50 each fake is stored and handed on; then, with probability 1/2, a random stored one
is handed on and the new one takes its place.
"""

from __future__ import annotations

import keras
import tensorflow as tf


class Pool:
    """A pool whose pictures and count are variables, saved with the run's state.

    Its random numbers come from the seed and the count alone, so that a resumed run
    goes on as if it had not stopped. All replicas of a strategy share one pool.

    Attributes:
      variables: what to save; their names start with the pool's.
    """

    def __init__(
        self,
        size: int,
        shape: tuple[int, int, int],
        seed: int = 0,
        name: str = "pool",
        dtype: str = "float32",
    ) -> None:
        """Makes an empty pool, under the scope of the run's strategy.

        Args:
          size: pictures it holds; with 0 every fake is handed on.
          shape: of a picture, `(H, W, C)`.
          seed: another one for each pool.
          name: another one for each pool.
          dtype: of the pictures.
        """
        self._seed = seed
        self.variables: list[keras.Variable] = []
        if size:
            self.variables = [
                keras.Variable(
                    keras.ops.zeros(shape, kind),
                    trainable=False,
                    dtype=kind,
                    # every replica computes the same
                    aggregation="only_first_replica",
                    name=f"{name}_{what}",
                )
                for what, shape, kind in (
                    ("pictures", (size, *shape), dtype),
                    ("count", (), "int64"),
                )
            ]

    def __call__(self, fakes: tf.Tensor) -> tf.Tensor:
        """Stores fakes `[B, H, W, C]`, and hands on as many new or stored ones."""
        if not self.variables:
            return fakes
        pictures, count = self.variables
        context = tf.distribute.get_replica_context()
        share = fakes.shape[0]
        if context.num_replicas_in_sync > 1:
            fakes = context.all_gather(fakes, axis=0)
            fakes.set_shape([share * context.num_replicas_in_sync, *fakes.shape[1:]])
        handed, stored, total = exchange(
            tf.convert_to_tensor(pictures),
            tf.convert_to_tensor(count),
            fakes,
            self._seed,
        )
        pictures.assign(stored)
        count.assign(total)
        first = share * context.replica_id_in_sync_group
        return handed[first : first + share]


def exchange(
    stored: tf.Tensor, count: tf.Tensor, fakes: tf.Tensor, seed: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Does what a pool does with a batch, as a pure function.

    Args:
      stored: `[size, H, W, C]`; those from `count` on are not filled yet.
      count: pictures that it was given before, int64.
      fakes: `[B, H, W, C]`, dealt with one after the other.
      seed: of the random numbers.

    Returns:
      The pictures handed on, `[B, H, W, C]`; the new `stored`; the new `count`.
    """
    size = stored.shape[0]
    handed = []
    for fake in tf.unstack(fakes):
        draw = tf.random.stateless_uniform([2], tf.stack([seed, count]))
        full = count >= size
        slot = tf.where(full, tf.cast(draw[0] * size, tf.int64), count)
        swap = full & (draw[1] < 0.5)
        old = stored[slot]
        handed.append(tf.where(swap, old, fake))
        kept = tf.where(full & ~swap, old, fake)
        stored = tf.tensor_scatter_nd_update(stored, [[slot]], kept[None])
        count = count + 1
    return tf.stack(handed), stored, count
