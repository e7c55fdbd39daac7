"""LiteRT files against the Keras models they were made from."""

import json

import keras
import litert_files
import numpy as np
import pytest

from darkroom import litert
from darkroom.litert import card, convert, quantize, samples
from pynet import layers

SIZE = (1, 16, 24, 4)
PRECISIONS = quantize.PRECISIONS


def model(seed: int = 0) -> keras.Model:
    """Space to depth, convolutions and an instance norm, of any size."""
    keras.utils.set_random_seed(seed)
    picture = keras.Input((None, None, 4), name="photo_and_depth")
    straight = layers.SpaceToDepth(name="sub_pixels")(picture)
    x = keras.layers.Conv2D(16, 3, padding="same", name="one")(straight)
    x = layers.LeakyReLU(name="leaky")(layers.instance_norm("norm")(x))
    x = keras.layers.Conv2D(16, 3, padding="same", name="two")(x)
    x = keras.layers.Add(name="sum")([straight, x])
    x = keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same", name="up")(x)
    x = keras.layers.Conv2D(3, 1, name="rgb")(x)
    return keras.Model(picture, keras.layers.Activation("sigmoid", name="output")(x))


def pictures() -> list[np.ndarray]:
    return samples.real(SIZE[1:3], depth=True)


def converted(seed: int, precision: str, **options) -> bytes:
    return convert.convert(model(seed), SIZE, precision, pictures, **options)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, convert.Exported]:
    folder = tmp_path_factory.mktemp("conversion")
    return {
        precision: convert.export(
            model(),
            folder / f"{precision}.tflite",
            precision,
            pictures(),
            calibration=pictures,
            threads=(),
        )
        for precision in PRECISIONS
    }


def operations(file: convert.Exported) -> list[str]:
    interpreter = litert.Network(file.path)._interpreter
    return [operation["op_name"] for operation in interpreter._get_ops_details()]


def test_a_file_computes_what_keras_computes(files):
    """Catches garbage from the converter, on other numbers than export's own check."""
    other = pictures()[0][:, ::-1]
    truth = model()(other).numpy()
    for precision, atol in (
        ("float32", 2e-5),
        ("float16", 2e-3),
        ("int8_dynamic", 5e-2),
        ("int8", 5e-2),
        ("int16x8", 5e-2),
    ):
        found = litert.Network(files[precision].path)(other)
        np.testing.assert_allclose(found, truth, rtol=0, atol=atol)


def test_an_export_says_what_it_wrote(files):
    file = files["float32"]
    assert (file.input, file.output) == (SIZE, (1, 16, 24, 3))
    assert file.megabytes == pytest.approx(file.path.stat().st_size / 1e6)
    assert file.parity.psnr > 60
    assert litert.Network(file.path).inputs == {"photo_and_depth": SIZE}


def test_its_card_is_beside_it_and_in_it(files):
    """Catches a card that lacks a field, and one inside that says something else."""
    file = files["int8"]
    beside = json.loads(card.path_of(file.path).read_text())
    assert beside == json.loads(json.dumps(file.card))
    assert beside["signature"] == "serving_default"
    assert beside["input"] == {"name": "photo_and_depth", "shape": list(SIZE)}
    assert beside["output"]["shape"] == [1, 16, 24, 3]
    assert beside["precision"] == "int8"
    assert beside["parameters"] == model().count_params()
    assert beside["macs"] == 96 * (16 * 16 + 2 * 9 * 16 * 16 + 9 * 16 * 4) + 384 * 4 * 3
    assert beside["differences_to_keras"]["psnr"] >= 30
    inside = card.embedded(file.path.read_bytes())
    assert inside == {k: beside[k] for k in beside if k not in ("bytes", "sha256")}


def test_every_precision_is_another_file(files):
    """Catches a precision that was asked for and not applied."""
    assert "DEQUANTIZE" in operations(files["float16"])
    assert "QUANTIZE" not in operations(files["int8_dynamic"])
    for precision in ("int8", "int16x8"):
        assert "QUANTIZE" in operations(files[precision])
    distances = [files[p].parity.psnr for p in PRECISIONS]
    assert len(set(distances)) == len(PRECISIONS)
    assert distances[0] > distances[1] > max(distances[2:])


def test_weights_take_four_two_or_one_byte():
    """Catches a precision that was asked for and not applied, of kernels that count."""
    keras.utils.set_random_seed(0)
    photo = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(64, 3, padding="same", name="first")(photo)
    skip = keras.layers.Conv2D(64, 1, name="skip")(x)
    x = keras.layers.Conv2D(128, 9, padding="same", name="wide")(x)
    x = keras.layers.Conv2D(64, 9, padding="same", name="narrow")(x)
    x = keras.layers.Conv2D(3, 1, name="last")(x + skip)
    wide = keras.Model(photo, x)
    sizes = {"float32": 4, "float16": 2, "int8_dynamic": 1, "int8": 1}
    for precision, size in sizes.items():
        content = convert.convert(
            wide, (1, 8, 8, 3), precision, lambda: samples.real((8, 8))
        )
        assert len(content) / wide.count_params() == pytest.approx(size, rel=0.05)


@pytest.mark.parametrize("precision", ["float32", "float16", "int8_dynamic", "int8"])
def test_a_file_runs_in_one_piece_without_space_to_depth(files, precision):
    """Catches a batch of unknown size, and norms in 8 bits: both cut it to pieces."""
    found = operations(files[precision])
    assert found.count("DELEGATE") == 1
    assert not {"SPACE_TO_DEPTH", "SHAPE"} & set(found)


def test_a_wrong_file_does_not_get_its_name(tmp_path, monkeypatch):
    """Catches a check that compares a file with itself, or comes too late."""
    path = tmp_path / "net.tflite"
    path.write_bytes(b"the one before")
    wrong = converted(1, "float32")
    monkeypatch.setattr(convert, "convert", lambda *_: wrong)
    with pytest.raises(
        ValueError, match=r"as float32 it differs .*; expected at least"
    ):
        convert.export(model(), path, "float32", pictures(), threads=())
    assert [file.name for file in tmp_path.iterdir()] == ["net.tflite"]
    assert path.read_bytes() == b"the one before"


def test_the_converter_is_quiet(tmp_path, capfd):
    """Of all precisions, the calibrated ones have most to say."""
    path = tmp_path / "net.tflite"
    options = {"calibration": pictures, "threads": ()}
    convert.export(model(), path, "int8", pictures(), **options)
    print("after")
    out, err = capfd.readouterr()
    assert out == "after\n"
    assert "XNNPACK" not in err
    assert "Statistics" not in err


def test_what_cannot_be_is_one_sentence():
    with pytest.raises(ValueError, match="int4; expected float32 or float16 or int8_"):
        converted(0, "int4")
    with pytest.raises(ValueError, match="int8 is calibrated on pictures; none"):
        convert.convert(model(), SIZE, "int8")
    with pytest.raises(ValueError, match="GPUs compute in float32 and float16, not in"):
        converted(0, "int8", delegate="gpu")


def test_a_file_for_gpus_is_another_graph(files):
    """Catches --delegate that is not passed on."""
    usual = litert_files.operations(files["float32"].path.read_bytes())
    assert {"MEAN", "LEAKY_RELU"} <= set(usual)
    found = litert_files.operations(converted(0, "float32", delegate="gpu"))
    assert not {"MEAN", "LEAKY_RELU"} & set(found)
