"""The export program; whether a file computes the right thing is test_litert's."""

import keras
import numpy as np
import pytest

from darkroom import conversion, litert
from pynet import export, trained


@pytest.mark.parametrize(
    ("text", "sides"), [("512x768", (512, 768)), ("32x64", (32, 64))]
)
def test_a_size_is_height_first(text, sides):
    assert export.size(text) == sides


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("512", "expected HxW, such as 512x768"),
        ("512x768x4", "expected HxW, such as 512x768"),
        ("-32x64", "expected HxW, such as 512x768"),
        ("500x768", "multiples of 32, .*: 512x768 would do"),
        ("0x65", "multiples of 32, .*: 32x96 would do"),
    ],
)
def test_a_wrong_size_is_one_sentence(text, said):
    with pytest.raises(ValueError, match=f"--size is {text}; .*{said}"):
        export.size(text)


def test_the_check_is_on_a_picture_and_on_noise():
    """Catches a check on nothing but noise, and a depth that is flat."""
    picture, noise = export.check_inputs(64, 96)
    for inputs in (picture, noise):
        assert inputs.shape == (1, 64, 96, 4)
        assert inputs.dtype == np.float32
        assert 0 <= inputs.min() < 0.1 < 0.9 < inputs.max() <= 1
    steps = np.abs(np.diff(picture[..., :3], axis=2)).mean()
    assert steps < 0.3 * np.abs(np.diff(noise[..., :3], axis=2)).mean()
    assert picture[0, 0, 0, 3] == 0
    assert picture[0, -1, 0, 3] == 1


@pytest.fixture
def model(monkeypatch):
    """Instead of a level of the pyramid: one convolution to its photo's size."""
    keras.utils.set_random_seed(3)
    photo = keras.Input((None, None, 4), name="photo_and_depth")
    layer = keras.layers.Conv2DTranspose(3, 3, strides=2, padding="same", name="up")
    model = keras.Model(photo, layer(photo))
    monkeypatch.setattr(trained, "load", lambda *_: model)
    return model


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_a_file_is_checked_and_described(tmp_path, capsys, model, precision):
    output = str(tmp_path / "net.tflite")
    flags = {"size": "64x96", "precision": precision, "output": output}
    export.main(export.Config(**flags))
    said = capsys.readouterr().out.splitlines()
    megabytes = (tmp_path / "net.tflite").stat().st_size / 1e6
    assert (
        said[0] == f"{output}: level 1, 111 parameters, {precision}, {megabytes:.1f} MB"
    )
    assert said[1].startswith("in:  1x64x96x4")
    assert said[2].startswith("out: 1x128x192x3")
    assert "largest " in said[3]
    inputs = np.random.Generator(np.random.PCG64(1)).random((1, 64, 96, 4))
    found = litert.Network(output)(inputs.astype(np.float32))
    np.testing.assert_allclose(found, model(inputs), rtol=0, atol=2e-2)


def test_weights_that_changed_after_the_conversion_fail(tmp_path, monkeypatch, model):
    """Catches a check that runs the converted file against itself."""
    convert = conversion.convert

    def broken(*arguments):
        content = convert(*arguments)
        kernel = model.get_layer("up").kernel
        kernel.assign(kernel + 0.01)
        return content

    monkeypatch.setattr(conversion, "convert", broken)
    flags = export.Config(size="64x96", output=str(tmp_path / "net.tflite"))
    with pytest.raises(ValueError, match=r"net.tflite was not written: as float32"):
        export.main(flags)
    assert not list(tmp_path.iterdir())


def test_another_ending_is_refused_at_once():
    with pytest.raises(ValueError, match=r"--output net.bin must end in .tflite"):
        export.main(export.Config(weights="none", output="net.bin"))
