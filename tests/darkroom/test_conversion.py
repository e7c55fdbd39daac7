"""LiteRT files against the Keras models they were made from."""

import math

import keras
import numpy as np
import pytest

from darkroom import conversion, layers, litert

SIZE = (1, 16, 24, 4)


def model(seed: int = 0) -> keras.Model:
    """Space to depth, a convolution and an instance norm, of any size."""
    keras.utils.set_random_seed(seed)
    picture = keras.Input((None, None, 4), name="photo_and_depth")
    x = layers.SpaceToDepth(name="sub_pixels")(picture)
    x = keras.layers.Conv2D(8, 3, padding="same", name="one")(x)
    x = layers.instance_norm("norm")(x)
    x = keras.layers.Conv2DTranspose(3, 3, strides=2, padding="same")(x)
    return keras.Model(picture, x)


def inputs() -> np.ndarray:
    generator = np.random.Generator(np.random.PCG64(7))
    return generator.random(SIZE).astype(np.float32)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, conversion.Exported]:
    folder = tmp_path_factory.mktemp("conversion")
    return {
        precision: conversion.export(
            model(), folder / f"{precision}.tflite", precision, [inputs()]
        )
        for precision in conversion.LIMITS
    }


def operations(file: conversion.Exported) -> list[str]:
    interpreter = litert.Network(file.path)._interpreter
    return [operation["op_name"] for operation in interpreter._get_ops_details()]


def test_a_file_computes_what_keras_computes(files):
    """Catches garbage from the converter, on other numbers than export's own check."""
    other = inputs()[:, ::-1]
    truth = model()(other).numpy()
    for precision, atol in (
        ("float32", 2e-5),
        ("float16", 2e-2),
        ("int8_dynamic", 1e-1),
    ):
        found = litert.Network(files[precision].path)(other)
        np.testing.assert_allclose(found, truth, rtol=0, atol=atol)


def test_an_export_says_what_it_wrote(files):
    file = files["float32"]
    assert (file.input, file.output) == (SIZE, (1, 16, 24, 3))
    assert file.megabytes == pytest.approx(file.path.stat().st_size / 1e6)
    assert 0 < file.differences.largest < 2e-4
    assert litert.Network(file.path).inputs == {"photo_and_depth": SIZE}


def test_float16_weights_are_in_the_file(files):
    """Catches a precision that was asked for and not applied."""
    assert "DEQUANTIZE" in operations(files["float16"])
    assert files["float16"].differences.mean > 3 * files["float32"].differences.mean


def test_weights_take_four_two_or_one_byte(tmp_path):
    """Catches a precision that was asked for and not applied, of kernels that count."""
    keras.utils.set_random_seed(0)
    photo = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(64, 3, padding="same")(photo)
    x = keras.layers.Conv2D(256, 3, padding="same")(x)
    x = keras.layers.Conv2D(64, 3, padding="same", name="last")(x)
    wide = keras.Model(photo, 0.1 * x)
    for precision, size in (("float32", 4), ("float16", 2), ("int8_dynamic", 1)):
        path = tmp_path / f"{precision}.tflite"
        checks = conversion.photo_and_noise(8, 8)
        file = conversion.export(wide, path, precision, checks)
        assert 1e6 * file.megabytes / wide.count_params() == pytest.approx(
            size, rel=0.05
        )
        assert operations(file).count("DELEGATE") == 1


@pytest.mark.parametrize("precision", conversion.LIMITS)
def test_a_file_runs_in_one_piece_without_space_to_depth(files, precision):
    """Catches a batch of unknown size, which cuts the network to pieces."""
    found = operations(files[precision])
    assert found.count("DELEGATE") == 1
    assert not {"SPACE_TO_DEPTH", "SHAPE"} & set(found)


def test_a_wrong_file_does_not_get_its_name(tmp_path, monkeypatch):
    """Catches a check that compares a file with itself, or comes too late."""
    path = tmp_path / "net.tflite"
    path.write_bytes(b"the one before")
    wrong = conversion.convert(model(seed=1), SIZE, "float32")
    monkeypatch.setattr(conversion, "convert", lambda *_: wrong)
    with pytest.raises(ValueError, match=r"not written: as float32 it differs .* by"):
        conversion.export(model(), path, "float32", [inputs()])
    assert [file.name for file in tmp_path.iterdir()] == ["net.tflite"]
    assert path.read_bytes() == b"the one before"


def test_one_wrong_picture_among_right_ones_counts(tmp_path):
    """Catches a maximum over pictures that forgets all but the last."""

    class Broken:
        def __call__(self, array: np.ndarray) -> np.ndarray:
            wrong = float(array.mean() > 0.9)
            return model()(array).numpy() + wrong

    checks = [inputs(), np.ones(SIZE, np.float32), inputs()]
    found = conversion.compare(model(), Broken(), checks)
    assert found.largest == pytest.approx(1, abs=1e-5)
    assert found.mean == pytest.approx(1 / 3, abs=1e-5)


def test_limits_go_with_the_range_of_the_outputs():
    limits = conversion.LIMITS["float16"] * 0.5
    assert limits == conversion.Differences(1e-2, 1e-3)


def test_the_check_is_on_a_picture_and_on_noise():
    """Catches a check on nothing but noise."""
    photo, noise = conversion.photo_and_noise(64, 96)
    for inputs in (photo, noise):
        assert inputs.shape == (1, 64, 96, 3)
        assert inputs.dtype == np.float32
        assert 0 <= inputs.min() < 0.1 < 0.9 < inputs.max() <= 1
    steps = np.abs(np.diff(photo, axis=2)).mean()
    assert steps < 0.3 * np.abs(np.diff(noise, axis=2)).mean()


def test_not_a_number_is_never_within_limits():
    limits = conversion.Differences(1.0, 1.0)
    assert conversion.Differences(1.0, 1.0).within(limits)
    assert not conversion.Differences(1.1, 0.5).within(limits)
    assert not conversion.Differences(0.5, 1.1).within(limits)
    assert not conversion.Differences(math.nan, 0.5).within(limits)
    assert not conversion.Differences(0.5, math.nan).within(limits)

    def broken(array: np.ndarray) -> np.ndarray:
        return model()(array).numpy() * np.nan

    found = conversion.compare(model(), broken, [inputs()])
    assert not found.within(limits)


def test_the_converter_is_quiet(tmp_path, capfd):
    conversion.export(model(), tmp_path / "net.tflite", "float32", [inputs()])
    print("after")
    out, err = capfd.readouterr()
    assert out == "after\n"
    assert "XNNPACK" not in err


def test_an_unknown_precision_names_the_known_ones():
    with pytest.raises(ValueError, match="int4; expected float32 or float16 or int8_"):
        conversion.convert(model(), SIZE, "int4")
