"""Generators between a photo in [0, 1] and what phones take."""

import numpy as np
import pytest
import weights

from cyclegan_tf import layers, litert_model, networks, outputs
from darkroom import litert
from darkroom.litert import convert

SIZE = (32, 64)


@pytest.mark.parametrize("width", [1, 3])
def test_mirrored_edges_are_those_of_the_padding(width):
    """Catches an edge that is doubled, and rows and columns that are swapped."""
    picture = np.random.default_rng(0).normal(size=(2, 5, 7, 3)).astype(np.float32)
    found = litert_model.Mirrored(width)(picture)
    np.testing.assert_array_equal(found, layers.ReflectPadding(width)(picture))


def resnet():
    return weights.lively(networks.resnet_generator(1, width=1 / 16), 1)


MODELS = {
    "resnet": resnet,
    "unet": lambda: weights.lively(
        networks.unet_generator(5, width=1 / 16, own_statistics=True), 1
    ),
    "reshape": lambda: networks.with_reshaped_pictures(resnet()),
}


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    return MODELS[request.param]()


def test_pictures_are_brought_in_and_out(model):
    """Catches [0, 1] that is taken for [-1, 1], and weights that are copies."""
    photo = np.random.default_rng(0).random((1, *SIZE, 3)).astype(np.float32)
    expected = np.asarray(model(2 * photo - 1)) / 2 + 0.5
    np.testing.assert_allclose(litert_model.portrait(model)(photo), expected, atol=1e-6)
    depth = litert_model.depth(model)
    grey = expected.mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(depth(photo), outputs.disparity(grey), atol=1e-5)
    assert depth.input.name == "photo"
    first = model.trainable_variables[0]
    before = first.numpy()
    first.assign(before[::-1])
    assert np.abs(depth(photo) - outputs.disparity(grey)).max() > 1e-3
    first.assign(before)


@pytest.mark.parametrize("precision", ["float32", "int8_dynamic"])
def test_the_file_runs_in_one_piece(tmp_path, model, precision):
    """Catches the mirrored padding, which would cut a ResNet to pieces."""
    content = convert.convert(litert_model.depth(model), (1, *SIZE, 3), precision)
    (tmp_path / "net.tflite").write_bytes(content)
    file = litert.Network(tmp_path / "net.tflite")
    found = [o["op_name"] for o in file._interpreter._get_ops_details()]
    assert found.count("DELEGATE") == 1
    assert not {"MIRROR_PAD", "SHAPE", "PACK"} & set(found)
