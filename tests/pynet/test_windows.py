"""The files of a scene, windows of them, and how they are turned."""

import pathlib

import numpy as np
import pytest
from PIL import Image

from darkroom import pixels
from darkroom.io import images
from pynet import windows

BICUBIC = Image.Resampling.BICUBIC


def noise(height: int, width: int, kind: type = np.uint8) -> np.ndarray:
    generator = np.random.Generator(np.random.PCG64(height))
    top = np.iinfo(kind).max
    return generator.integers(0, top, (height, width, 3), kind, endpoint=True)


def write(
    folder: pathlib.Path, photo: np.ndarray, depth: np.ndarray, bokeh: np.ndarray
) -> windows.Pair:
    paths = [folder / f"{part}.png" for part in ("photo", "depth", "bokeh")]
    for path, content in zip(paths, (photo, depth, bokeh), strict=True):
        images.write(path, content)
    return windows.Pair("3", *paths)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((193, 331), (96, 160)), ((127, 129), (32, 64)), ((62, 640), (0, 320))],
)
def test_usable_is_halved_before_it_is_cut(size, expected):
    """Catches: cut to 64 first or rounded up, and height and width swapped."""
    assert windows.usable_size(Image.new("RGB", size[::-1])) == expected


@pytest.mark.parametrize("size", [(96, 140), (97, 140), (96, 141)])
@pytest.mark.parametrize("place", [(0, 0, 16, 24), (7, 11, 24, 8), (16, 38, 32, 32)])
def test_a_window_is_a_part_of_the_halved_whole(tmp_path, size, place):
    """Catches: a shortcut whose filter stops at the window's edge; rows as columns."""
    photo, half = noise(*size), (48, 70)
    pair = write(tmp_path, photo, photo[..., 0], photo)
    row, column, height, width = place
    window = np.s_[row : row + height, column : column + width]
    image = Image.fromarray(photo)
    rgb, depth = windows.source_window(pair, image, *place)
    whole = np.asarray(image.resize(half[::-1], BICUBIC))
    np.testing.assert_array_equal(rgb, whole[window])
    np.testing.assert_array_equal(depth, whole[window][..., 0])
    images.write(pair.depth, whole[..., 1])
    depth = windows.source_window(pair, image, *place)[1]
    np.testing.assert_array_equal(depth, whole[window][..., 1])


def test_turns_go_counter_clockwise_and_the_flip_comes_last():
    """By hand: 1 2 3 above 4 5 6."""
    picture = np.array([[1, 2, 3], [4, 5, 6]], np.uint16)
    for turns, flip, expected in (
        (0, False, [[1, 2, 3], [4, 5, 6]]),
        (1, False, [[3, 6], [2, 5], [1, 4]]),
        (1, True, [[1, 4], [2, 5], [3, 6]]),
        (2, False, [[6, 5, 4], [3, 2, 1]]),
        (3, False, [[4, 1], [5, 2], [6, 3]]),
        (3, True, [[6, 3], [5, 2], [4, 1]]),
    ):
        turned = windows.turned(picture, turns, flip)
        np.testing.assert_array_equal(turned, expected)
        assert turned.dtype == np.uint16


def test_stack_scales_colour_and_depth_each_by_its_own_type():
    """Catches: a 16-bit depth over 255."""
    rgb = np.array([[[0, 51, 255], [255, 0, 102]]], np.uint8)
    stacked = windows.stacked(rgb, np.array([[65535, 13107]], np.uint16))
    expected = [[[0, 0.2, 1, 1], [1, 0, 0.4, 0.2]]]
    np.testing.assert_allclose(stacked, expected, rtol=1e-6)
    assert stacked.dtype == np.float32


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_grey_and_16_bit_photos_are_brought_to_8_bit_rgb(tmp_path, kind):
    colour = noise(24, 40)
    values = colour.astype(kind) * (257 if kind is np.uint16 else 1)
    pair = write(tmp_path, values, colour[..., 0], values[..., 0])
    photo, bokeh = windows.read_photos(pair)
    assert photo.mode == bokeh.mode == "RGB"
    np.testing.assert_array_equal(photo, colour)
    np.testing.assert_array_equal(bokeh, np.dstack([colour[..., 0]] * 3))


def test_a_photo_that_the_camera_held_upright_fits_its_bokeh(tmp_path):
    """Catches: the orientation left out, so that the two are 40x24 and 24x40."""
    upright = noise(40, 24)
    pair = write(tmp_path, upright, upright[..., 0], upright)
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(np.rot90(upright).copy()).save(pair.photo, exif=exif)
    np.testing.assert_array_equal(windows.read_photos(pair)[0], upright)


def test_a_depth_map_of_another_size_is_refused(tmp_path):
    photo = noise(192, 330)
    pair = write(tmp_path, photo, photo[:50, :50, 0], photo)
    said = r"depth\.png: the depth map is 50x50; its photo is 192x330, .* 96x165 \(half"
    with pytest.raises(ValueError, match=said):
        windows.source_window(pair, Image.fromarray(photo), 0, 0, 32, 32)


def test_photo_and_bokeh_of_different_sizes_are_refused(tmp_path):
    photo = noise(192, 330)
    pair = write(tmp_path, photo, pixels.resize(photo, 0.5)[..., 0], photo[:, :328])
    with pytest.raises(ValueError, match=r"bokeh\.png: it is 192x328, .* 192x330"):
        windows.read_photos(pair)
