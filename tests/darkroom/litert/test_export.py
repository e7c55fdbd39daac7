"""What the export programs share."""

import dataclasses
import json

import keras
import numpy as np
import pytest

from darkroom import litert
from darkroom.io import images
from darkroom.litert import cost as litert_cost
from darkroom.litert import export as exports
from darkroom.train import checkpoints

ABOUT = {
    "network": "some network",
    "weights": {"width": 0.5, "steps": 7},
    "input": {"what": "a photo", "range": [0, 1]},
    "output": {"what": "the same"},
}


@pytest.fixture(autouse=True)
def costs(monkeypatch):
    """Processes take seconds; test_cost has them."""

    def of(path, threads):
        return litert_cost.FileCost(10.04 * threads, 99.6)

    monkeypatch.setattr(litert_cost, "measure_file", of)


def model(channels: int = 3) -> keras.Model:
    keras.utils.set_random_seed(0)
    photo = keras.Input((None, None, channels), name="photo")
    x = keras.layers.Conv2D(3, 3, padding="same", name="conv")(photo)
    return keras.Model(photo, keras.layers.Activation("sigmoid", name="output")(x))


def test_a_file_is_written_and_described(tmp_path, capsys):
    """Catches flags that are not passed on, and a card that lacks what was said."""
    path = tmp_path / "net.tflite"
    config = exports.Flags(precision="float16", output=str(path))
    exports.write(model(), config, "some.export", (32, 48), ABOUT)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{path}: some network, 84 parameters, float16, 0.0 MB")
    assert said[1] == "in:  1x32x48x3, a photo"
    assert said[2] == "out: 1x32x48x3, the same"
    assert said[3].startswith("on real photos beside Keras: PSNR ")
    assert said[4] == (
        f"10 CPU-ms and 100 MB with one thread; all this is in {path}.json"
    )
    card = json.loads((tmp_path / "net.tflite.json").read_text())
    assert card["command"] == (
        f"python -m some.export --precision=float16 --delegate=cpu --output={path}"
    )
    assert card["licence"] == "Apache-2.0"
    assert (card["width"], card["weights"]["steps"]) == (0.5, 7)
    assert card["input"]["range"] == [0, 1]
    assert card["input"]["name"] == "photo"
    assert card["cost"]["threads_2"] == {"cpu_ms": 20.1, "peak_mb": 100}
    assert litert.Network(path).card == card


def test_weights_of_another_licence_make_a_file_of_it(tmp_path):
    path = tmp_path / "net.tflite"
    about = {**ABOUT, "weights": {"licence": "CC BY-NC-SA 4.0"}}
    config = exports.Flags(output=str(path))
    exports.write(model(), config, "some.export", (32, 48), about)
    assert litert.Network(path).card["licence"] == "CC BY-NC-SA 4.0"


def test_flags_say_what_weights_do_not(tmp_path):
    """Catches a flag that overrules the weights file."""
    path = tmp_path / "net.weights.h5"
    checkpoints.save_weights(model(), path, steps=7)
    assert exports.describe_weights(str(path), width=0.25) == {
        "width": 0.25,
        "steps": 7,
    }
    checkpoints.save_weights(model(), path, width=0.5)
    assert exports.describe_weights(str(path), width=0.25) == {"width": 0.5}


def test_own_photos_calibrate(tmp_path):
    """Catches --calibration that is read and not used: dark photos give dark ranges."""
    for name, level in (("dark", 8), ("light", 255)):
        photo = np.full((40, 60, 3), level, np.uint8)
        images.write(tmp_path / name / "1.png", photo)
        images.write(tmp_path / name / "1_depth.png", photo[..., 0])
    config = exports.Flags(
        precision="int8",
        calibration=str(tmp_path / "dark"),
        output=str(tmp_path / "net.tflite"),
    )
    photo = keras.Input((None, None, 4), name="photo")
    side = keras.layers.Conv2D(3, 1, name="short")(photo)
    long = model(4)(photo)
    long = keras.layers.Conv2D(3, 9, padding="same", name="long")(long)
    whole = keras.Model(photo, keras.layers.Add(name="sum")([side, long]))
    with pytest.raises(ValueError, match="calibrate it on photos like those that it"):
        exports.write(whole, config, "some.export", (32, 48), ABOUT, depth=True)
    light = dataclasses.replace(config, calibration=str(tmp_path / "light"))
    exports.write(whole, light, "some.export", (32, 48), ABOUT, depth=True)


def test_what_cannot_be_is_one_sentence_before_anything_slow():
    for flags, said in (
        ({"output": "net.bin"}, "--output net.bin must end in .tflite"),
        ({"calibration": "photos"}, "--calibration is for int8 and int16x8, and --pre"),
        ({"precision": "int8", "delegate": "gpu"}, "GPUs compute in float32 and float"),
    ):
        with pytest.raises(ValueError, match=said):
            exports.check(exports.Flags(**flags))
    exports.check(exports.Flags(precision="int8", calibration="photos"))
