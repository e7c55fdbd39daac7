"""LiteRT files that are run; what is in them is test_conversion's."""

import pathlib

import keras
import numpy as np
import pytest

from darkroom import conversion, litert

SIZE = (1, 16, 24, 4)


def write(path: pathlib.Path, outputs: int = 1) -> pathlib.Path:
    """A file that halves its input, `outputs` times."""
    picture = keras.Input(SIZE[1:], name="photo_and_depth")
    halved = [keras.layers.Rescaling(0.5)(picture) for _ in range(outputs)]
    network = keras.Model(picture, halved if outputs > 1 else halved[0])
    path.write_bytes(conversion.convert(network, SIZE, "float32"))
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return write(tmp_path_factory.mktemp("litert") / "half.tflite")


def test_a_file_runs_and_says_what_it_takes(file):
    network = litert.Network(file)
    assert network.inputs == {"photo_and_depth": SIZE}
    assert network.output == SIZE
    picture = np.random.Generator(np.random.PCG64(7)).random(SIZE)
    np.testing.assert_allclose(network(picture), picture / 2, atol=1e-6)


def test_a_shape_is_written_as_sentences_say_it():
    assert litert.shape((1, 512, 768, 4)) == "1x512x768x4"


def content(file: pathlib.Path, kind: str) -> bytes:
    whole = file.read_bytes()
    return {"text": b"no network", "empty": b"", "cut": whole[: len(whole) // 2]}[kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("text", "is not a LiteRT file; expected a .tflite"),
        ("empty", "is not a LiteRT file; expected a .tflite"),
        ("cut", "is damaged or cut short"),
    ],
)
def test_a_bad_file_is_one_sentence_with_its_path(file, tmp_path, kind, said):
    path = tmp_path / "bad.tflite"
    path.write_bytes(content(file, kind))
    with pytest.raises(ValueError, match=said) as caught:
        litert.Network(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_an_oserror_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        litert.Network(tmp_path / "none.tflite")
    assert caught.value.filename == str(tmp_path / "none.tflite")


def test_another_size_is_one_sentence_with_both(file):
    network = litert.Network(file)
    came = np.zeros((1, 24, 16, 4), np.float32)
    with pytest.raises(ValueError, match=r"1x16x24x4, a fixed size; got 1x24x16x4"):
        network(came)
    with pytest.raises(ValueError, match="got nothing"):
        network()
    with pytest.raises(ValueError, match="got 1x16x24x4, 1x16x24x4"):
        network(*[np.zeros(SIZE, np.float32)] * 2)


def test_several_outputs_are_refused(tmp_path):
    path = write(tmp_path / "two.tflite", outputs=2)
    with pytest.raises(ValueError, match="has 2 outputs; expected one"):
        litert.Network(path)
