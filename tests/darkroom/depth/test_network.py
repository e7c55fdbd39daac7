"""A depth network's file is run as its contract says, or refused in a sentence."""

import numpy as np
import pytest

from darkroom import litert
from darkroom.depth import network


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A network whose disparity is the red channel, shrunk: 16x24."""
    import keras

    from darkroom.litert import convert

    def write(name, shape, outputs):
        picture = keras.Input(shape[1:], batch_size=1)
        red = np.zeros((1, 1, shape[-1], outputs), np.float32)
        red[0, 0, 0] = 0.25
        answer = keras.layers.Conv2D(outputs, 1, use_bias=False, name="red")
        model = keras.Model(picture, answer(picture))
        model.get_layer("red").set_weights([red])
        path = tmp_path_factory.mktemp("networks") / name
        path.write_bytes(convert.convert(model, shape, "float32"))
        return path

    return write


def test_a_network_s_answer_is_stretched_and_larger_is_nearer(exported):
    """Catches: a photo in 0 to 255 or in BGR, or an answer upside down."""
    path = exported("depth.tflite", (1, 16, 24, 3), 1)
    red = np.linspace(20, 220, 64 * 96).reshape(64, 96)
    picture = np.dstack([red, 255 - red, 0 * red]).astype(np.uint8)
    found = network.disparity(path, picture)
    expected = red.reshape(16, 4, 24, 4).mean(axis=(1, 3))
    expected = (expected - expected.min()) / np.ptp(expected)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_a_network_of_another_contract_says_what_it_takes(exported):
    path = exported("pynet.tflite", (1, 16, 24, 4), 3)
    with pytest.raises(
        ValueError, match=r"1x16x24x4 and gives 1x16x24x3; expected a de"
    ):
        network.disparity(path, np.zeros((8, 8, 3), np.uint8))


@pytest.mark.parametrize(
    ("inputs", "output", "answer", "said"),
    [
        ([(1, 8, 8, 3), (1, 8, 8, 1)], (1, 8, 8, 1), 0.0, "1x8x8x3 and 1x8x8x1"),
        ([(1, 8)], (1, 8, 8, 1), 0.0, "takes 1x8 and gives"),
        ([(1, 8, 8, 3)], (1, 8, 8), 0.0, "gives 1x8x8; expected"),
        ([(1, 1, 1, 3)], (1, 1, 1, 1), 0.0, "--size HxW"),
        ([(1, 8, 8, 3)], (1, 8, 8, 1), np.nan, "not finite"),
        ([(1, 8, 8, 3)], (1, 8, 8, 1), 7, "int64"),
    ],
)
def test_odd_networks_are_one_sentence(monkeypatch, inputs, output, answer, said):
    class Odd:
        def __init__(self, path):
            self.inputs = dict(enumerate(inputs))
            self.output = output

        def __call__(self, picture):
            return np.full(output, answer)

    monkeypatch.setattr(litert, "Network", Odd)
    with pytest.raises(ValueError, match=rf"odd\.tflite .*{said}"):
        network.disparity("odd.tflite", np.zeros((8, 8, 3), np.uint8))
