"""Windows: where they are cut, which way round, with which filter."""

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.data import crops

SIZE = (40, 48)


@pytest.fixture
def picture():
    return np.random.Generator(np.random.PCG64(3)).integers(
        0, 256, (*SIZE, 3), dtype=np.uint8
    )


def generators(count):
    return (np.random.Generator(np.random.PCG64([5, n])) for n in range(count))


def test_a_window_is_pillows_bicubic_cut_and_mirrored(picture):
    """Catches: height and width exchanged, mirrored up and down, another filter."""
    window = crops.Window((30, 36), 4, 7, (16, 20), mirrored=True)
    whole = Image.fromarray(picture).resize((36, 30), Image.Resampling.BICUBIC)
    expected = np.asarray(whole)[4:20, 7:27][:, ::-1]
    np.testing.assert_array_equal(crops.cut(picture, window), expected)


def test_a_mask_keeps_to_its_picture_and_to_two_values(picture):
    """Catches: a mask left unmirrored, or smoothed."""
    window = crops.Window((80, 96), 10, 20, (32, 40), mirrored=True)
    red = picture.copy()
    red[:] = np.where(np.indices(SIZE)[1] > 24, 255, 0)[..., None]
    mask = crops.cut_mask(red[..., 0] > 0, window)
    assert mask.dtype == bool
    assert (mask != (crops.cut(red, window)[..., 0] > 127)).mean() < 0.03
    assert 0.1 < mask.mean() < 0.9


def test_all_places_and_both_ways_round_occur():
    windows = [crops.random_window((12, 11), (8, 10), True, c) for c in generators(200)]
    assert {window.top for window in windows} == {0, 1, 2, 3, 4}
    assert {window.left for window in windows} == {0, 1}
    turned = sum(window.mirrored for window in windows)
    assert 70 < turned < 130


def test_without_mirror_the_places_stay_the_same():
    pairs = zip(generators(50), generators(50), strict=True)
    for one, other in pairs:
        window = crops.random_window((20, 20), (8, 8), True, one)
        plain = crops.random_window((20, 20), (8, 8), False, other)
        assert plain == window._replace(mirrored=False)


def test_the_whole_of_a_picture_of_that_size_is_itself(picture):
    np.testing.assert_array_equal(crops.cut(picture, crops.whole_window(SIZE)), picture)
    mask = picture[..., 0] > 99
    np.testing.assert_array_equal(crops.cut_mask(mask, crops.whole_window(SIZE)), mask)


@pytest.mark.parametrize("size", [(9, 4), (4, 9), (0, 4)])
def test_a_crop_larger_than_the_load_size_is_refused(size):
    with pytest.raises(ValueError, match=f"crops of {size[0]}x{size[1]} do not fit"):
        crops.check((8, 8), size)
