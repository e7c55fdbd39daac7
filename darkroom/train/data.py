"""Streams of training samples: files -> arrays -> batches, in an order that resumes.

A data set is a pure function `sample(index)` of a running number that never stops
growing: the same index gives the same arrays, in whatever process. All its chance
comes from `chance(seed, index)`, all its shuffling from `order`. So training that
stopped after n samples goes on with sample n, exactly, and nothing is held but what
is on its way.
"""

from __future__ import annotations

import collections
import concurrent.futures
import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from darkroom import cli

if TYPE_CHECKING:
    import tensorflow as tf

Arrays = tuple[np.ndarray[Any, Any], ...]
Sample = Callable[[int], Arrays]
Batch = TypeVar("Batch")

_AHEAD = 2  # batches made while one is used
# What a broken file has to say, on its way through TensorFlow's error messages.
_SAID = re.compile("\u2039(ValueError|OSError)\u203a(.*?)\u2039end\u203a", re.DOTALL)
_ERRORS = {"ValueError": ValueError, "OSError": OSError}


def chance(seed: int, index: int) -> np.random.Generator:
    """The random numbers of sample `index`."""
    return np.random.Generator(np.random.PCG64([seed, index]))


def order(index: int, count: int, seed: int) -> int:
    """Which of `count` items sample `index` takes: a new shuffle in each epoch."""
    epoch, place = divmod(index, count)
    return int(_shuffle(epoch, count, seed)[place])


@functools.lru_cache(maxsize=4)
def _shuffle(epoch: int, count: int, seed: int) -> np.ndarray[Any, Any]:
    # The third number keeps this apart from the stream of any sample.
    return np.random.Generator(np.random.PCG64([seed, epoch, 1])).permutation(count)


def stream(
    sample: Sample,
    shapes: Sequence[tuple[int, ...]],
    batch_size: int,
    start: int = 0,
    stop: int | None = None,
    context: tf.distribute.InputContext | None = None,
    parallel: int | None = None,
) -> tf.data.Dataset:
    """Batches of the samples `start` to `stop`, decoded in parallel, in order.

    Inside `strategy.distribute_datasets_from_function` pass the `context` it gives:
    each of n workers then makes its n-th of every batch, in pieces of one per
    replica, so that all replicas together see the batch that one device would.

    Args:
      sample: a pure function from the index to float32 arrays of `shapes`.
      shapes: what `sample` returns, without the batch axis.
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
    # Far beyond any training, and still far below the overflow of int64.
    batches = 2**40 if stop is None else max(0, stop - start) // batch_size

    def place(position: tf.Tensor) -> tf.Tensor:
        step, within = position // share, position % share
        return start + step * batch_size + worker * share + within

    def make(index: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
        try:
            arrays = sample(int(index))
        except (ValueError, OSError) as error:
            kind = "OSError" if isinstance(error, OSError) else "ValueError"
            said = cli.sentence(error)
            raise RuntimeError(f"\u2039{kind}\u203a{said}\u2039end\u203a") from None
        return [np.asarray(array, np.float32) for array in arrays]

    def load(position: tf.Tensor) -> tuple[tf.Tensor, ...]:
        kinds = [tf.float32] * len(shapes)
        tensors = tf.numpy_function(make, [place(position)], kinds, stateful=False)
        return tuple(
            tf.ensure_shape(tensor, shape)
            for tensor, shape in zip(tensors, shapes, strict=True)
        )

    options = tf.data.Options()
    # TensorFlow's own pool has one thread per processor for all of tf.data.
    options.threading.private_threadpool_size = parallel + 1
    # Both would put buffers of their own between, which grow while the training runs.
    options.autotune.enabled = False
    options.experimental_optimization.map_and_batch_fusion = False
    return (
        tf.data.Dataset.range(batches * share)
        .map(load, parallel, deterministic=True)
        .batch(batch_size // replicas, drop_remainder=True)
        .prefetch(_AHEAD)
        .with_options(options)
    )


def iterate(dataset: Iterable[Batch]) -> Iterator[Batch]:
    """Walks over a `stream`, plain or distributed.

    Raises:
      ValueError, OSError: what `sample` raised, as it said it.
    """
    import tensorflow as tf

    iterator = iter(dataset)
    while True:
        try:
            batch = next(iterator)
        except StopIteration:
            return
        except tf.errors.OpError as error:
            said = _SAID.search(error.message)
            if said is None:
                raise
            raise _ERRORS[said[1]](said[2]) from error
        yield batch


def batches(
    sample: Sample,
    batch_size: int,
    start: int = 0,
    stop: int | None = None,
    parallel: int | None = None,
) -> Iterator[Arrays]:
    """The same batches as `stream`, in NumPy and threads, for backends without it.

    Raises:
      ValueError, OSError: what `sample` raised.
    """
    workers = parallel or os.cpu_count() or 1
    waiting: collections.deque[concurrent.futures.Future[Arrays]] = collections.deque()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        try:
            first = following = start
            while stop is None or first + batch_size <= stop:
                while len(waiting) < batch_size * (1 + _AHEAD) and following != stop:
                    waiting.append(pool.submit(sample, following))
                    following += 1
                arrays = [waiting.popleft().result() for _ in range(batch_size)]
                yield tuple(np.stack(column) for column in zip(*arrays, strict=True))
                first += batch_size
        finally:
            for future in waiting:
                future.cancel()
