"""Convolutions in three halves: equal numbers, less work, few weights more."""

import keras
import litert_files
import numpy as np
import pytest

from darkroom import litert
from darkroom.litert import convert, fast_convolutions
from darkroom.litert import graph as graphs

SHAPE = (1, 12, 18, 32)


def plain(*convolutions: dict, shape=SHAPE, monkeypatch) -> bytes:
    """A file of convolutions, one after the other, as TensorFlow's converter has it.

    A last one on four pixels has so many weights that the others may have a few more.
    """
    keras.utils.set_random_seed(3)
    picture = keras.Input(shape[1:], name="photo")
    x = picture
    for options in convolutions:
        usual = {"padding": "same", "bias_initializer": "random_normal"}
        x = keras.layers.Conv2D(**{"filters": 32, **usual, **options})(x)
    x = keras.layers.Conv2D(1, 1)(x)
    many = keras.layers.GlobalAveragePooling2D(keepdims=True)(x)
    many = keras.layers.Conv2D(1500, 1)(keras.layers.Conv2D(1500, 1)(many))
    x = x + keras.layers.Conv2D(1, 1, kernel_initializer="zeros")(many)
    with monkeypatch.context() as without:
        without.setattr(fast_convolutions, "accelerate", lambda content: content)
        return convert.convert(keras.Model(picture, x), shape, "float32")


def run(content: bytes, folder, picture: np.ndarray) -> np.ndarray:
    (folder / "net.tflite").write_bytes(content)
    network = litert.Network(folder / "net.tflite", threads=1)
    names = [o["op_name"] for o in network._interpreter._get_ops_details()]
    assert names.count("DELEGATE") == 1  # nothing that XNNPACK leaves to others
    return network(picture)


def times(content: bytes) -> int:
    return graphs.count_macs(content)


@pytest.mark.parametrize(
    ("kernel", "rows"), [(5, 4), (7, 5.5), (9, 7), ((5, 3), 4), ((7, 4), 5.5)]
)
def test_the_numbers_stay_and_the_work_shrinks(tmp_path, monkeypatch, kernel, rows):
    """Catches rows that are off by one, at either parity of the kernel's middle."""
    before = plain({"kernel_size": kernel}, monkeypatch=monkeypatch)
    after = fast_convolutions.accelerate(before)
    tall, wide = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    # the convolution of the last row is needed half a row further
    saved = 12 * 18 * wide * 32 * 32 * (tall - rows)
    extra = 18 * wide * 32 * 32 * 2 * ((tall + 1) // 4)
    assert times(before) - times(after) == saved - extra
    picture = np.random.Generator(np.random.PCG64(7)).normal(size=SHAPE)
    expected = run(before, tmp_path, picture)
    assert expected.std() > 0.1
    found = run(after, tmp_path, picture)
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5)


def test_several_on_one_input_and_one_after_the_other(tmp_path, monkeypatch):
    """Catches an input that is split for one and not there for the next; and a relu."""
    before = plain(
        {"kernel_size": 7, "activation": "relu"},
        {"kernel_size": 5, "activation": "relu"},
        monkeypatch=monkeypatch,
    )
    after = fast_convolutions.accelerate(before)
    assert litert_files.operations(after).count("PAD") == 2
    picture = np.random.Generator(np.random.PCG64(8)).normal(size=SHAPE)
    expected, found = (run(c, tmp_path, picture) for c in (before, after))
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5)


@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 3},
        {"kernel_size": 4},
        {"kernel_size": 5, "strides": 2},
        {"kernel_size": 5, "dilation_rate": 2},
        {"kernel_size": 5, "padding": "valid"},
        {"kernel_size": 5, "filters": 16},
        {"kernel_size": 5, "shape": (1, 11, 18, 32)},
        {"kernel_size": 5, "shape": (1, 12, 18, 4)},
    ],
)
def test_what_does_not_gain_stays(monkeypatch, options):
    shape = options.pop("shape", SHAPE)
    before = plain(options, shape=shape, monkeypatch=monkeypatch)
    after = fast_convolutions.accelerate(before)
    assert litert_files.operations(after) == litert_files.operations(before)


def test_no_more_weights_are_added_than_may_be(monkeypatch):
    """Catches files over 4 bytes a weight; and small pictures that come first."""
    before = plain(
        {"kernel_size": 9, "strides": 2},
        {"kernel_size": 9},
        {"kernel_size": 9},
        {"kernel_size": 9},
        monkeypatch=monkeypatch,
    )
    after = fast_convolutions.accelerate(before)
    weights = len(before) / 4
    assert 4.1 * weights < len(after) < 1.005 * fast_convolutions.MAX_BYTES * weights
    graph = graphs.Graph(after)
    names = [
        graph.shape(operator.inputs[1])[1:3]
        for operator in graph.operators
        if graph.kind(operator) == "CONV_2D"
    ]
    # the one with stride 2, and the one for which nothing is left
    assert names.count((9, 9)) == 2
    assert names.count((4, 9)) == 2


def test_large_pictures_come_first(monkeypatch):
    """Catches weights that are spent where they save least."""
    usual = {"kernel_size": 9}
    before = plain(
        {**usual, "strides": 3}, usual, usual, usual, monkeypatch=monkeypatch
    )
    assert gone(before, (4, 6)) == 2
    keras.utils.set_random_seed(3)
    before = plain(
        usual, {**usual, "strides": 3}, usual, usual, monkeypatch=monkeypatch
    )
    assert gone(before, (12, 18)) == 1


def gone(before: bytes, size: tuple[int, int]) -> int:
    """How many convolutions of a size are replaced."""

    def count(content: bytes) -> int:
        graph = graphs.Graph(content)
        return sum(
            graph.shape(operator.outputs[0])[1:3] == size
            for operator in graph.operators
            if graph.macs(operator) and graph.shape(operator.inputs[1])[1] > 1
        )

    return count(before) - count(fast_convolutions.accelerate(before))


def test_a_file_in_float32_has_them_and_no_other():
    photo = keras.Input(SHAPE[1:], name="photo")
    x = keras.layers.Conv2D(32, 5, padding="same")(photo)
    many = keras.layers.GlobalAveragePooling2D(keepdims=True)(x)
    many = keras.layers.Conv2D(1300, 1)(keras.layers.Conv2D(1300, 1)(many))
    x = keras.layers.Add()([x, keras.layers.Conv2D(32, 1)(many)])
    model = keras.Model(photo, x)
    for precision, delegate, pads in (
        ("float32", "cpu", 1),
        ("float32", "gpu", 0),
        ("float16", "cpu", 0),
        ("int8_dynamic", "cpu", 0),
    ):
        content = convert.convert(model, SHAPE, precision, delegate=delegate)
        assert litert_files.operations(content).count("PAD") == pads
