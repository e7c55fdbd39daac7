"""A photo through a network that is told what to answer."""

import re

import keras
import numpy as np
import pytest
from PIL import Image

from darkroom.io import depth_maps, images
from darkroom.train import checkpoints
from monodepth import network, prediction

SIZE = (32, 64)


def red(batch: np.ndarray) -> np.ndarray:
    """A network that sees the red of its picture as its disparity."""
    return batch[..., :1]


def slope(height: int = 60, width: int = 200) -> np.ndarray:
    """A photo whose red grows to the right, and whose green grows downwards."""
    photo = np.zeros((height, width, 3), np.uint8)
    photo[..., 0] = np.linspace(0, 250, width)
    photo[..., 1] = np.linspace(0, 250, height)[:, None]
    return photo


def test_the_blend_is_the_original_s(shared):
    for encoder in ("vgg", "resnet50"):
        golden = np.load(shared / "golden" / f"monodepth_{encoder}_seed1.npz")
        found = prediction.post_process(golden["pp_in"])
        np.testing.assert_allclose(found, golden["pp_out"], rtol=0, atol=1e-6)


def test_a_prediction_is_the_original_s(shared):
    """Catches a mirror image that is not turned back before the blend."""
    golden = np.load(shared / "golden" / "monodepth_vgg_seed1.npz")
    left = np.rint(255 * golden["input_left"][0]).astype(np.uint8)

    def answer(batch):
        np.testing.assert_allclose(batch[0], golden["input_left"][0], atol=2e-3)
        np.testing.assert_array_equal(batch[1], batch[0][:, ::-1])
        return golden["test_disp_left_0"]

    found = prediction.disparity(answer, left, (128, 256))
    np.testing.assert_allclose(found, golden["test_pp"], rtol=0, atol=1e-6)


def test_the_blend_by_hand():
    """Own 1, mirrored 3, 101 columns: 5 % each, then ramps of 5 % to the mean."""
    pair = np.stack([np.full((2, 101), 1.0), np.full((2, 101), 3.0)])
    found = prediction.post_process(pair)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0, :6], 3)
    np.testing.assert_allclose(found[1, 6:11], [2.8, 2.6, 2.4, 2.2, 2.0], rtol=1e-6)
    np.testing.assert_allclose(found[:, 10:91], 2)
    np.testing.assert_allclose(found[1, 90:95], [2.0, 1.8, 1.6, 1.4, 1.2], rtol=1e-6)
    np.testing.assert_allclose(found[:, 95:], 1)


def test_a_disparity_lies_as_its_photo():
    """Catches sides that are swapped, and a mirror image that stays one."""
    photo = slope()
    found = prediction.disparity(red, photo, SIZE)
    assert found.shape == (60, 200)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, photo[..., 0] / 255, rtol=0, atol=0.02)


@pytest.mark.parametrize("size", [(32, 64), (64, 64), (128, 32)])
def test_a_disparity_stays_a_fraction_of_the_width(size):
    """Catches a disparity that is scaled with the picture."""
    found = prediction.disparity(lambda b: np.full_like(b, 0.125), slope(), size)
    np.testing.assert_array_equal(found, np.full((60, 200), np.float32(0.125)))


def test_in_a_mirror_the_right_photo_is_the_left_one():
    """Catches a mirrored pair with its views not swapped: all would be behind it."""
    left, right = slope(), slope()[::-1]
    seen = []

    def answer(batch):
        seen.append(batch)
        disparities = np.zeros((*batch.shape[:3], 2), np.float32)
        disparities[0, ..., 0] = disparities[1, ..., 1] = 0.25  # of the left photo
        return {"disparity_1": disparities, "disparity_2": None}

    found = prediction.disparity(answer, left, SIZE, right)
    np.testing.assert_array_equal(found, np.float32(0.25))
    (batch,) = seen
    assert batch.shape == (2, *SIZE, 6)
    np.testing.assert_array_equal(batch[1, ..., :3], batch[0, :, ::-1, 3:])
    np.testing.assert_array_equal(batch[1, ..., 3:], batch[0, :, ::-1, :3])
    assert not np.array_equal(batch[0, ..., :3], batch[0, ..., 3:])


def test_what_cannot_be_is_one_sentence():
    with pytest.raises(ValueError, match=r"60x200, the right one 30x200; expected .*"):
        prediction.disparity(red, slope(), SIZE, slope(30))
    with pytest.raises(ValueError, match="answer is not finite"):
        prediction.disparity(lambda b: b * np.nan, slope(), SIZE)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("prediction") / "net.weights.h5"
    card = {"network": "monodepth", "encoder": "vgg", "width": 1 / 16}
    model = network.monodepth("vgg", width=1 / 16)
    checkpoints.save_weights(model, path, **card, stereo=False, size="128x256")
    return path


def test_weights_say_the_size(weights):
    assert prediction.load(str(weights)).size == (128, 256)
    assert prediction.load(str(weights), size=(256, 128)).size == (256, 128)
    with pytest.raises(ValueError, match=r"100x128; .* 128x128 would do"):
        prediction.load(str(weights), size=(100, 128))


def test_a_model_predicts_as_the_loaded_network_does(weights):
    """Catches another output than the finest left one."""
    found = prediction.load(str(weights))
    model = network.monodepth("vgg", width=1 / 16)
    checkpoints.load_weights(model, weights)
    expected = prediction.disparity(model, slope(), found.size)
    result = prediction.disparity(found.run, slope(), found.size)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-6)
    photo = keras.ops.ones((1, 128, 256, 3))
    left = model(photo)["disparity_1"][0, ..., 0]
    white = np.full((128, 256, 3), 255, np.uint8)
    middle = prediction.disparity(model, white, found.size)[:, 30:-30]
    np.testing.assert_allclose(
        middle, (left + left[:, ::-1])[:, 30:-30] / 2, rtol=0, atol=1e-6
    )


@pytest.fixture
def written(tmp_path):
    """A disparity, nearer to the right, and its files."""
    disparity = np.tile(np.linspace(0.021, 0.187, 90, dtype=np.float32), (40, 1))
    files = {k: tmp_path / f"a{ending}" for k, ending in prediction.ENDINGS.items()}
    prediction.write(files, disparity)
    return disparity, files


def test_the_array_is_the_disparity(written):
    disparity, files = written
    found = np.load(files["npy"])
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, disparity)


def test_the_map_is_stretched_and_says_what_it_was(written):
    """Catches 8 bits, and a description that is off by the least disparity."""
    disparity, files = written
    values = depth_maps.stored(files["png"])
    assert values.dtype == np.uint16
    assert (values.min(), values.max()) == (0, 65535)
    assert (np.diff(values[0].astype(int)) > 0).all()
    with Image.open(files["png"]) as image:
        said = image.getexif()[0x010E]
    least, span = map(float, re.findall(r"\d\.\d+(?:e-\d+)?", said))
    assert said.endswith("a fraction of the width")
    np.testing.assert_allclose(least + values / 65535 * span, disparity, atol=3e-6)


def test_near_is_light_in_colour(written):
    _, files = written
    found = images.read(files["colour"]).pixels.sum(axis=-1, dtype=int)
    assert found[0, -1] > 500 > 200 > found[0, 0]
