"""What is kept of an array, and for how long."""

import gc

import numpy as np
import pytest

from darkroom import remembered


@pytest.fixture
def doubled():
    """A function that counts how often it works."""
    calls = []

    @remembered.remembered
    def twice(array):
        calls.append(1)
        return array * 2

    return twice, calls


def test_an_array_that_is_kept_is_worked_on_once(doubled):
    twice, calls = doubled
    array = np.arange(5)
    remembered.keep(array)
    first, second = twice(array), twice(array)
    assert first is second
    assert first.tolist() == [0, 2, 4, 6, 8]
    assert len(calls) == 1
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1
    twice(first)  # a result is kept, too
    twice(first)
    assert len(calls) == 2
    remembered.forget()
    assert twice(array).tolist() == first.tolist()
    assert len(calls) == 3


def test_others_are_worked_on_each_time_and_may_change(doubled):
    twice, calls = doubled
    array = np.arange(5)
    twice(array)
    array[0] = 7
    assert twice(array)[0] == 14
    assert len(calls) == 2


def test_what_is_kept_goes_with_its_array(doubled):
    twice, _ = doubled
    array = np.arange(5)
    remembered.keep(array)
    before = len(remembered._KEPT)
    twice(twice(array))
    assert len(remembered._KEPT) == before + 2
    del array
    gc.collect()
    assert len(remembered._KEPT) == before - 1
