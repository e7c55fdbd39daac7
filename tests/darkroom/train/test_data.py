"""A stream is the same samples in the same order, however it is cut and shared."""

import weakref

import numpy as np
import pytest

from darkroom.train import data


class Samples:
    """A data set out of a function."""

    def __init__(self, sample, shapes=((2, 3), ())) -> None:
        self.sample, self.shapes = sample, shapes

    def __call__(self, index: int):
        return self.sample(index)


def sample(index: int) -> tuple[np.ndarray, np.ndarray]:
    """Knows its own number, so that a stream can be checked by eye."""
    noise = data.rng(3, index).random((2, 3)).astype(np.float32)
    return noise, np.float32(index)


NUMBERED = Samples(sample)


def numbers(dataset) -> list[list[int]]:
    return [[int(n) for n in batch[1]] for batch in data.iterate(dataset)]


def test_an_epoch_takes_every_item_once_and_the_next_in_another_order():
    """Catches: sampling with repetition, and one order for ever."""
    first = [data.order(i, 97, seed=5) for i in range(97)]
    second = [data.order(i, 97, seed=5) for i in range(97, 194)]
    assert sorted(first) == sorted(second) == list(range(97))
    assert first != second
    assert first != [data.order(i, 97, seed=6) for i in range(97)]
    assert first == [data.order(i, 97, seed=5) for i in range(97)]


def test_the_shuffle_and_the_samples_draw_from_different_streams():
    """Catches: SeedSequence taking [1, 2] and [1, 2, 0] for the same seed."""
    shuffled = [data.order(i, 50, seed=1) for i in range(50)]
    assert shuffled != list(data.rng(1, 0).permutation(50))


def test_samples_come_in_order_and_unchanged():
    found = list(data.iterate(data.stream(NUMBERED, 3, 2, 12)))
    assert len(found) == 3  # 2 3 4, 5 6 7, 8 9 10; 11 is a part of a batch
    for b, batch in enumerate(found):
        for i in range(3):
            for value, expected in zip(batch, sample(2 + 3 * b + i), strict=True):
                np.testing.assert_array_equal(value[i], expected)


def test_shapes_are_static_in_tf_data():
    """Catches: unknown sizes, under which Keras' resizing fails."""
    spec = data.stream(NUMBERED, 4).element_spec
    assert [tuple(part.shape) for part in spec] == [(4, 2, 3), (4,)]


def test_starting_at_k_equals_skipping_k():
    """Catches: a resumed run that sees other data than one that never stopped."""
    whole, resumed = (
        list(data.iterate(data.stream(NUMBERED, 2, start, 12))) for start in (0, 6)
    )
    assert len(resumed) == 3
    for expected, batch in zip(whole[3:], resumed, strict=True):
        np.testing.assert_array_equal(expected[0], batch[0])
        np.testing.assert_array_equal(expected[1], batch[1])


def test_an_endless_stream_goes_on_past_any_data_set():
    stream = data.stream(NUMBERED, 2, start=4_500_000)
    assert int(stream.cardinality()) == -1  # or workers ask each other for its end
    iterator = data.iterate(stream)
    assert [int(n) for n in next(iterator)[1]] == [4_500_000, 4_500_001]


@pytest.mark.parametrize(("workers", "replicas"), [(1, 1), (1, 2), (2, 2), (2, 4)])
def test_workers_together_see_what_one_device_would(workers, replicas):
    """Catches: every worker reading the same samples, or other ones than alone."""
    import tensorflow as tf

    whole = numbers(data.stream(NUMBERED, 8, 5, 29))
    assert whole == [list(range(5 + 8 * b, 13 + 8 * b)) for b in range(3)]
    local = replicas // workers
    shares = []
    for worker in range(workers):
        context = tf.distribute.InputContext(workers, worker, replicas)
        pieces = numbers(data.stream(NUMBERED, 8, 5, 29, context))
        # A worker hands one piece to each of its replicas in a step.
        shares.append(np.reshape(pieces, (3, local * 8 // replicas)))
    np.testing.assert_array_equal(np.concatenate(shares, axis=1), whole)


def test_a_batch_that_cannot_be_shared_is_refused():
    import tensorflow as tf

    context = tf.distribute.InputContext(1, 0, 3)
    with pytest.raises(ValueError, match=r"batch of 8 .* 3 replicas"):
        data.stream(NUMBERED, 8, context=context)


def broken(index: int) -> tuple[np.ndarray, ...]:
    if index == 5:
        raise ValueError("/photos/Grüße 5.jpg: the picture is damaged;\n  get another")
    if index == 6:
        raise FileNotFoundError(2, "No such file or directory", "/photos/6.jpg")
    return sample(index)


@pytest.mark.parametrize("distributed", [False, True])
@pytest.mark.parametrize(
    ("start", "kind", "said"),
    [
        (0, ValueError, "/photos/Grüße 5.jpg: the picture is damaged; get another"),
        (6, OSError, "/photos/6.jpg: No such file or directory"),
    ],
)
def test_a_broken_file_is_reported_in_its_own_words(distributed, start, kind, said):
    """Catches: TensorFlow's UnknownError and its twenty lines of traceback."""
    import tensorflow as tf

    dataset = data.stream(Samples(broken), 2, start)
    if distributed:
        dataset = tf.distribute.MirroredStrategy(
            ["CPU:0"]
        ).distribute_datasets_from_function(
            lambda context: data.stream(Samples(broken), 2, start, context=context)
        )
    seen = []
    with pytest.raises(kind) as error:
        seen.extend(data.iterate(dataset))
    assert str(error.value) == said
    assert len(seen) == (2 if start == 0 else 0)  # what came before is not lost


def test_an_error_of_the_program_keeps_its_traceback():
    """Catches: a bug that is dressed up as a broken file."""
    import tensorflow as tf

    def wrong(index: int) -> tuple[np.ndarray, ...]:
        return sample(index)[0], np.zeros(1)[index + 3]

    with pytest.raises(tf.errors.OpError, match="IndexError"):
        next(data.iterate(data.stream(Samples(wrong), 2)))


def test_memory_does_not_grow_with_the_data_set():
    """Catches: a cache. Counts the arrays that are alive along the way."""
    alive: weakref.WeakSet[np.ndarray] = weakref.WeakSet()
    most = made = 0

    class Counted(np.ndarray):
        __hash__ = object.__hash__  # type: ignore[assignment]

    def counted(index: int) -> tuple[np.ndarray, ...]:
        nonlocal made
        made += 1
        array = np.zeros((2, 3), np.float32).view(Counted)
        alive.add(array)
        return (array,)

    stream = data.stream(Samples(counted, [(2, 3)]), 4, 0, 400, parallel=2)
    for step, _ in enumerate(data.iterate(stream)):
        most = max(most, len(alive))
        assert made <= 4 * (step + 4)  # two batches are ready, and one is made
    assert made == 400
    assert most <= 32
