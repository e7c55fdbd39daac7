"""The door for Python: a file, a photo, a picture."""

import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pytest
from skimage import data

import cyclegan_tf
from cyclegan_tf import export, generator, networks, translate
from darkroom.io import images
from darkroom.litert import card as litert_card
from darkroom.train import checkpoints

PHOTO = data.astronaut()[:60, :90]
CARDS = {
    "portrait": {"task": "portrait", "size": "32x48"},
    "depth": {"task": "depth", "size": "32x48", "farthest": 8.0},
    "greys": {"task": "depth", "size": "32x48"},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, pathlib.Path]:
    """Weights of each task, and what export makes of the first two."""
    folder = tmp_path_factory.mktemp("files")
    model = networks.resnet_generator(1, width=1 / 16)
    for name, card in CARDS.items():
        path = folder / f"{name}.weights.h5"
        card = {"network": "cyclegan_tf", **model.card, **card}
        checkpoints.save_weights(model, path, **card)
        if name != "greys":
            flags = {"weights": str(path), "output": str(folder / f"{name}.tflite")}
            export.main(export.Config(**flags))
    return {path.name: path for path in folder.iterdir()}


def test_a_portrait(files):
    """Catches a type or a size that makes another picture, and a second way."""
    network = cyclegan_tf.load(files["portrait.weights.h5"])
    picture = network(PHOTO)
    assert (picture.shape, picture.dtype) == (PHOTO.shape, np.float32)
    np.testing.assert_array_equal(network(PHOTO / 255), picture)
    same = generator.portrait(network, PHOTO)
    np.testing.assert_array_equal(picture, same)


def test_depth_is_in_metres_and_that_of_translate(files, tmp_path):
    metres = cyclegan_tf.load(str(files["depth.weights.h5"]))(PHOTO)
    assert metres.shape == PHOTO.shape[:2]
    images.write(tmp_path / "photo.png", PHOTO)
    weights = str(files["depth.weights.h5"])
    config = translate.Config(weights=weights, output=str(tmp_path), formats="npy")
    translate.main(config, str(tmp_path / "photo.png"))
    np.testing.assert_array_equal(metres, np.load(tmp_path / "photo_metres.npy"))
    greys = cyclegan_tf.load(files["greys.weights.h5"])(PHOTO)
    np.testing.assert_allclose(metres, 8 * greys, rtol=1e-6)


@pytest.mark.parametrize("task", ["portrait", "depth"])
def test_an_exported_file_does_as_its_weights(files, task):
    """Catches a disparity that is taken for a depth, and metres that are lost."""
    keras, exported = (
        cyclegan_tf.load(files[f"{task}{suffix}"])
        for suffix in (".weights.h5", ".tflite")
    )
    expected = keras(PHOTO)
    if task == "portrait":  # a file sees one size, a ResNet any
        expected = generator.portrait(keras, PHOTO, (32, 48))
    np.testing.assert_allclose(exported(PHOTO), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        (PHOTO[..., 0], "the photo is 60x90; expected HxWx3"),
        (PHOTO.astype(np.float32), "numbers from 0 to 237; expected uint8, uint16"),
        (np.full((8, 8, 3), np.nan), "numbers from nan to nan"),
    ],
)
def test_what_is_no_photo(files, photo, said):
    with pytest.raises(ValueError, match=said):
        cyclegan_tf.load(files["portrait.tflite"])(photo)


def test_files_that_hold_none(files, tmp_path):
    with pytest.raises(FileNotFoundError):
        cyclegan_tf.load(tmp_path / "none.weights.h5")
    with pytest.raises(ValueError, match="the task depth, and --task is portrait"):
        cyclegan_tf.load(files["depth.weights.h5"], "portrait")
    alone = tmp_path / "alone.tflite"
    shutil.copy(files["depth.tflite"], alone)  # without the card beside it
    np.testing.assert_array_equal(
        cyclegan_tf.load(alone)(PHOTO), cyclegan_tf.load(files["depth.tflite"])(PHOTO)
    )
    other = tmp_path / "other.tflite"
    other.write_bytes(litert_card.stamp(alone.read_bytes(), {}))  # nor one inside
    with pytest.raises(ValueError, match=r"1x32x48x1; expected a portrait network"):
        cyclegan_tf.load(other)


def test_an_exported_file_needs_no_tensorflow(files):
    program = (
        "import sys, numpy, cyclegan_tf\n"
        "assert 'PIL' not in sys.modules\n"  # light
        "picture = cyclegan_tf.load(sys.argv[1])(numpy.zeros((40, 40, 3), 'uint8'))\n"
        "print(picture.shape, {'tensorflow', 'keras'} & {*sys.modules})\n"
    )
    command = [sys.executable, "-c", program, str(files["depth.tflite"])]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output == "(40, 40) set()\n"
