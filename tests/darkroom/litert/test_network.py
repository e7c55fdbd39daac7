"""LiteRT files that are run; what is in them is test_conversion's."""

import pathlib
import re
import subprocess
import sys

import keras
import numpy as np
import pytest

from darkroom import litert
from darkroom.io import images
from darkroom.litert import convert
from darkroom.litert import graph as graphs

SIZE = (1, 16, 24, 4)
WIDE = (1, 64, 96, 4)


def write(path: pathlib.Path, outputs: int = 1) -> pathlib.Path:
    """A file that halves its input, `outputs` times."""
    picture = keras.Input(SIZE[1:], name="photo_and_depth")
    halved = [keras.layers.Rescaling(0.5)(picture) for _ in range(outputs)]
    network = keras.Model(picture, halved if outputs > 1 else halved[0])
    path.write_bytes(convert.convert(network, SIZE, "float32"))
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


@pytest.mark.parametrize("lean", [False, True])
def test_a_file_without_a_signature_runs(file, tmp_path, lean):
    """Catches face detectors of others, which have none."""
    graph = graphs.Graph(file.read_bytes())
    graph._model.signatureDefs = None
    path = tmp_path / "plain.tflite"
    path.write_bytes(graph.content())
    network = litert.Network(path, lean=lean)
    assert network.signature == {}
    picture = np.random.Generator(np.random.PCG64(7)).random(SIZE, np.float32)
    np.testing.assert_allclose(network(picture), picture / 2, atol=1e-6)


def test_a_shape_is_written_as_sentences_say_it():
    assert litert.format_shape((1, 512, 768, 4)) == "1x512x768x4"


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


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Wide convolutions, whose tables take far more than their pictures."""
    keras.utils.set_random_seed(5)
    photo = keras.Input(WIDE[1:], name="photo_and_depth")
    picture = keras.layers.UpSampling2D(interpolation="bilinear")(photo)
    for channels in (4, 4, 4, 4, 3):
        picture = keras.layers.Conv2D(channels, 9, padding="same")(picture)
    network = keras.Model(photo, picture)
    path = tmp_path_factory.mktemp("lean") / "net.tflite"
    path.write_bytes(convert.convert(network, WIDE, "float32"))
    return path


def test_it_computes_the_same_again_and_again_in_little_memory(wide):
    inputs = np.random.Generator(np.random.PCG64(7)).random((2, *WIDE), np.float32)
    lean, usual = litert.Network(wide, lean=True), litert.Network(wide)
    assert lean.output == usual.output == (1, 128, 192, 3)
    assert list(lean.inputs.values()) == [WIDE]
    for one in (*inputs, inputs[0]):
        np.testing.assert_allclose(lean(one), usual(one), rtol=0, atol=1e-6)


_MEASURE = """
import pathlib, re, sys, numpy
from darkroom import litert
network = litert.Network(sys.argv[1], threads=1, lean=sys.argv[2] == "lean")
network(numpy.zeros((1, 64, 96, 4), numpy.float32))
status = pathlib.Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s*(\\d+)", status)[1]) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_takes_less_memory(wide):
    """A convolution's table holds 128 * 192 * 81 pointers, 16 MB; there are five."""

    def peak(kind: str) -> float:
        command = [sys.executable, "-c", _MEASURE, str(wide), kind]
        return float(subprocess.check_output(command))

    assert peak("lean") < peak("usual") - 30


def test_a_bad_file_does_not_end_the_process(wide, tmp_path):
    """Catches a file cut short that ends the process: compiling does not check it."""
    whole = wide.read_bytes()
    for name, content in {"text": b"no network", "cut": whole[:-2000]}.items():
        path = tmp_path / f"{name}.tflite"
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"{name}\.tflite is .*; exp") as caught:
            litert.Network(path, lean=True)
        assert "\n" not in str(caught.value)


_WITHOUT = """
import sys
for name in ("tensorflow", "keras", "jax", "scipy", "skimage", "h5py", "tifffile"):
    sys.modules[name] = None  # an import of it fails
from darkroom import program
from darkroom.render import __main__ as render
sys.argv = ["darkroom.render", *sys.argv[1:]]
program.run(render.main, render.Config)
"""


def test_the_whole_pipeline_needs_no_tensorflow(wide, tmp_path):
    """A depth network's file, PyNET's, a photo larger than both; and not a word."""
    photo = keras.Input((32, 48, 3))
    grey = keras.layers.Conv2D(1, 1, activation="sigmoid")(photo)
    depth = tmp_path / "depth.tflite"
    network = keras.Model(photo, grey)
    depth.write_bytes(convert.convert(network, (1, 32, 48, 3), "float32"))
    chance = np.random.Generator(np.random.PCG64(8))
    images.write(tmp_path / "a.png", chance.integers(0, 256, (300, 400, 3), np.uint8))
    done = subprocess.run(
        [
            *(sys.executable, "-c", _WITHOUT, str(tmp_path / "a.png")),
            *("--depth", str(depth), "--method", str(wide)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "depth from the network depth.tflite" in done.stdout
    # The network's 64x96 are 128x192 drawn, less a mirrored margin around the photo.
    drawn = re.search(r"drawn at (\d+)x(\d+) and enlarged", done.stdout)
    assert drawn and 80 <= int(drawn[1]) < 128 and int(drawn[2]) < 170
    assert images.read(tmp_path / "a_bokeh.png").pixels.shape == (300, 400, 3)


def test_a_file_that_loads_and_does_not_run(wide, monkeypatch):
    """Catches the runtime's own error, which ends a batch in a traceback."""

    def fails(values):
        raise RuntimeError("Failed to allocate tensors")

    network = litert.Network(wide)
    monkeypatch.setattr(network, "_run", fails)
    with pytest.raises(ValueError, match=r"does not run \(Failed to allocate"):
        network(np.zeros((1, *WIDE[1:]), np.float32))
