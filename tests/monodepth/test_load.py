"""`monodepth.load`: arrays through a Keras network and through its exported file."""

import numpy as np
import pytest

import monodepth
from darkroom.litert import convert
from darkroom.train import checkpoints
from monodepth import litert_model, network, prediction

SIZE = (64, 128)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same small network as Keras weights and as a LiteRT file."""
    folder = tmp_path_factory.mktemp("load")
    for name, stereo in (("net", False), ("stereo", True)):
        model = network.monodepth("resnet50", stereo, width=1 / 16)
        card = {"network": "monodepth", "encoder": "resnet50", "width": 1 / 16}
        size = "x".join(map(str, SIZE))
        path = folder / f"{name}.weights.h5"
        checkpoints.save_weights(model, path, **card, stereo=stereo, size=size)
        if not stereo:
            depth = litert_model.depth(model)
            content = convert.convert(depth, (1, *SIZE, 3), "float32")
            (folder / "net.tflite").write_bytes(content)
    return folder


def photo(height: int = 90, width: int = 150):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_weights_and_exported_file_give_the_same_disparity(folder):
    """Of any size, and as the program predicts it."""
    picture = photo()
    disparity = monodepth.load(folder / "net.weights.h5")(picture)
    assert (disparity.shape, disparity.dtype) == ((90, 150), np.float32)
    own = prediction.load(str(folder / "net.weights.h5"))
    expected = prediction.disparity(own.run, picture, SIZE)
    np.testing.assert_array_equal(disparity, expected)
    exported = monodepth.load(str(folder / "net.tflite"))
    np.testing.assert_allclose(exported(picture), disparity, atol=1e-5)
    np.testing.assert_array_equal(exported(picture / 255), exported(picture))


def test_the_size_is_that_of_training_or_another(folder):
    assert monodepth.load(folder / "net.weights.h5").size == SIZE
    assert monodepth.load(folder / "net.weights.h5", (64, 64)).size == (64, 64)
    with pytest.raises(ValueError, match="size is 60x64; expected multiples of 64"):
        monodepth.load(folder / "net.weights.h5", (60, 64))


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((90, 150)), r"shape \(90, 150\); expected \[H, W, 3\]"),
        (np.full((90, 150, 3), np.nan), "from nan to nan; expected"),
        (photo(63, 150), "is 63x150, and the network's picture is 64x128"),
    ],
)
def test_other_photos_are_refused(folder, array, said):
    with pytest.raises(ValueError, match=said):
        monodepth.load(folder / "net.tflite")(array)


def test_a_stereo_network_takes_both_photos(folder):
    both = monodepth.load(folder / "stereo.weights.h5")
    assert both(photo(), photo()).shape == (90, 150)
    with pytest.raises(ValueError, match="takes the right photo, too"):
        both(photo())
    with pytest.raises(ValueError, match="takes one photo, and got two"):
        monodepth.load(folder / "net.tflite")(photo(), photo())
