from __future__ import annotations

import json
import pathlib
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from scipy import io

from darkroom.metrics import vgg
from pynet import losses


def recipe() -> vgg.Weights:
    """The golden recipe's fake VGG."""
    weights = []
    channels = 3
    for k, (_, filters) in enumerate(vgg.LAYERS):
        generator = np.random.Generator(np.random.PCG64([1, 2 * 10**6 + k]))
        kernel = generator.standard_normal((3, 3, channels, filters))
        kernel *= np.sqrt(2 / (9 * channels))
        weights.append((kernel.astype(np.float32), np.zeros(filters, np.float32)))
        channels = filters
    return weights


@pytest.fixture(scope="module")
def fake_weights() -> vgg.Weights:
    """The recipe's kernels with biases that are not 0."""
    random = np.random.default_rng(1)
    return [
        (kernel, random.uniform(-5, 5, bias.shape).astype(np.float32))
        for kernel, bias in recipe()
    ]


@pytest.fixture(scope="module")
def golden_network() -> keras.Model:
    return vgg.network(recipe())


@pytest.mark.parametrize("kind", ["sq", "rect"])
def test_golden_content_loss(
    shared: pathlib.Path, golden_network: keras.Model, kind: str
) -> None:
    """The original's content loss and whole level 1 loss, with the fake VGG."""
    golden = np.load(shared / "golden" / "pynet_seed1.npz")
    output = golden[f"{kind}_out_l1"]
    expected = json.loads(str(golden["meta_json"]))["losses"][f"{kind}_l1"]
    generator = np.random.Generator(np.random.PCG64([1, 10**6 + 1]))
    noise = generator.random(output.shape).astype(np.float32)
    targets = {"A": noise, "B": np.float32(0.7) * output + np.float32(0.3) * noise}
    for name, truth in targets.items():
        content = float(losses.content(truth, output, golden_network))
        assert content == pytest.approx(expected[name]["content_fakevgg"], rel=1e-4)
        rest = 10 * losses.l1(truth, output) + 10 * losses.structural(truth, output)
        whole = expected[name]["loss_full_fakevgg"]
        assert float(rest) + 0.1 * content == pytest.approx(whole, rel=1e-4)


