"""The commands of the programs' own help, run as a person would paste them.

Random networks of width 1/16 go through translate, export, evaluate and, by the
exported file, darkroom.render.
"""

import json
import pathlib
import re

import numpy as np
import programs
import pytest
import weights
from skimage import data

from cyclegan_tf import networks
from cyclegan_tf.data import encoding
from darkroom import litert, pixels
from darkroom.io import depth_maps, images
from darkroom.train import checkpoints


def examples(program: str) -> list[str]:
    """The commands in a docstring, at a quarter of the size."""
    return programs.examples(f"cyclegan_tf.{program}", ("256x256", "64x64"))


def save(model, path: pathlib.Path, **card: object) -> None:
    checkpoints.save_weights(
        model, path, network="cyclegan_tf", **model.card, **card, size="64x64"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the examples' names stand for."""
    folder = tmp_path_factory.mktemp("programs")
    runs = folder / "checkpoints" / "cyclegan_tf"
    resnet = weights.lively(networks.resnet_generator(1, width=1 / 16), 1)
    unet = weights.lively(networks.unet_generator(5, width=1 / 16), 1)
    name = "generator_a.weights.h5"
    save(resnet, runs / "cyclegan_portrait" / name, task="portrait")
    depth = {"task": "depth", "farthest": 10.0}
    for path in (runs / "pix2pix_depth", folder / "p"):
        save(unet, path / "generator.weights.h5", **depth)
    save(resnet, folder / "c" / name, **depth)
    photo = pixels.resize_to(data.coffee(), (90, 120))
    images.write(folder / "photo.jpg", photo)
    images.write(folder / "holidays" / "1.png", photo)
    images.write(folder / "holidays" / "2.jpg", photo[:, ::-1])
    ramp = np.tile(np.linspace(1, 9, 120), (90, 1))
    images.write(folder / "NYU/test/photo/1.png", photo)
    images.write(folder / "NYU/test/depth/1.png", encoding.millimetres(ramp))
    mask = np.zeros((90, 120), np.uint8)
    mask[30:, 40:80] = 255
    for domain in "AB":
        images.write(folder / f"persons/test{domain}/1.png", photo)
        images.write(folder / f"persons/test{domain}_mask/1.png", mask)
    return folder


@pytest.fixture(scope="module")
def translated(folder):
    return [programs.run(command, folder) for command in examples("translate")]


@pytest.fixture(scope="module")
def exported(folder):
    (command,) = examples("export")
    return programs.run(command, folder)


def test_photos_become_portraits_and_depths(folder, translated):
    for result in translated:
        assert result.returncode == 0, result.stderr
    portrait = images.read(folder / "bokeh" / "photo_bokeh.jpg").pixels
    assert portrait.shape == (90, 120, 3)
    assert portrait.std() > 5  # not the flat grey in which all networks agree
    metres = np.load(folder / "holidays" / "1_metres.npy")
    stored = depth_maps.stored(folder / "holidays" / "1_millimetres.png")
    np.testing.assert_allclose(stored, 1000 * metres, atol=0.51)
    assert metres.std() > 0.1


def test_export(exported, folder):
    """Catches a conversion that differs from Keras, and one that falls in pieces."""
    assert exported.returncode == 0, exported.stderr
    assert "out: 1x64x64x1" in exported.stdout
    assert "Saved artifact" not in exported.stdout + exported.stderr
    file = litert.Network(folder / "depth.tflite")
    found = [o["op_name"] for o in file._interpreter._get_ops_details()]
    assert found.count("DELEGATE") == 1  # XNNPACK runs it in one piece


def test_darkroom_renders_with_the_file_and_with_its_maps(folder, translated, exported):
    """Catches a file of another contract, and outputs that are mistaken for photos."""
    one = "python -m darkroom.render photo.jpg --depth depth.tflite --strength 90"
    profile = {"PYTHONPROFILEIMPORTTIME": "1"}
    found = programs.run(
        f"{one} --focus_on nearest --output bokeh.png", folder, **profile
    )
    assert found.returncode == 0, found.stderr
    assert "depth from the network depth.tflite" in found.stdout
    imported = re.findall(r"\|\s+(\S+)$", found.stderr, re.MULTILINE)
    assert "ai_edge_litert.interpreter" in imported
    assert not {"tensorflow", "keras"} & set(imported)
    sharp = images.read(folder / "photo.jpg").pixels.astype(int)
    assert np.abs(images.read(folder / "bokeh.png").pixels - sharp).mean() > 1
    all_of_them = "python -m darkroom.render holidays --focus_on nearest"
    found = programs.run(f"{all_of_them} --output rendered", folder)
    assert found.returncode == 0, found.stderr
    assert "depth from the map 1_disparity.png" in found.stdout
    names = sorted(path.name for path in (folder / "rendered").iterdir())
    assert names == ["1.png", "2.jpg"]


def test_evaluate(folder):
    portraits, depths = examples("evaluate")
    found = programs.run(
        f"{portraits} --data_dir persons --output scores/persons", folder
    )
    assert found.returncode == 0, found.stderr
    scores = json.loads((folder / "scores/persons/scores.json").read_text())
    assert list(scores["mean"]) == ["mean 5x5", "Gaussian 9x9", "cyclegan_portrait"]
    found = programs.run(depths, folder)
    assert found.returncode == 0, found.stderr
    scores = json.loads((folder / "scores" / "scores.json").read_text())
    assert list(scores["mean"]) == ["constant", "gradient", "pix2pix", "cyclegan"]
    assert "compat_rms" in found.stdout
    assert (folder / "scores" / "sheet.png").exists()
