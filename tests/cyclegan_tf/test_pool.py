"""The pool of fakes: filled, exchanged, resumed."""

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import pool
from darkroom.train import checkpoints

SHAPE = (2, 3, 1)


def fakes(first: int, count: int = 1):
    """Pictures that are their own numbers."""
    numbers = np.arange(first, first + count, dtype=np.float32)
    return tf.constant(np.broadcast_to(numbers[:, None, None, None], (count, *SHAPE)))


def state(of: pool.Pool) -> dict:
    return checkpoints.by_path(of.variables)


def numbers(pictures) -> list[int]:
    assert (pictures == pictures[:, :1, :1]).numpy().all()  # never mixed
    return [int(picture[0, 0, 0]) for picture in pictures]


def test_until_it_is_full_fakes_are_handed_on():
    small = pool.Pool(5, SHAPE)
    assert [numbers(small(fakes(k)))[0] for k in range(5)] == list(range(5))
    assert numbers(small.variables[0].value) == list(range(5))


def test_half_of_the_fakes_are_exchanged_for_random_ones():
    """Catches a pool that never swaps, forgets what it takes, or knows one slot."""
    small = pool.Pool(5, SHAPE)
    exchange = tf.function(small)
    handed = [numbers(exchange(fakes(k)))[0] for k in range(605)]
    swapped = sum(found != k for k, found in enumerate(handed))
    assert 250 < swapped < 350
    held = numbers(small.variables[0].value)
    # All but the first five, which were handed on when they came, come out once.
    assert sorted(handed[5:] + held) == list(range(605))
    delays = [k - found for k, found in enumerate(handed) if found != k]
    assert np.mean(delays) == pytest.approx(10, abs=2)  # 5 slots, each 1 in 2 steps


def test_a_batch_is_dealt_with_one_by_one():
    one, two = (pool.Pool(5, SHAPE, seed=3, name=name) for name in ("one", "two"))
    single = [numbers(one(fakes(k)))[0] for k in range(40)]
    pairs = [k for first in range(0, 40, 4) for k in numbers(two(fakes(first, 4)))]
    assert pairs == single


def test_a_resumed_pool_goes_on_as_if_it_had_not_stopped(tmp_path):
    straight, stopped, resumed = (pool.Pool(5, SHAPE, seed=1) for _ in range(3))
    expected = [numbers(straight(fakes(k)))[0] for k in range(60)]
    found = [numbers(stopped(fakes(k)))[0] for k in range(30)]
    checkpoints.save_state(tmp_path / "state.npz", 30, state(stopped))
    checkpoints.load_state(tmp_path / "state.npz", state(resumed))
    found += [numbers(resumed(fakes(k)))[0] for k in range(30, 60)]
    assert found == expected


def test_two_pools_differ():
    first, second = (pool.Pool(3, SHAPE, seed=seed) for seed in (0, 1))
    found = [[numbers(p(fakes(k)))[0] for k in range(30)] for p in (first, second)]
    assert found[0] != found[1]


def test_no_pool():
    none = pool.Pool(0, SHAPE)
    assert none.variables == []
    assert numbers(none(fakes(3, 2))) == [3, 4]
