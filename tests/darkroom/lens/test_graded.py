"""Six levels of blur: the original's bytes, and its black pixel put right."""

import cv2
import numpy as np
import pytest

from darkroom.lens import graded

ORIGINAL_NAMES = {"average": "avg_blur"}  # where they differ from ours


@pytest.fixture(scope="module")
def golden(shared):
    """The arrays of the original program; pictures are BGR."""
    arrays = np.load(shared / "golden" / "gan_seed1.npz")
    return lambda name: arrays[f"classic__{name}"]


def rgb(picture):
    return np.ascontiguousarray(picture[..., ::-1])


def noise(shape=(24, 36, 3)):
    return np.random.default_rng(7).integers(0, 256, shape, np.uint8)


def ramp():
    """Disparity 0 to 1 from left to right."""
    return np.tile(np.linspace(0, 1, 36, dtype=np.float32), (24, 1))


@pytest.mark.parametrize("filter", graded.FILTERS)
def test_bokeh_is_the_originals_but_for_the_black_pixel(golden, filter):
    truth = rgb(golden(f"defude_{ORIGINAL_NAMES.get(filter, filter)}"))
    picture, disparity = rgb(golden("img")), golden("disp")
    focus = disparity[tuple(golden("defude_focus_yx"))]
    mended = graded.bokeh(picture, disparity, focus, filter=filter)
    farthest = golden("defude_norm") == 1
    assert not truth[farthest].any() and mended[farthest].any()
    np.testing.assert_array_equal(mended[~farthest], truth[~farthest])


def test_the_levels_are_the_originals(golden):
    picture = golden("img")
    np.testing.assert_array_equal(golden("defude_levels")[0], picture)
    for level, size in zip(golden("defude_levels")[1:], graded.SIZES, strict=True):
        result = graded.smooth(picture, size, "gaussian")
        np.testing.assert_array_equal(result, level)


def test_portraits_before_blurred_backgrounds_are_the_originals(golden):
    picture = rgb(golden("img"))
    mask = np.zeros((64, 64), np.float32)
    mask[20:40, 20:40] = 1
    for filter, name in (("average", "conv_avg5"), ("gaussian", "conv_gauss9")):
        result = graded.portrait(picture, mask, filter=filter)
        truth = np.where(mask[..., None] == 1, picture, rgb(golden(name)))
        np.testing.assert_array_equal(result, truth)


def test_levels_begin_where_their_bounds_say():
    picture = noise()
    result = graded.bokeh(picture, ramp(), 0.0, filter="average", sizes=(3, 7))
    for columns, expected in (
        (np.s_[:12], picture),
        (np.s_[12:24], cv2.blur(picture, (3, 3))),
        (np.s_[24:], cv2.blur(picture, (7, 7))),
    ):
        np.testing.assert_array_equal(result[:, columns], expected[:, columns])


def test_blur_grows_on_both_sides_of_the_focus():
    result = graded.bokeh(noise(), ramp(), 0.5)
    changed = (result != noise()).any(-1).mean(0)
    assert changed[16:20].max() == 0
    assert changed[:4].min() > 0.9 and changed[-4:].min() > 0.9


def test_a_flat_picture_in_focus_stays_as_it_is():
    """Dividing by the largest distance, 0, would make it black."""
    flat = np.full((24, 36), 0.5, np.float32)
    result = graded.bokeh(noise(), flat, 0.5)
    np.testing.assert_array_equal(result, noise())


def test_a_soft_mask_mixes():
    picture = noise()
    half = graded.portrait(picture, np.full((24, 36), 0.5), filter="average")
    expected = (picture + cv2.blur(picture, (5, 5)).astype(float)) / 2
    np.testing.assert_array_equal(half, np.rint(expected))


def test_the_callers_arrays_are_left_alone():
    picture, disparity = noise(), ramp()
    graded.bokeh(picture, disparity, 0.5)
    np.testing.assert_array_equal(picture, noise())
    np.testing.assert_array_equal(disparity, ramp())


def test_an_unknown_filter_lists_the_known_ones():
    with pytest.raises(ValueError, match="'box'; expected one of gaussian, average"):
        graded.bokeh(noise(), ramp(), 0.5, filter="box")


def test_a_disparity_of_another_size_is_refused():
    with pytest.raises(ValueError, match="disparity is 4x4, the picture 24x36; bring"):
        graded.bokeh(noise(), np.ones((4, 4), np.float32), 0.5)
