"""The network with its pixels repeated in operations that a phone's runtime has."""

import numpy as np
import pytest

from darkroom import litert
from darkroom.litert import convert
from monodepth import litert_model, network


@pytest.mark.parametrize("shape", [(1, 3, 5, 2), (2, 4, 2, 1)])
def test_repeated_pixels_are_those_of_a_nearest_resize(shape):
    """Catches rows and columns that are swapped, on sides that differ."""
    pixels = np.random.default_rng(0).random(shape).astype(np.float32)
    expected = pixels.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_array_equal(litert_model.Repeat()(pixels), expected)
    np.testing.assert_array_equal(network.Double()(pixels), expected)


@pytest.fixture(scope="module", params=["vgg", "resnet50", "deconv"])
def model(request):
    encoder = "vgg" if request.param == "deconv" else request.param
    width = 1 / 16
    return network.monodepth(encoder, deconv=request.param == "deconv", width=width)


def test_it_is_the_finest_left_disparity(model):
    """Catches the right disparity, a coarser one, and weights that are copies."""
    photo = np.random.default_rng(0).random((1, 128, 128, 3)).astype(np.float32)
    depth = litert_model.depth(model)
    expected = model(photo)["disparity_1"][..., :1]
    np.testing.assert_array_equal(depth(photo), expected)
    assert depth.input.name == "photo"
    last = model.get_layer("disparity_1")
    last.bias.assign(last.bias + 1)
    assert (depth(photo).numpy() > expected.numpy() + 0.01).all()
    last.bias.assign(last.bias - 1)


def test_the_file_runs_in_one_piece(tmp_path):
    """Catches a nearest resize, which cuts it to pieces; vgg's is test_programs'."""
    model = network.monodepth("resnet50", width=1 / 16)
    content = convert.convert(litert_model.depth(model), (1, 128, 128, 3), "float32")
    (tmp_path / "net.tflite").write_bytes(content)
    file = litert.Network(tmp_path / "net.tflite")
    found = [o["op_name"] for o in file._interpreter._get_ops_details()]
    assert found.count("DELEGATE") == 1
    assert not {"RESIZE_NEAREST_NEIGHBOR", "GATHER", "SHAPE", "PACK"} & set(found)


def test_a_network_of_both_pictures_has_no_place_on_a_phone():
    with pytest.raises(
        ValueError, match=r"takes the left and the right picture; .* one"
    ):
        litert_model.depth(network.monodepth(stereo=True, width=1 / 16))