def oracle(picture: np.ndarray, weights: vgg.Weights) -> np.ndarray:
    """VGG-19 of one picture in float64, in plain NumPy."""
    x = 255 * picture.astype(np.float64) - (123.68, 116.779, 103.939)
    for (name, _), (kernel, bias) in zip(vgg.LAYERS, weights, strict=True):
        if name.endswith("_1") and name != "conv1_1":
            odd = [(0, side % 2) for side in x.shape[:2]]
            x = np.pad(x, (*odd, (0, 0)), constant_values=-np.inf)
            x = x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2, -1).max((1, 3))
        x = np.pad(x, ((1, 1), (1, 1), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (0, 1))
        x = np.tensordot(windows, kernel, ([3, 4, 2], [0, 1, 2])) + bias
        x = np.maximum(x, 0)
    return x


def test_features_against_plain_numpy(fake_weights: vgg.Weights) -> None:
    """Odd sizes: pooling keeps the last row, which "valid" would drop."""
    picture = np.random.default_rng(0).random((21, 34, 3)).astype(np.float32)
    found = np.asarray(vgg.network(fake_weights)(picture[None]))[0]
    expected = oracle(picture, fake_weights)
    assert found.shape == (2, 3, 512)
    assert found.std() > 1
    np.testing.assert_allclose(found, expected, atol=1e-4 * expected.max())


def test_the_first_convolutions_alone_with_their_own_scale(
    fake_weights: vgg.Weights,
) -> None:
    """What the perceptual mask term of cyclegan_tf takes: up to relu3_2."""
    picture = np.random.default_rng(0).random((8, 12, 3)).astype(np.float32)
    whole = vgg.network(fake_weights)
    expected = keras.Model(whole.input, whole.get_layer("conv3_2").output)(
        picture[None]
    )
    scaled = 2 * picture + (1, 2, 3)
    network = vgg.network(
        fake_weights[:6],
        scale=[127.5] * 3,
        offset=[-127.5 * n - mean for n, mean in enumerate(vgg.MEAN_COLOUR, 1)],
    )
    found = np.asarray(network(scaled[None]))
    assert found.shape == (1, 2, 3, 256)
    np.testing.assert_allclose(found, expected, atol=1e-4 * found.max())


def test_frozen_and_as_large_as_the_paper_says(golden_network: keras.Model) -> None:
    assert golden_network.trainable_weights == []
    assert golden_network.count_params() == 20_024_384


def test_half_precision_features(fake_weights: vgg.Weights) -> None:
    picture = np.random.default_rng(0).random((1, 32, 48, 3)).astype(np.float32)
    whole = np.asarray(vgg.network(fake_weights)(picture))
    half = vgg.network(fake_weights, dtype="mixed_bfloat16")(picture)
    assert keras.backend.standardize_dtype(half.dtype) == "bfloat16"
    half = np.asarray(keras.ops.cast(half, "float32"))
    assert np.abs(half - whole).mean() < 0.02 * whole.mean()


def matconvnet(weights: vgg.Weights, names: list[str], order: str) -> dict[str, Any]:
    """`layers` as loadmat and savemat have it, fields in a release's order."""
    orders = {
        "old": ("weights", "pad", "type", "name", "stride"),
        "new": ("name", "type", "weights", "size", "pad", "stride", "precious"),
    }

    def cell(name: str, kind: str, *arrays: np.ndarray) -> dict[str, Any]:
        values = np.empty((1, len(arrays)), object)
        for i, array in enumerate(arrays):
            values[0, i] = array
        held = {"name": name, "type": kind, "weights": values}
        if not arrays:
            del held["weights"]
        keys = [key for key in orders[order] if arrays or key != "weights"]
        return {key: held.get(key, np.ones((1, 4))) for key in keys}

    cells = []
    for name, (kernel, bias) in zip(names, weights, strict=True):
        cells.append(cell(name, "conv", kernel.transpose(1, 0, 2, 3), bias[None]))
        cells.append(cell(name.replace("conv", "relu"), "relu"))
    cells.append(cell("pool5", "pool"))
    cells.append(cell("fc6", "conv", np.ones((1, 1, 2, 4)), np.ones((4, 1))))
    layers = np.empty((1, len(cells)), object)
    layers[0] = cells
    return {"layers": layers}


NAMES = [name for name, _ in vgg.LAYERS]


@pytest.mark.parametrize("order", ["old", "new"])
def test_mat_file_round_trip(
    tmp_path: pathlib.Path, fake_weights: vgg.Weights, order: str
) -> None:
    """Its kernels are width by height, its fields in the order of its release."""
    path = tmp_path / "imagenet-vgg-verydeep-19.mat"
    io.savemat(path, matconvnet(fake_weights, NAMES, order))
    for read, expected in zip(vgg.read_mat(path), fake_weights, strict=True):
        np.testing.assert_array_equal(read[0], expected[0])
        np.testing.assert_array_equal(read[1], expected[1])
    if order == "old":
        model = vgg.vgg19(str(path))
        assert model is not None
        picture = np.ones((1, 16, 16, 3), np.float32)
        direct = vgg.network(fake_weights)(picture)
        np.testing.assert_array_equal(model(picture), direct)


def test_the_structure_of_the_well_known_file(tmp_path: pathlib.Path) -> None:
    """What the test's file must look like to those who read it by position."""
    kernel, bias = np.ones((3, 3, 3, 64)), np.ones(64)
    path = tmp_path / "a.mat"
    io.savemat(path, matconvnet([(kernel, bias)], ["conv1_1"], "old"))
    layers = io.loadmat(path)["layers"]
    read_kernel, read_bias = layers[0][0][0][0][0][0]
    assert read_kernel.shape == (3, 3, 3, 64)
    assert read_bias.shape == (1, 64)


def test_another_network_is_refused(tmp_path: pathlib.Path) -> None:
    """VGG-16, say, has three convolutions where VGG-19 has four."""
    path = tmp_path / "imagenet-vgg-verydeep-16.mat"
    kernels = [(np.ones((3, 3, 3, 64)), np.ones(64)), (np.ones((3, 3, 64, 32)),) * 2]
    io.savemat(path, matconvnet(kernels[:1], ["conv1_1"], "new"))
    with pytest.raises(ValueError, match=r"16.mat is not VGG-19: its conv1_2 is miss"):
        vgg.vgg19(str(path))
    io.savemat(path, matconvnet(kernels, ["conv1_1", "conv1_2"], "new"))
    words = r"conv1_2 is of shape \(3, 3, 64, 32\), expected \(3, 3, 64, 64\)"
    with pytest.raises(ValueError, match=words):
        vgg.vgg19(str(path))


@pytest.mark.parametrize("content", ["text", "truncated", "other", "hdf5", "no names"])
def test_a_damaged_or_foreign_file_is_refused(
    tmp_path: pathlib.Path, content: str
) -> None:
    path = tmp_path / "vgg.mat"
    if content == "text":
        path.write_text("<html>404: not found</html>" * 20)
    elif content == "truncated":
        io.savemat(path, {"layers": np.ones((100, 100))})
        path.write_bytes(path.read_bytes()[:2000])
    elif content == "other":
        io.savemat(path, {"disparity": np.ones((4, 5))})
    elif content == "hdf5":
        with h5py.File(path, "w", userblock_size=512) as file:
            file["layers"] = np.ones(3)
        header = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM"
        with path.open("rb+") as file:
            file.write(header)
    else:
        io.savemat(path, {"layers": np.ones((4, 5))})
    with pytest.raises(
        ValueError, match=r"vgg.mat cannot be read as imagenet-vgg-very"
    ):
        vgg.vgg19(str(path))


def test_a_missing_file_says_what_to_give(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such file; give the path of image"):
        vgg.vgg19(str(tmp_path / "imagenet-vgg-verydeep-19.mat"))


def test_none_is_no_network() -> None:
    assert vgg.vgg19("none") is None


def test_keras_weights_are_turned_from_bgr(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same picture through Keras' own preprocessing and network."""
    with keras.device("cpu"):
        original = keras.applications.VGG19(include_top=False, weights=None)
    asked = []

    def download(**how: Any) -> keras.Model:
        asked.append(how)
        return original

    monkeypatch.setattr(keras.applications, "VGG19", download)
    model = vgg.vgg19("keras")
    assert model is not None
    assert asked == [{"include_top": False, "weights": "imagenet"}]
    picture = np.random.default_rng(0).random((1, 32, 48, 3)).astype(np.float32)
    ready = keras.applications.vgg19.preprocess_input(255 * picture)
    features = keras.Model(original.input, original.get_layer("block5_conv4").output)
    expected = np.asarray(features(ready))
    np.testing.assert_allclose(model(picture), expected, atol=1e-5 * expected.max())


def test_a_failed_download_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(**how: Any) -> keras.Model:
        raise Exception("URL fetch failure on https://storage.googleapis.com")

    monkeypatch.setattr(keras.applications, "VGG19", offline)
    with pytest.raises(OSError, match=r"VGG-19 weights could not .* \(URL fetch fail"):
        vgg.vgg19("keras")
