"""The commands of the programs' own help, run as a person would paste them.

One random network at width 1/8 goes through export, render by Keras, render by the
exported file, and evaluate, on parts of real photos with their depth.
"""

import json
import os
import pathlib
import re

import numpy as np
import programs
import pytest
import weights

from darkroom import litert, pixels
from darkroom.io import depth_maps, images
from darkroom.train import checkpoints
from pynet import network

ROOT = pathlib.Path(__file__).parents[2]
WEIGHTS = "checkpoints/pynet/level_1/pynet.weights.h5"


def photo_and_depth(
    name: str, height: int = 192, width: int = 320
) -> tuple[np.ndarray, np.ndarray]:
    """A part of a photo and of its map, half as large; with the margin 256x384."""
    rows, columns = slice(256, 256 + height), slice(384, 384 + width)
    half = np.s_[128 : 128 + height // 2, 192 : 192 + width // 2]
    folder = ROOT.parent / "shared" / "data" / "photos_with_depth"
    if folder.is_dir():
        photo = images.read(folder / "images" / f"{name}.jpg").pixels
        depth = depth_maps.read(folder / "depth_maps" / f"{name}.png")
        return photo[rows, columns], depth[half]
    from skimage import data

    photo = pixels.resize_to(data.coffee(), (1024, 1536))
    depth = np.repeat(np.linspace(0, 1, 512, dtype=np.float32)[:, None], 768, axis=1)
    return photo[rows, columns], depth[half]


def examples(program: str) -> list[str]:
    """The commands in a docstring, on smaller photos, in PNG, which loses nothing."""
    smaller = (".jpg", ".png"), ("512x768", "128x192")
    return programs.examples(f"pynet.{program}", *smaller)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the examples' names stand for."""
    folder = tmp_path_factory.mktemp("programs")
    pyramid = network.pynet(1 / 8)
    weights.lively(pyramid)
    card = {"network": "pynet", "width": 1 / 8, "level": 1}
    checkpoints.save_weights(pyramid, folder / WEIGHTS, **card)
    for name in ("2", "5"):
        photo, depth = photo_and_depth(name)
        images.write(folder / "photos" / f"{name}.png", photo)
        images.write(folder / "depth_maps" / f"{name}.png", depth)
    photo, depth = photo_and_depth(name, 256, 320)
    images.write(folder / "EBB/test/original/5.png", photo)
    images.write(folder / "EBB/test/original_depth/5.png", depth)
    images.write(folder / "EBB/test/bokeh/5.png", photo // 2)
    os.link(folder / "photos/2.png", folder / "photo.png")
    os.link(folder / "depth_maps/2.png", folder / "photo_depth.png")
    return folder


@pytest.fixture(scope="module")
def exported(folder):
    (command,) = examples("export")
    return programs.run(command, folder)


@pytest.fixture(scope="module")
def rendered(folder, exported):
    by_keras, by_file = examples("render")
    return programs.run(by_keras, folder), programs.run(
        by_file, folder, PYTHONPROFILEIMPORTTIME="1"
    )


def test_export(folder, exported):
    """Catches a conversion that differs from Keras, and one that falls in pieces."""
    assert exported.returncode == 0, exported.stderr
    assert "out: 1x256x384x3" in exported.stdout
    assert "Saved artifact" not in exported.stdout + exported.stderr
    file = litert.Network(folder / "pynet.tflite")
    assert list(file.inputs.values()) == [(1, 128, 192, 4)]
    found = [o["op_name"] for o in file._interpreter._get_ops_details()]
    assert found.count("DELEGATE") == 1  # XNNPACK runs it in one piece
    assert not {"SPACE_TO_DEPTH", "SHAPE"} & set(found)


def test_keras_and_the_file_render_the_same_picture(folder, rendered):
    for result in rendered:
        assert result.returncode == 0, result.stderr
    by_keras = images.read(folder / "bokeh.png").pixels.astype(int)
    by_file = images.read(folder / "bokeh" / "2.png").pixels.astype(int)
    assert by_keras.shape == images.read(folder / "photo.png").pixels.shape
    assert by_keras.std() > 5  # not the flat grey in which all networks agree
    assert np.abs(by_keras - by_file).max() <= 1
    assert (folder / "bokeh" / "5.png").exists()
    assert (folder / "sheet.png").exists()


def test_an_exported_file_needs_no_tensorflow(rendered):
    _, by_file = rendered
    imported = re.findall(r"\|\s+(\S+)$", by_file.stderr, re.MULTILINE)
    assert "ai_edge_litert.interpreter" in imported
    assert not {"tensorflow", "keras"} & set(imported)


def test_a_photo_larger_than_the_file_keeps_its_size(folder, exported):
    """Catches a photo that is cut to the file's size, or left at it."""
    rows = np.linspace(0, 255, 768).astype(np.uint8)
    photo = np.tile(rows[:, None, None], (1, 512, 3))
    images.write(folder / "tall.png", photo)
    across = np.linspace(0, 255, 256).astype(np.uint8)
    images.write(folder / "tall_depth.png", np.tile(across, (384, 1)))
    found = programs.run(
        "python -m pynet.render tall.png --depth tall_depth.png --output b.png "
        "--weights pynet.tflite",
        folder,
    )
    assert found.returncode == 0, found.stderr
    assert images.read(folder / "b.png").pixels.shape == photo.shape


def test_a_file_cut_short_is_refused(folder, exported):
    content = (folder / "pynet.tflite").read_bytes()
    (folder / "cut.tflite").write_bytes(content[: len(content) // 2])
    command = examples("render")[1].replace("pynet.tflite", "cut.tflite")
    found = programs.run(f"{command} --overwrite", folder)
    assert found.returncode == 1
    assert "cut.tflite is damaged or cut short" in found.stderr


def test_evaluate(folder):
    (command,) = examples("evaluate")
    found = programs.run(command, folder)
    assert found.returncode == 0, found.stderr
    assert "untouched photo" in found.stdout
    scores = json.loads((folder / "scores/scores.json").read_text())
    assert {"psnr", "ssim", "ms_ssim"} <= set(scores["mean"]["output"])
    photo = images.read(folder / "EBB/test/original/5.png").pixels[32:-32, 32:-32]
    error = np.square(photo / 255 - (photo // 2) / 255).mean()
    expected = -10 * np.log10(error)
    assert scores["mean"]["photo"]["psnr"] == pytest.approx(expected, abs=1e-3)
    assert (folder / "scores/sheet.png").exists()
