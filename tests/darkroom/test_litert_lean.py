"""The same numbers in little memory; a bad file is refused before it can do harm."""

import json
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

from darkroom import conversion, images, litert, litert_lean

SIZE = (1, 64, 96, 4)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Wide convolutions, whose tables take far more than their pictures."""
    keras.utils.set_random_seed(5)
    photo = keras.Input(SIZE[1:], name="photo_and_depth")
    picture = keras.layers.UpSampling2D(interpolation="bilinear")(photo)
    for channels in (4, 4, 4, 4, 3):
        picture = keras.layers.Conv2D(channels, 9, padding="same")(picture)
    network = keras.Model(photo, picture)
    path = tmp_path_factory.mktemp("lean") / "net.tflite"
    path.write_bytes(conversion.convert(network, SIZE, "float32"))
    return path


def test_it_computes_what_the_other_runner_does_again_and_again(file):
    inputs = np.random.Generator(np.random.PCG64(7)).random((2, *SIZE), np.float32)
    lean, usual = litert_lean.Network(file), litert.Network(file)
    assert lean.output == usual.output == (1, 128, 192, 3)
    assert list(lean.inputs.values()) == [SIZE]
    for one in (*inputs, inputs[0]):
        np.testing.assert_allclose(lean(one), usual(one), rtol=0, atol=1e-6)


_MEASURE = """
import pathlib, re, sys, numpy
from darkroom import litert, litert_lean
runner = {"lean": litert_lean, "usual": litert}[sys.argv[2]]
network = runner.Network(sys.argv[1], threads=1)
network(numpy.zeros((1, 64, 96, 4), numpy.float32))
status = pathlib.Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s*(\\d+)", status)[1]) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_takes_less_memory(file):
    """A convolution's table holds 128 * 192 * 81 pointers, 16 MB; there are five."""

    def peak(runner: str) -> float:
        command = [sys.executable, "-c", _MEASURE, str(file), runner]
        return float(subprocess.check_output(command))

    assert peak("lean") < peak("usual") - 30


def test_bad_files_are_one_sentence(file, tmp_path):
    """Catches a file cut short that ends the process: compiling does not check it."""
    whole = file.read_bytes()
    for name, content in {"text": b"no network", "cut": whole[:-2000]}.items():
        path = tmp_path / f"{name}.tflite"
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"{name}\.tflite is .*; exp") as caught:
            litert_lean.Network(path)
        assert "\n" not in str(caught.value)
    with pytest.raises(FileNotFoundError):
        litert_lean.Network(tmp_path / "none.tflite")


def test_a_file_that_is_not_its_card_s_is_refused(file, tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(file.read_bytes())
    (tmp_path / "net.tflite.json").write_text(json.dumps({"sha256": "0" * 64}))
    with pytest.raises(ValueError, match="changed or damaged"):
        litert_lean.Network(path)


def test_another_shape_is_one_sentence_with_both(file):
    with pytest.raises(ValueError, match=r"takes 1x64x96x4, .*; got 1x96x64x4: bring"):
        litert_lean.Network(file)(np.zeros((1, 96, 64, 4), np.float32))


_WITHOUT = """
import sys
for name in ("tensorflow", "keras", "jax", "scipy", "skimage", "h5py", "tifffile"):
    sys.modules[name] = None  # an import of it fails
from darkroom import command
from darkroom.render import __main__ as render
sys.argv = ["darkroom.render", *sys.argv[1:]]
command.run(render.main, render.Config)
"""


def test_the_whole_pipeline_needs_no_tensorflow(file, tmp_path):
    """A depth network's file, PyNET's, a photo larger than both; and not a word."""
    photo = keras.Input((32, 48, 3))
    grey = keras.layers.Conv2D(1, 1, activation="sigmoid")(photo)
    depth = tmp_path / "depth.tflite"
    network = keras.Model(photo, grey)
    depth.write_bytes(conversion.convert(network, (1, 32, 48, 3), "float32"))
    chance = np.random.Generator(np.random.PCG64(8))
    images.write(tmp_path / "a.png", chance.integers(0, 256, (300, 400, 3), np.uint8))
    done = subprocess.run(
        [
            *(sys.executable, "-c", _WITHOUT, str(tmp_path / "a.png")),
            *("--depth", str(depth), "--method", str(file)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "depth from the network depth.tflite, drawn at 128x170 and" in done.stdout
    assert images.read(tmp_path / "a_bokeh.png").pixels.shape == (300, 400, 3)
