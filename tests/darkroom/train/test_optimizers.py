"""Adam as the originals have it, and what a processor computes in."""

import keras
import numpy as np
import pytest
from keras import ops

from darkroom.train import optimizers


def test_adams_first_step_by_hand():
    """Catches Keras' epsilon of 1e-7, which would halve the step on faint gradients."""
    variable = keras.Variable(np.zeros(3, np.float32))
    optimizer = optimizers.adam(1e-3)
    gradient = np.float32([1e-7, 1e-8, -1.0])
    optimizer.apply([ops.convert_to_tensor(gradient)], [variable])
    # Keras puts epsilon beside the uncorrected root: sqrt(0.001) |g| + epsilon
    root = np.sqrt(1e-3) * np.abs(gradient)
    expected = -1e-3 * np.sqrt(1e-3) * gradient / (root + 1e-8)
    np.testing.assert_allclose(variable, expected, rtol=1e-4)


def test_float16_is_scaled():
    optimizer = optimizers.adam(1e-3, "float16")
    assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    assert optimizer.inner_optimizer.epsilon == 1e-8


def test_names_of_optimizers_do_not_count():
    """Catches a state whose names depend on what the process made before."""
    for precision in ("float32", "float16"):
        names = []
        for _ in range(2):
            optimizer = optimizers.adam(1e-3, precision)
            optimizer.build([keras.Variable(np.zeros(3, np.float32), name="v")])
            names.append([variable.path for variable in optimizer.variables])
        assert names[0] == names[1]


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_averages_stand_in_and_go_again(precision):
    """Against the running average by hand; catches one that begins at 0."""
    variable = keras.Variable(np.float32([1.0, -2.0]), name="v")
    options = optimizers.averaging(0.75)
    optimizer = optimizers.adam(0.5, precision, **options)
    optimizer.build([variable])
    with optimizers.averages(optimizer, [variable]):  # no step yet: itself
        np.testing.assert_array_equal(variable, [1, -2])
    average = None
    for _ in range(3):
        gradient = np.float32([1, 1])
        gradient = optimizer.scale_loss(ops.convert_to_tensor(gradient))
        optimizer.apply([gradient], [variable])
        now = np.array(variable)
        average = now if average is None else 0.75 * average + 0.25 * now
    with (
        pytest.raises(RuntimeError),
        optimizers.averages(optimizer, [variable]),
    ):
        np.testing.assert_allclose(variable, average, rtol=1e-6)
        raise RuntimeError
    np.testing.assert_array_equal(variable, now)


def test_without_averages_nothing_is_exchanged():
    assert optimizers.averaging(0.0) == {}
    variable = keras.Variable(np.float32([1.0]), name="v")
    optimizer = optimizers.adam(0.5)
    optimizer.build([variable])
    with optimizers.averages(optimizer, [variable]):
        np.testing.assert_array_equal(variable, [1])


@pytest.mark.parametrize(
    ("flags", "found"), [("fma avx512_bf16", True), ("avx512_bf16x", False)]
)
def test_what_the_processor_says(tmp_path, flags, found):
    file = tmp_path / "cpuinfo"
    assert not optimizers.has_bfloat16(file)
    file.write_text(f"flags : {flags}\n")
    assert optimizers.has_bfloat16(file) == found
