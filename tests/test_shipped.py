"""What stands in `checkpoints/` is found by its name, is whole, and says what it is."""

import hashlib
import json
import shutil

import numpy as np
import programs
import pytest
from skimage import data

import cyclegan_tf
import darkroom
import monodepth
import pynet
from darkroom.io import images, shipped
from darkroom.litert import card as litert_card
from darkroom.litert import export as litert_export
from darkroom.render import look, network
from darkroom.train import packing, weights_card
from monodepth import export as monodepth_export
from pynet import export as pynet_export
from pynet import ship, validation, weights

CHECKPOINTS = programs.ROOT / "checkpoints"
CARDS = sorted(CHECKPOINTS.glob("*.json"))
CARDS = [path for path in CARDS if not path.name.endswith(".tflite.json")]


def photo_and_disparity():
    """A photo of which the lower half is near."""
    photo = data.coffee()[100:196, 200:344]
    disparity = np.repeat(np.linspace(0, 1, 96)[:, None], 144, axis=1)
    return photo, disparity.astype(np.float32)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_cards_are_of_the_files_beside_them(path):
    """Catches weights that were replaced without their LiteRT file, or by hand."""
    files = json.loads(path.read_text())["files"]
    for name, about in files.items():
        content = (CHECKPOINTS / name).read_bytes()
        assert len(content) == about["bytes"] <= packing.LARGEST
        assert hashlib.sha256(content).hexdigest() == about["sha256"]
    assert f"{path.stem}.weights.h5" in files and f"{path.stem}.tflite" in files


def test_all_of_it_is_small_enough_for_a_repository():
    assert sum(file.stat().st_size for file in CHECKPOINTS.glob("*.*")) <= packing.ALL


def test_the_name_is_the_path(monkeypatch):
    # Tracing two graphs would take longer than three pictures without one.
    monkeypatch.setattr(validation, "compiled", lambda model: model)
    photo, disparity = photo_and_disparity()
    file = CHECKPOINTS / "pynet_quarter.weights.h5"
    picture = pynet.load("quarter")(photo, disparity)
    np.testing.assert_array_equal(picture, pynet.load(file)(photo, disparity))
    assert np.abs(picture - photo / 255).mean() < 0.1  # it is still this photo


def test_the_name_of_a_depth_network_is_its_path(tmp_path, monkeypatch):
    photo, _ = photo_and_disparity()
    photo = np.repeat(np.repeat(photo, 3, axis=0), 3, axis=1)  # at least 256x256
    found = monodepth.load("small")(photo)
    file = CHECKPOINTS / "depth_small.weights.h5"
    np.testing.assert_array_equal(found, monodepth.load(file)(photo))
    monkeypatch.setenv(shipped.VARIABLE, str(tmp_path))
    with pytest.raises(ValueError, match=r"depth_small\.\S+ is not in .*; copy"):
        monodepth.load("small")


@pytest.mark.parametrize(
    ("program", "name"), [(pynet_export, "quarter"), (monodepth_export, "small")]
)
def test_the_programs_that_export_take_a_name(program, name, monkeypatch):
    """Catches a name that is taken for the path of a file by a part of a program."""
    written = []
    monkeypatch.setattr(
        litert_export, "write", lambda *given, **_: written.extend(given)
    )
    program.main(program.Config(weights=name))
    about = written[-1]
    assert about["weights"]["network"] in ("pynet", "monodepth")


def test_the_lite_file_is_of_the_weights_and_the_size_on_the_card():
    """It draws what they draw: their photos have one size, and one margin."""
    card = json.loads((CHECKPOINTS / "pynet_quarter.json").read_text())
    height, width = map(int, card["photo_size"].split("x"))
    run = network.load("pynet")
    assert run.drawn_size((10 * height, 10 * width)) == (height, width)
    assert run.drawn_size((10 * height, 9 * width))[0] == height
    keras_run = weights.load_for_photos("quarter")
    assert keras_run.drawn_size((3 * height, 3 * width)) == (height, width)
    lite = litert_card.read(CHECKPOINTS / look.NETWORKS["pynet"])
    own = weights_card.read(CHECKPOINTS / "pynet_quarter.weights.h5")
    assert lite["weights"].items() <= own.items() and lite["precision"] == "float16"
    assert f"--size={ship.input_size((height, width))}" in card["export"]


def test_the_method_pynet_end_to_end(tmp_path):
    photo, disparity = photo_and_disparity()
    images.write(tmp_path / "a.png", photo)
    images.write(tmp_path / "a_depth.png", disparity)
    (tmp_path / "named.tflite").symlink_to(CHECKPOINTS / look.NETWORKS["pynet"])
    for method, output in (("pynet", "b.png"), ("named.tflite", "c.png")):
        command = f"python -m darkroom a.png --method {method} --output {output}"
        found = programs.run(command, tmp_path)
        assert found.returncode == 0, found.stderr
    picture = images.read(tmp_path / "b.png").pixels
    np.testing.assert_array_equal(picture, images.read(tmp_path / "c.png").pixels)
    off = np.abs(picture / 255 - photo / 255)
    assert off.mean() < 0.1 and off.max() > 0.02
    read = images.read(tmp_path / "a_depth.png").pixels[..., 0] / 255
    again = darkroom.render_photo(photo, read, method="pynet")
    np.testing.assert_allclose(picture / 255, again, atol=0.51 / 255)


def test_an_installation_without_checkpoints_says_where_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv(shipped.VARIABLE, str(tmp_path))
    for load in (pynet.load, network.load):
        name = "quarter" if load is pynet.load else "pynet"
        with pytest.raises(ValueError, match=r"pynet_quarter\.\S+ is not in .*; copy"):
            load(name)
    shutil.copy(CHECKPOINTS / look.NETWORKS["pynet"], tmp_path)
    assert network.load("pynet").limit is not None


def test_a_name_that_does_not_ship_says_which_do():
    with pytest.raises(ValueError, match=r"has depth_small\S+, pynet_quarter\S+; give"):
        cyclegan_tf.load("pix2pix_depth")


def test_a_name_of_another_package_is_not_asked_for_its_task():
    with pytest.raises(ValueError, match="holds the network pynet; expected cyclegan"):
        cyclegan_tf.load("pynet_quarter")
