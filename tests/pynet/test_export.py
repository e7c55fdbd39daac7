"""The export program; what is in a file is test_conversion's and test_exports'."""

import json

import keras
import litert_files
import numpy as np
import pytest

import pynet.weights
from darkroom import litert
from darkroom.litert import convert, gpu
from darkroom.litert import cost as litert_cost
from darkroom.render import network as renderer
from darkroom.train import checkpoints
from pynet import export, network


@pytest.fixture(autouse=True)
def costs(monkeypatch):
    """Processes cost; test_litert_cost has them."""
    cost = litert_cost.FileCost(1.0, 2.0)
    monkeypatch.setattr(litert_cost, "measure_file", lambda *_: cost)


@pytest.mark.parametrize(
    ("text", "sides"), [("512x768", (512, 768)), ("32x64", (32, 64))]
)
def test_a_size_is_height_first(text, sides):
    assert export.size(text) == sides


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("512", "expected HxW"),
        ("500x768", "multiples of 32, .*: 512x768 would do"),
        ("64x1", "multiples of 32, .*: 64x32 would do"),
    ],
)
def test_a_wrong_size_is_one_sentence(text, said):
    with pytest.raises(ValueError, match=f"size is {text}; .*{said}"):
        export.size(text)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A level 7 of width 1/8, whose card says that it is trained."""
    path = tmp_path_factory.mktemp("export") / "net.weights.h5"
    card = {"network": "pynet", "width": 1 / 8, "level": 7, "steps": 40, "radius": 30.5}
    checkpoints.save_weights(network.pynet(1 / 8), path, **card)
    return path


def test_a_file_is_checked_and_described(tmp_path, capsys, weights):
    """Catches flags that are not passed on, and an output in another order."""
    output = str(tmp_path / "net.tflite")
    flags = {"level": 7, "size": "64x96", "precision": "float16", "output": output}
    export.main(export.Config(weights=str(weights), **flags))
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{output}: PyNET level 7, ")
    assert ", float16, " in said[0]
    assert said[1].startswith("in:  1x64x96x4, photo and depth at half")
    assert said[2].startswith("out: 1x2x3x3, the bokeh picture")
    file = litert.Network(output)
    assert file.card == json.loads((tmp_path / "net.tflite.json").read_text())
    assert (file.card["level"], file.card["width"]) == (7, 1 / 8)
    assert file.card["weights"]["steps"] == 40
    assert "folded at the focus" in file.card["input"]["channels"][3]
    assert renderer.load(output).radius == 30.5  # it is told the focus
    assert export.depth({}) == "disparity, larger is nearer"
    assert "--precision=float16" in file.card["command"]
    inputs = np.random.Generator(np.random.PCG64(1)).random((1, 64, 96, 4))
    expected = pynet.weights.load(str(weights), 7)(inputs)
    np.testing.assert_allclose(file(inputs), expected, rtol=0, atol=1e-2)


def test_for_a_gpu_only_conservative_operations_are_in_the_file(tmp_path, weights):
    """Reads the list from the file. Catches group norm's mean, and five dimensions."""
    path = tmp_path / "net.tflite"
    flags = {"level": 7, "size": "64x96", "delegate": "gpu", "output": str(path)}
    export.main(export.Config(weights=str(weights), **flags))
    content = path.read_bytes()
    found = set(litert_files.operations(content))
    assert found <= set(gpu.CONSERVATIVE)
    assert {"AVERAGE_POOL_2D", "MAXIMUM", "RSQRT"} <= found
    interpreter = litert.Network(path)._interpreter
    assert all(len(t["shape"]) <= 4 for t in interpreter.get_tensor_details())


@pytest.fixture
def model(monkeypatch):
    """Instead of a level of the pyramid: one convolution to its photo's size."""
    keras.utils.set_random_seed(3)
    photo = keras.Input((None, None, 4), name="photo_and_depth")
    layer = keras.layers.Conv2DTranspose(3, 3, strides=2, padding="same", name="up")
    model = keras.Model(photo, layer(photo))
    monkeypatch.setattr(pynet.weights, "load", lambda *_: model)
    return model


def test_weights_that_changed_after_the_conversion_fail(
    tmp_path, monkeypatch, model, weights
):
    """Catches a check that runs the converted file against itself."""
    original = convert.convert

    def broken(*arguments):
        content = original(*arguments)
        kernel = model.get_layer("up").kernel
        kernel.assign(kernel + 0.01)
        return content

    monkeypatch.setattr(convert, "convert", broken)
    output = str(tmp_path / "net.tflite")
    flags = export.Config(weights=str(weights), size="64x96", output=output)
    with pytest.raises(ValueError, match=r"net.tflite was not written: as float32"):
        export.main(flags)
    assert not list(tmp_path.iterdir())


def test_another_ending_is_refused_at_once():
    with pytest.raises(ValueError, match=r"--output net.bin must end in .tflite"):
        export.main(export.Config(weights="none", output="net.bin"))


def test_weights_of_another_width_are_one_sentence(weights):
    flags = export.Config(weights=str(weights), level=7, width=0.5, output="n.tflite")
    with pytest.raises(ValueError, match=r"of width 0.125, and --width is 0.5; leave"):
        export.main(flags)
