"""The plan of the learning rate, step by step."""

import keras
import pytest

from cyclegan_tf import schedule


def test_constant_then_a_line_to_zero():
    plan = schedule.ConstantThenLinear(2.0, constant=3, linear=4)
    found = [float(plan(step)) for step in range(9)]
    assert found == pytest.approx([2, 2, 2, 2, 1.5, 1.0, 0.5, 0, 0])


def test_no_line():
    plan = schedule.ConstantThenLinear(2.0, constant=3, linear=0)
    assert [float(plan(step)) for step in range(3)] == [2, 2, 2]


def test_an_optimizer_follows_it_and_is_saved_with_it():
    plan = schedule.ConstantThenLinear(1.0, constant=1, linear=2)
    optimizer = keras.optimizers.SGD(plan)
    optimizer = keras.optimizers.SGD.from_config(optimizer.get_config())
    weight = keras.Variable(0.0)
    for _ in range(4):
        optimizer.apply([keras.ops.ones(())], [weight])
    assert float(weight) == pytest.approx(-(1 + 1 + 0.5))
