"""KerasHub's Depth Anything, with random weights, as a file that equals it."""

import hashlib
import http.server
import json
import os
import pathlib
import shlex
import subprocess
import sys
import threading

import cv2
import numpy as np
import programs
import pytest
from skimage import data

from darkroom import cli, depth, pixels
from darkroom.depth import __main__ as program
from darkroom.depth import networks
from darkroom.importers import depth_anything
from darkroom.io import images

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A preset's folder: Depth Anything at 112 pixels, small, with random weights."""
    keras_hub = pytest.importorskip("keras_hub", reason="pip install keras-hub")
    import keras

    keras.utils.set_random_seed(2)
    encoder = keras_hub.models.DINOV2Backbone(
        patch_size=14,
        num_layers=4,
        hidden_dim=32,
        num_heads=2,
        intermediate_dim=64,
        image_shape=(112, 112, 3),
        position_embedding_shape=(112, 112),
    )
    backbone = keras_hub.models.DepthAnythingBackbone(
        image_encoder=encoder,
        reassemble_factors=[4, 2, 1, 0.5],
        neck_hidden_dims=[8, 16, 16, 16],
        fusion_hidden_dim=16,
        head_hidden_dim=8,
        head_in_index=-1,
        feature_keys=[f"stage{i}" for i in (1, 2, 3, 4)],
    )
    for weight in backbone.weights:  # random ones answer nearly the same everywhere
        if weight.path.endswith("position_embeddings"):
            rng = np.random.default_rng(0)
            weight.assign(rng.normal(size=weight.shape).astype(np.float32))
    # The last convolution, so that the answers differ by far more than rounding does.
    kernel = backbone.head.weights[-2]
    kernel.assign(100 * np.asarray(kernel))
    converter = keras_hub.layers.DepthAnythingImageConverter(
        image_size=(112, 112),
        scale=[1 / (255 * each) for each in DEVIATION],
        offset=[-m / d for m, d in zip(MEAN, DEVIATION, strict=True)],
    )
    folder = str(tmp_path_factory.mktemp("preset"))
    backbone.save_to_preset(folder)
    converter.save_to_preset(folder)
    return folder, backbone


@pytest.mark.parametrize("size", [112, 140])
def test_an_exported_network_equals_keras(preset, tmp_path, size):
    folder, backbone = preset
    path = tmp_path / "depth.tflite"
    flags = {"keras_hub": folder, "size": size, "output": str(path)}
    program.main(program.Config(**flags), "export")
    photo = data.chelsea()
    small = cv2.resize(photo, (size, size), interpolation=cv2.INTER_AREA)
    normalised = (small / 255 - MEAN) / DEVIATION
    other = depth_anything.resized(backbone, size)
    own = np.asarray(other(normalised[None].astype(np.float32)))[0, ..., 0]
    own = np.maximum(own, 0)
    assert np.ptp(own) > 0.1
    found = networks.disparity(path, photo)
    assert found.note == ""  # its card says what it wants
    expected = (own - own.min()) / np.ptp(own)
    np.testing.assert_allclose(found.disparity, expected, atol=1e-4)
    # The same where `darkroom photo.png --depth depth.tflite` looks.
    used = depth.find(images.Photo(photo), source=str(path), upsampled=False)
    whole = pixels.resize_to(expected.astype(np.float32), photo.shape[:2])
    np.testing.assert_allclose(used.disparity, whole, atol=1e-4)
    card = json.loads((tmp_path / "depth.tflite.json").read_text())
    command = card["command"].removeprefix("python -m darkroom.depth export ")
    again = cli.parse(program.Config, *shlex.split(command))
    assert (again.size, again.keras_hub) == (size, folder)  # the card's own command
    assert card["licence"].startswith("unknown")
    with pytest.raises(ValueError, match="is there already; pass --overwrite"):
        program.main(program.Config(**flags), "export")


class Hub(http.server.BaseHTTPRequestHandler):
    """Answers for one preset as huggingface.co does for its files."""

    folder = ""

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self.wfile.write(self._answer())

    def log_message(self, *_):
        pass

    def _answer(self):
        start, _, name = self.path.partition("/resolve/main/")
        file = pathlib.Path(self.folder, name)
        there = start == "/keras/depth_anything_v2_small" and file.is_file()
        content = file.read_bytes() if there else b""
        self.send_response(200 if there else 404)
        if there:
            self.send_header("X-Repo-Commit", "c0ffee" * 6 + "c0ff")
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        else:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return content


def test_a_preset_comes_from_the_hub_that_hf_endpoint_names(preset, tmp_path):
    pytest.importorskip("huggingface_hub", reason="pip install huggingface_hub")
    folder, backbone = preset
    handler = type("OfPreset", (Hub,), {"folder": folder})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    load = "depth_anything.load('depth_anything_v2_small', 112).count_params()"
    found = subprocess.run(
        [
            *(sys.executable, "-c"),
            f"from darkroom.importers import depth_anything; print({load})",
        ],
        env={
            **os.environ,
            "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
            "HF_HOME": str(tmp_path),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_OFFLINE": "0",
        },
        cwd=programs.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    server.shutdown()
    server.server_close()
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == [str(backbone.count_params())]


def test_what_is_no_depth_network_of_keras_hub_is_one_sentence(preset, tmp_path):
    with pytest.raises(ValueError, match=r"could not be loaded from hf://keras/none"):
        depth_anything.load("none", 112)
    with pytest.raises(ValueError, match=r"--size is 500; expected a multiple of 14"):
        depth_anything.load(preset[0], 500)


def test_without_keras_hub_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras_hub", None)
    with pytest.raises(ValueError, match="pip install keras-hub huggingface_hub"):
        depth_anything.load("depth_anything_v2_small", 518)
    with pytest.raises(ValueError, match="pass --keras_hub depth_anything_v2_small"):
        program.main(program.Config(), "export")


def test_the_larger_networks_are_not_for_trade():
    assert depth_anything.licence("depth_anything_v2_small") == "Apache-2.0"
    assert depth_anything.licence("hf://keras/depth_anything_v2_large") != "Apache-2.0"
