"""Graphs in fewer bits: which operations, how they are rounded, and what stays."""

import keras
import numpy as np
import pytest

from darkroom import litert
from darkroom.litert import convert, parity, quantize, samples
from darkroom.litert import graph as graphs
from pynet import layers

SIZE = (16, 24)
SHAPE = (1, *SIZE, 3)


@pytest.fixture(scope="module", autouse=True)
def small():
    """So small a network has no convolution of a fiftieth of its work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantize, "_SMALL", 0.5)
        yield


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """A short way for the photo, and a long way with a norm and every convolution."""
    keras.utils.set_random_seed(2)
    photo = keras.Input((None, None, 3), name="photo")
    x = keras.layers.Conv2D(8, 3, padding="same", name="first")(photo)
    y = keras.layers.Conv2D(8, 3, strides=2, padding="same", name="half")(x)
    y = layers.instance_norm("norm")(y)
    y = keras.layers.DepthwiseConv2D(3, padding="same", name="each")(y)
    y = keras.layers.LeakyReLU(name="leaky")(y)
    y = keras.layers.Conv2DTranspose(8, 3, 2, padding="same", use_bias=False)(y)
    x = keras.layers.Add(name="sum")([x, y])
    x = keras.layers.Conv2D(3, 1, name="last")(x)
    x = keras.layers.Activation("sigmoid", name="output")(x)
    return keras.Model(photo, x)


@pytest.fixture(scope="module")
def contents(model) -> dict[str, bytes]:
    stream = samples.stream(None, SIZE)
    return {
        precision: convert.convert(model, SHAPE, precision, stream)
        for precision in ("int8_dynamic", "int8", "int16x8")
    }


def kinds(content: bytes) -> dict[str, list[str]]:
    """What each operation takes and writes, by the types of its tensors."""
    graph = graphs.Graph(content)
    tensors = graph._subgraph.tensors
    names = {code: name for name, code in graphs._TYPES.items()}
    found: dict[str, list[str]] = {}
    for operator in graph.operators:
        places = [*operator.inputs, *operator.outputs]
        types = " ".join(names[tensors[place].type] for place in places if place >= 0)
        found.setdefault(graph.kind(operator), []).append(types)
    return found


EXACT = "float32 float32 float32 float32"


@pytest.mark.parametrize(
    ("precision", "convolution", "transposed"),
    [
        ("int8_dynamic", "float32 int8 float32 float32", "int32 int8 float32 float32"),
        ("int8", "int8 int8 int32 int8", "int32 int8 int8 int8"),
        ("int16x8", "int16 int8 int64 int16", "int32 int8 int16 int16"),
    ],
)
def test_the_long_way_is_in_integers(contents, precision, convolution, transposed):
    """Catches a photo in 8 bits, and norms and sums in anything but float32."""
    found = kinds(contents[precision])
    assert found["CONV_2D"] == [EXACT, convolution, EXACT]
    # XNNPACK would not take it, and would cut the network to pieces
    each = EXACT if precision == "int8_dynamic" else convolution
    assert found["DEPTHWISE_CONV_2D"] == [each]
    assert found["TRANSPOSE_CONV"] == [transposed]
    for kind in ("MEAN", "ADD", "MUL", "LEAKY_RELU", "LOGISTIC"):
        assert all(set(types.split()) <= {"float32", "int32"} for types in found[kind])


def test_what_is_much_of_the_work_is_in_integers_on_any_way(model, monkeypatch):
    """Catches a chain of convolutions, all on the one way, with none quantised."""
    monkeypatch.setattr(quantize, "_SMALL", 0.05)
    found = kinds(convert.convert(model, SHAPE, "int8_dynamic"))
    quantised = "float32 int8 float32 float32"
    assert found["CONV_2D"] == [quantised, quantised, EXACT]


def test_files_stay_close_to_keras(model, contents, tmp_path):
    """Catches a wrong axis of the scales, a wrong zero and a bias of another unit."""
    least = {"int8_dynamic": 45, "int8": 40, "int16x8": 45}
    for precision, content in contents.items():
        path = tmp_path / f"{precision}.tflite"
        path.write_bytes(content)
        found = parity.compare(model, litert.Network(path), samples.real(SIZE))
        assert found.psnr > least[precision], precision


def test_a_kernel_of_zeros_stays_one(tmp_path):
    """Catches a division by nothing, and scales at which XNNPACK ends the process."""
    photo = keras.Input((None, None, 3), name="photo")
    x = keras.layers.Conv2D(3, 1, kernel_initializer="zeros", name="nothing")(photo)
    x = keras.layers.Conv2D(3, 1, kernel_initializer="zeros", name="again")(x)
    model = keras.Model(photo, keras.layers.Add(name="sum")([photo, x]))
    path = tmp_path / "net.tflite"
    path.write_bytes(convert.convert(model, SHAPE, "int8", samples.stream(None, SIZE)))
    photo = samples.real(SIZE)[0]
    np.testing.assert_allclose(litert.Network(path)(photo), photo, atol=1e-6)


def test_pictures_are_streamed(model):
    """Catches a list of all of them: one is asked for after the other was seen."""
    alive: list[np.ndarray] = []

    def pictures():
        for level in (0.0, 0.5, 1.0):
            alive.append(np.full(SHAPE, level, np.float32))
            yield alive[-1]
            del alive[:]

    convert.convert(model, SHAPE, "int8", pictures)
    assert not alive
