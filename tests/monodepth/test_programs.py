"""The commands of the programs' own help, run as a person would paste them.

One random network at width 1/8 goes through export, predict by Keras, and, without
TensorFlow, predict and darkroom.render by the exported file.
"""

import re
import shutil

import numpy as np
import programs
import pytest
import weights
from skimage import data

from darkroom import litert, pixels
from darkroom.io import depth_maps, images
from darkroom.train import checkpoints
from monodepth import network

WEIGHTS = "checkpoints/monodepth/monodepth.weights.h5"


def examples(program: str) -> list[str]:
    """The commands in a docstring, at half the size."""
    return programs.examples(f"monodepth.{program}", ("256x512", "128x256"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the examples' names stand for."""
    folder = tmp_path_factory.mktemp("programs")
    model = network.monodepth("vgg", width=1 / 8)
    weights.lively(model)
    card = {"network": "monodepth", "encoder": "vgg", "stereo": False, "width": 1 / 8}
    checkpoints.save_weights(model, folder / WEIGHTS, **card, size="128x256")
    photo = pixels.resize_to(data.coffee(), (200, 300))
    images.write(folder / "photo.jpg", photo)
    images.write(folder / "holidays" / "1.png", photo)
    images.write(folder / "holidays" / "2.jpg", photo[:, ::-1])
    return folder


@pytest.fixture(scope="module")
def exported(folder):
    (command,) = examples("export")
    return programs.run(command, folder)


@pytest.fixture(scope="module")
def predicted(folder, exported):
    by_keras, by_file = examples("predict")
    by_file = by_file.replace("png", "npy,png")
    return programs.run(by_keras, folder), programs.run(
        by_file, folder, PYTHONPROFILEIMPORTTIME="1"
    )


def test_export(folder, exported):
    """Catches a conversion that differs from Keras, and one that falls in pieces."""
    assert exported.returncode == 0, exported.stderr
    assert "in:  1x128x256x3" in exported.stdout
    assert "out: 1x128x256x1" in exported.stdout
    assert "Saved artifact" not in exported.stdout + exported.stderr
    file = litert.Network(folder / "monodepth.tflite")
    found = [o["op_name"] for o in file._interpreter._get_ops_details()]
    assert found.count("DELEGATE") == 1  # XNNPACK runs it in one piece


def test_keras_and_the_file_see_the_same_disparity(folder, predicted):
    for result in predicted:
        assert result.returncode == 0, result.stderr
    found = np.load(folder / "depths" / "photo_disp.npy")
    assert found.shape == (200, 300)
    assert found.std() > 1e-3  # not the constant in which all networks agree
    shutil.copy(folder / "photo.jpg", folder / "again.jpg")
    (by_file,) = examples("predict")[1:]
    command = by_file.replace("holidays", "again.jpg").replace("png", "npy")
    assert programs.run(command, folder).returncode == 0
    again = np.load(folder / "again_disp.npy")
    np.testing.assert_allclose(again, found, rtol=0, atol=1e-5)


def test_an_exported_file_needs_no_tensorflow(predicted):
    _, by_file = predicted
    imported = re.findall(r"\|\s+(\S+)$", by_file.stderr, re.MULTILINE)
    assert "ai_edge_litert.interpreter" in imported
    assert not {"tensorflow", "keras"} & set(imported)


def test_a_file_takes_no_other_size(folder, exported):
    found = programs.run(
        "python -m monodepth.predict photo.jpg --weights monodepth.tflite "
        "--size 128x128 --output no",
        folder,
    )
    assert found.returncode == 1
    assert found.stderr == (
        "error: monodepth.tflite takes pictures of 128x256 only, and --size is "
        "128x128; leave --size out\n"
    )


def test_darkroom_renders_with_the_file_and_with_its_maps(folder, predicted):
    """Catches a file of another contract, and outputs that are mistaken for photos."""
    one = "python -m darkroom.render photo.jpg --depth monodepth.tflite --strength 90"
    found = programs.run(f"{one} --focus_on nearest --output bokeh.png", folder)
    assert found.returncode == 0, found.stderr
    assert "depth from the network monodepth.tflite" in found.stdout
    sharp = images.read(folder / "photo.jpg").pixels.astype(int)
    assert np.abs(images.read(folder / "bokeh.png").pixels - sharp).mean() > 1
    all_of_them = "python -m darkroom.render holidays --focus_on nearest"
    found = programs.run(f"{all_of_them} --output rendered", folder)
    assert found.returncode == 0, found.stderr
    assert "depth from the map 1_disparity.png" in found.stdout
    names = sorted(path.name for path in (folder / "rendered").iterdir())
    assert names == ["1.png", "2.jpg"]
    assert depth_maps.stored(folder / "holidays/2_disparity.png").shape == (200, 300)
