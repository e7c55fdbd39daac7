"""Streams of training samples: files -> arrays -> batches, in an order that resumes.

A data set is a pure function `sample(index)` of a running number that never stops
growing: the same index gives the same arrays, in whatever process. All its random
numbers come from `rng(seed, index)`, all its shuffling from `order`. So training that
stopped after n samples goes on with sample n, exactly, and nothing is held but what
is on its way.
"""

from __future__ import annotations

import collections
import functools
import itertools
import os
import re
from collections.abc import Iterable, Iterator
from concurrent import futures
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from darkroom import program
from darkroom.pixels import Array

if TYPE_CHECKING:
    import tensorflow as tf

Batch = TypeVar("Batch")
Shape = tuple[int, ...]

_AHEAD = 2  # batches made while one is used
# What a broken file's error says, on its way through TensorFlow's error messages.
_MESSAGE = re.compile("\u2039(ValueError|OSError)\u203a(.*?)\u2039end\u203a", re.DOTALL)
_ERRORS = {"ValueError": ValueError, "OSError": OSError}


class Samples(Protocol):
    """A data set: `sample(index)` is float32 arrays of `shapes`, for any index."""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of what a sample holds."""

    def __call__(self, index: int) -> tuple[Array, ...]:
        """Returns sample `index`: always the same."""


def rng(seed: int, index: int) -> np.random.Generator:
    """Returns the random numbers of sample `index`."""
    return np.random.Generator(np.random.PCG64([seed, index]))


def order(index: int, count: int, seed: int) -> int:
    """Returns which of `count` items sample `index` takes: each epoch shuffles anew."""
    epoch, place = divmod(index, count)
    return int(_shuffle(epoch, count, seed)[place])


@functools.lru_cache(maxsize=4)
def _shuffle(epoch: int, count: int, seed: int) -> Array:
    # The third number keeps this apart from the stream of any sample.
    return np.random.Generator(np.random.PCG64([seed, epoch, 1])).permutation(count)


def stream(
    samples: Samples,
    batch_size: int,
    start: int = 0,
    stop: int | None = None,
    context: tf.distribute.InputContext | None = None,
    parallel: int | None = None,
) -> tf.data.Dataset:
    """Returns batches of the samples `start` to `stop`, decoded in parallel, in order.

    Inside `strategy.distribute_datasets_from_function` pass the `context` it gives:
    each of n workers then makes its n-th of every batch, in pieces of one per
    replica, so that all replicas together see the batch that one device would.

    Args:
      samples: a pure function from the index to arrays.
      batch_size: samples of the whole batch, over all replicas.
      start: the first sample, for instance steps done times `batch_size`.
      stop: the sample to stop before; None never stops. A last part of a batch is
        left out.
      context: of the input pipeline, under a strategy.
      parallel: samples made at once; None means one per processor.

    Returns:
      A data set of tuples of `[batch, *shape]` float32. Walk over it with `iterate`,
      so that a broken file is reported in its own words.

    Raises:
      ValueError: the replicas cannot share `batch_size` evenly.
    """
    import tensorflow as tf

    workers, worker, replicas = 1, 0, 1
    if context is not None:
        workers, worker = context.num_input_pipelines, context.input_pipeline_id
        replicas = context.num_replicas_in_sync
    if batch_size % replicas:
        raise ValueError(
            f"a batch of {batch_size} cannot be shared by {replicas} replicas; make it "
            f"a multiple of {replicas}"
        )
    share = batch_size // workers
    parallel = parallel or os.cpu_count() or 1
    if stop is None:
        # Of one that ends, workers ask one another before each batch whether it does;
        # whoever stops or cannot read a file would not answer.
        positions = tf.data.Dataset.counter()
    else:
        positions = tf.data.Dataset.range(max(0, stop - start) // batch_size * share)

    def place(position: tf.Tensor) -> tf.Tensor:
        step, within = position // share, position % share
        return start + step * batch_size + worker * share + within

    def make(index: Array) -> list[Array]:
        try:
            arrays = samples(int(index))
        except (ValueError, OSError) as error:
            kind = "OSError" if isinstance(error, OSError) else "ValueError"
            message = program.sentence(error)
            raise RuntimeError(f"\u2039{kind}\u203a{message}\u2039end\u203a") from None
        return [np.asarray(array, np.float32) for array in arrays]

    def load(position: tf.Tensor) -> tuple[tf.Tensor, ...]:
        types = [tf.float32] * len(samples.shapes)
        tensors = tf.numpy_function(make, [place(position)], types, stateful=False)
        return tuple(
            tf.ensure_shape(tensor, shape)
            for tensor, shape in zip(tensors, samples.shapes, strict=True)
        )

    options = tf.data.Options()
    # TensorFlow's own pool has one thread per processor for all of tf.data.
    options.threading.private_threadpool_size = parallel + 1
    # Both would put buffers of their own between, which grow while the training runs.
    options.autotune.enabled = False
    options.experimental_optimization.map_and_batch_fusion = False
    return (
        positions.map(load, parallel, deterministic=True)
        .batch(batch_size // replicas, drop_remainder=True)
        .prefetch(_AHEAD)
        .with_options(options)
    )


def read_ahead(
    samples: Samples, batch_size: int, start: int = 0, parallel: int | None = None
) -> Iterator[tuple[Array, ...]]:
    """Yields the batches of `stream` without TensorFlow, made by threads ahead of time.

    Args:
      samples: a pure function from the index to arrays.
      batch_size: samples of a batch.
      start: the first sample.
      parallel: samples made at once; None means one per processor.

    Raises:
      ValueError, OSError: what a sample raised.
    """
    threads = parallel or os.cpu_count() or 1
    pool = futures.ThreadPoolExecutor(threads)
    try:
        numbers = itertools.count(start)
        ahead = max(threads, _AHEAD * batch_size)
        made = collections.deque(
            pool.submit(samples, number)
            for number in itertools.islice(numbers, ahead + batch_size)
        )
        while True:
            batch = [made.popleft().result() for _ in range(batch_size)]
            for number in itertools.islice(numbers, batch_size):
                made.append(pool.submit(samples, number))
            yield tuple(
                np.stack(arrays).astype(np.float32)
                for arrays in zip(*batch, strict=True)
            )
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def iterate(dataset: Iterable[Batch]) -> Iterator[Batch]:
    """Walks over a `stream`, plain or distributed.

    Raises:
      ValueError, OSError: what a sample raised, in its own words.
    """
    import tensorflow as tf

    iterator = iter(dataset)
    while True:
        try:
            batch = next(iterator)
        except StopIteration:
            return
        except tf.errors.OpError as error:
            message = _MESSAGE.search(error.message)
            if message is None:
                raise
            raise _ERRORS[message[1]](message[2]) from error
        yield batch
