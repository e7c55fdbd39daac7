"""An exported PyNET in place of the lens, without its file."""

import cv2
import numpy as np
import pytest
from PIL import Image

from darkroom import litert, pixels
from darkroom.render import network


@pytest.mark.parametrize("size", [(200, 200), (131, 400), (301, 97)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_larger_photo_keeps_its_size_and_what_is_sharp_its_detail(size, kind):
    """Catches a picture as small as the network's, a padding of other proportions, and
    one that is compared with a photo sharper than the network saw."""
    chance = np.random.Generator(np.random.PCG64(6))
    large = (chance.integers(90, 160, (*size, 3)) * (np.iinfo(kind).max // 255)).astype(
        kind
    )
    disparity = np.zeros(size, np.float32)
    disparity[: size[0] // 2] = 1
    seen = []

    def run(inputs):
        """Bilinear where near, as PyNET begins; one grey where far."""
        seen.append(inputs.shape)
        near = np.where(inputs[0, ..., 3:] > 0.5, inputs[0, ..., :3], 0.5)
        return cv2.resize(near, (96, 64), interpolation=cv2.INTER_LINEAR)[None]

    picture = network.Network(run, (64, 96))(large, disparity)
    assert seen == [(1, 32, 48, 4)]
    assert picture.shape == (*size, 3)
    assert picture.dtype == np.float32
    near, far = np.s_[: size[0] // 3], np.s_[size[0] * 3 // 4 :]
    off = np.abs(picture[near] - pixels.to_float(large[near]))
    assert off.mean() < 0.002
    assert np.abs(picture[far] - 0.5).max() < 0.01


@pytest.mark.parametrize("scale", [1, 0.5])
def test_a_coarse_level_has_detail_too(scale):
    """Catches a coarse picture, smaller than its input, that is taken for blurred."""
    chance = np.random.Generator(np.random.PCG64(6)).standard_normal((192, 288, 3))
    grain = sum(cv2.GaussianBlur(chance, (0, 0), s) * s for s in (0.5, 2, 6, 12))
    large = np.clip(128 + 12 * grain, 0, 255).astype(np.uint8)

    def run(inputs):
        return pixels.resize(inputs[0, ..., :3], scale)[None]

    picture = network.Network(run, (64, 96))(large, np.ones((192, 288), np.float32))
    assert np.abs(picture - large / 255).mean() < 0.01


class Copy:
    """A network that is its photo: each pixel twice; remembers what it saw."""

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        self.seen = inputs
        return inputs[..., :3].repeat(2, axis=1).repeat(2, axis=2)


class Depth(Copy):
    """A network that shows its depth."""

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        return super().__call__(inputs[..., 3:].repeat(3, axis=3))


def slope(height: int, width: int, kind: type = np.uint8) -> np.ndarray:
    """A photo whose colour tells the place."""
    rows, columns = np.mgrid[:height, :width]
    photo = np.stack([rows / height, columns / width, np.full_like(rows, 0.5)], -1)
    return (photo * np.iinfo(kind).max).astype(kind)


@pytest.mark.parametrize("size", [(128, 192), (101, 67), (64, 65), (130, 31), (1, 1)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_every_size_comes_back_in_its_own_place(size, kind):
    """Catches a padding that is cut off on the wrong side, or not at all."""
    photo, run = slope(*size, kind), Copy()
    found = network.Network(run)(photo, np.zeros(size, np.float32))
    assert found.shape == photo.shape
    assert found.dtype == np.float32
    assert not any(side % 32 for side in run.seen.shape[1:3])
    np.testing.assert_allclose(
        found, pixels.to_float(photo), rtol=0, atol=2 / min(size)
    )


@pytest.mark.parametrize("size", [(128, 192), (101, 67), (65, 129)])
@pytest.mark.parametrize("scale", [0.5, 1, 1.7])
def test_depth_lies_on_the_photo(size, scale):
    """Catches a map that is stretched, shifted or turned against its photo."""
    depth = pixels.resize(slope(*size)[..., 1] / np.float32(255), scale)
    found = network.Network(Depth())(slope(*size), depth)[..., 0]
    expected = slope(*size)[..., 1] / 255
    np.testing.assert_allclose(found, expected, rtol=0, atol=2 / min(size))


def test_the_network_sees_what_it_was_trained_on():
    """Catches another way to halve the photo, or a map of half size that is touched."""
    generator = np.random.Generator(np.random.PCG64(3))
    photo = generator.integers(0, 256, (128, 192, 3), np.uint8)
    depth = generator.random((64, 96)).astype(np.float32)
    run = Copy()
    network.Network(run, margin=0)(photo, depth)
    halved = Image.fromarray(photo).resize((96, 64), Image.Resampling.BICUBIC)
    assert run.seen.shape == (1, 64, 96, 4)
    assert run.seen.dtype == np.float32
    np.testing.assert_array_equal(run.seen[0, ..., 3], depth)
    expected = np.asarray(halved, np.float32) / np.float32(255)
    np.testing.assert_array_equal(run.seen[0, ..., :3], expected)


def dark_outside(inputs: np.ndarray) -> np.ndarray:
    """A convolution of 17 x 17, for which all is black outside, as for PyNET's."""
    outside = cv2.BORDER_CONSTANT
    soft = cv2.blur(inputs[0, ..., :3], (17, 17), borderType=outside)
    return soft.repeat(2, axis=0).repeat(2, axis=1)[None]


@pytest.mark.parametrize("limit", [None, (320, 384)])
@pytest.mark.parametrize("size", [(256, 320), (201, 97), (16, 20), (640, 900)])
def test_a_picture_has_no_dark_frame(size, limit):
    """Catches a margin that is missing on a side, or too narrow."""
    photo, depth = np.full((*size, 3), 200, np.uint8), np.zeros(size, np.float32)
    found = network.Network(dark_outside, limit)(photo, depth)
    np.testing.assert_allclose(found, 200 / 255, rtol=0, atol=1e-4)
    faithful = network.Network(dark_outside, limit, margin=0)(photo, depth)
    assert faithful[0].max() < 0.6 * 200 / 255


@pytest.mark.parametrize(
    ("limit", "margin", "drawn"),
    [
        (None, 32, (3000, 4000)),
        ((1024, 1536), 32, (960, 1280)),
        ((1024, 1536), 0, (1024, 1365)),
        ((64, 96), 32, (48, 64)),
    ],
)
def test_the_margin_is_inside_a_file_s_size(limit, margin, drawn):
    """An eighth of a small file's size at most."""
    run = network.Network(dark_outside, limit, margin)
    assert run.drawn_size((3000, 4000)) == drawn


@pytest.mark.parametrize("level", [2, 3, 5])
def test_a_coarse_level_is_brought_up_to_the_photo(level):
    """Catches a picture that is enlarged with its padding still on one side only."""
    photo = slope(200, 300)

    def coarse(inputs: np.ndarray) -> np.ndarray:
        return pixels.resize(inputs[0, ..., :3], 2.0 ** (2 - level))[None]

    found = network.Network(coarse)(photo, np.zeros((100, 150), np.float32))
    assert found.shape == photo.shape
    # away from the padding, whose mirror image coarse pixels mix in
    inside = np.s_[32:160, 32:250]
    expected = pixels.to_float(photo)
    np.testing.assert_allclose(found[inside], expected[inside], rtol=0, atol=0.03)


def test_outputs_are_clipped():
    def bright(inputs: np.ndarray) -> np.ndarray:
        return Copy()(inputs) * 4 - 1

    found = network.Network(bright)(slope(64, 64), np.zeros((32, 32), np.float32))
    assert (found.min(), found.max()) == (0, 1)


@pytest.mark.parametrize("photo", [(101, 67), (128, 192), (3, 4)])
def test_a_fixed_size_takes_photos_up_to_it(photo):
    run = Copy()
    depth = np.zeros(photo, np.float32)
    found = network.Network(run, (128, 192))(slope(*photo), depth)
    assert run.seen.shape == (1, 64, 96, 4)
    expected = slope(*photo) / 255
    np.testing.assert_allclose(found, expected, rtol=0, atol=2 / min(photo))


@pytest.mark.parametrize("depth", [(128, 64), (64, 64)])
def test_a_map_of_other_proportions_is_refused(depth):
    """Catches the map of a phone photo that was not turned with it."""
    with pytest.raises(ValueError, match=r"64x128, its depth map .* same proportions"):
        network.Network(Copy())(slope(64, 128), np.zeros(depth, np.float32))


def test_the_size_that_fits():
    assert network.fitted((3000, 4000), (1024, 1536)) == (1024, 1365)
    assert network.fitted((4000, 3000), (1024, 1536)) == (1024, 768)
    assert network.fitted((100, 100), (1024, 1536)) == (100, 100)
    assert network.fitted((5, 100000), (720, 720)) == (1, 720)


@pytest.mark.parametrize(
    ("inputs", "output"),
    [
        ([(1, 64, 96, 3)], (1, 128, 192, 3)),
        ([(1, 64, 96, 4)], (1, 64, 96, 1)),
        ([(2, 64, 96, 4)], (2, 128, 192, 3)),
        ([(1, 64, 96, 4), (1, 4)], (1, 128, 192, 3)),
        ([(1, 64)], (1, 10)),
    ],
)
def test_the_file_of_another_network_is_refused(monkeypatch, inputs, output):
    """Catches a depth network's file that is taken for PyNET."""

    class File:
        def __init__(self, path: str, lean: bool) -> None:
            self.inputs = {str(n): shape for n, shape in enumerate(inputs)}
            self.output = output

    monkeypatch.setattr(litert, "Network", File)
    with pytest.raises(ValueError, match=r"net\.tflite turns .* an exported PyNET"):
        network.load("net.tflite")


def test_a_missing_file_is_an_oserror_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        network.load(str(tmp_path / "none.tflite"))
    assert caught.value.filename == str(tmp_path / "none.tflite")


@pytest.mark.parametrize(
    ("focus", "expected"),
    [
        (1.0, [0.0, 0.25, 0.5, 1.0]),  # the nearest thing: nothing changes
        (0.5, [0.0, 0.25, 0.5, 0.0]),
        (0.25, [0.5, 0.75, 0.5, 0.0]),  # moved nearer, to have room behind it
        (0.0, [1.0, 0.75, 0.5, 0.0]),
    ],
)
def test_a_focus_folds_the_disparity(focus, expected):
    """What is in focus is nearest; distances to it stay what they were."""
    disparity = np.array([[0.0, 0.25, 0.5, 1.0]])
    folded = network.nearest_at(disparity, focus)
    assert folded.dtype == np.float32
    np.testing.assert_allclose(folded, [expected], atol=1e-7)
    away = np.abs(disparity - focus)
    np.testing.assert_allclose(folded.max() - folded, away, atol=1e-7)


@pytest.mark.parametrize("size", [(64, 96), (192, 288)])
def test_what_is_in_focus_is_the_photo_s_own_where_a_network_is_told(size):
    """Whatever it made of it; where it blurs by over three pixels nothing is. Catches a
    map that is not folded, folded twice, or at another focus."""

    def soft(inputs):
        blurred = cv2.blur(inputs[0, ..., :3], (9, 9)).repeat(2, axis=0)
        return blurred.repeat(2, axis=1)[None]

    photo = np.full((*size, 3), 90, np.uint8)
    photo[:, ::2] = 160
    disparity = np.full(size, 0.3, np.float32)
    disparity[:, : size[1] // 2] = 0.6
    net = network.Network(soft, (64, 96), margin=0, radius=30.0)
    left, right = np.s_[8:-8, 8:24], np.s_[8:-8, -24:-8]
    for focus, sharp, blurred in ((0.6, left, right), (0.3, right, left)):
        found = net(photo, disparity, focus)
        off = found - pixels.to_float(photo)
        assert np.abs(off[sharp]).max() < 0.02
        assert np.ptp(found[blurred], axis=1).max() < 0.02
    for radius, strength in ((None, 1), (10.0 * size[0] / 64, 1 / 3)):
        folded = 1 - np.float32(strength) * np.abs(disparity - np.float32(0.6))
        told = net(photo, disparity, 0.6, radius)
        np.testing.assert_allclose(told, net(photo, folded), atol=1e-6)


def test_a_network_of_one_blur_draws_no_other():
    net = network.Network(Copy())
    with pytest.raises(ValueError, match="draws the one blur that it was trained on"):
        net(slope(64, 96), np.zeros((64, 96)), 0.5, 10.0)


def test_what_was_trained_on_one_size_draws_larger_photos_in_it():
    """Upright ones, too; smaller ones in their own."""
    net = network.Network(lambda inputs: None, trained=(64, 96))
    assert net.drawn_size((640, 960)) == (64, 96)
    assert net.drawn_size((960, 640)) == (64, 42)
    assert net.drawn_size((32, 48)) == (32, 48)
