"""The hard switch at one radius: the original's bytes, and its slips put right."""

import numpy as np
import pytest

from darkroom.lens import classic


@pytest.fixture(scope="module")
def golden(shared):
    """The arrays of the original program; pictures are BGR."""
    arrays = np.load(shared / "golden" / "gan_seed1.npz")
    return lambda name: arrays[f"classic__{name}"]


def rgb(picture):
    return np.ascontiguousarray(picture[..., ::-1])


def noise(shape=(20, 31, 3)):
    return np.random.default_rng(7).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("gamma", ["20", "0.05", "2.2"])
def test_gamma_is_the_originals(golden, gamma):
    encoded = classic.encode(golden("img"), float(gamma))
    np.testing.assert_array_equal(encoded, golden(f"gamma_{gamma}"))


@pytest.mark.parametrize("radius", [3, 5])
def test_the_disc_is_the_originals_and_mended_only_at_the_borders(golden, radius):
    truth = rgb(golden(f"disc_r{radius}"))
    picture = rgb(golden("img"))
    mended = classic.disc_blur(picture, radius)
    inner = slice(radius, -radius)
    np.testing.assert_array_equal(mended[inner, inner], truth[inner, inner])
    assert (mended[0] != truth[0]).any()


def test_bokeh_is_the_originals_but_for_the_borders(golden):
    picture, inner = rgb(golden("img")), np.s_[5:-5, 5:-5]
    result = classic.bokeh(picture, golden("depth"), golden("faces_nofaces"))
    np.testing.assert_array_equal(result[inner], rgb(golden("bokeh_nofaces"))[inner])


def test_bokeh_mended_differs_by_borders_and_the_first_line_of_the_face(golden):
    ((x, y, width, height),) = golden("faces_faces").tolist()
    picture, depth = rgb(golden("img")), golden("depth")
    result = classic.bokeh(picture, depth, [(x, y, width, height)])
    face = np.s_[y : y + height, x : x + width]
    np.testing.assert_array_equal(result[face], picture[face])
    inner = np.s_[y + 1 : -5, 5:-5]
    result[face] = rgb(golden("bokeh_faces"))[face]
    np.testing.assert_array_equal(result[inner], rgb(golden("bokeh_faces"))[inner])


def brute_force(picture, radius, row, column):
    height, width = picture.shape[:2]
    near = [
        picture[y, x].astype(int)
        for y in range(height)
        for x in range(width)
        if (y - row) ** 2 + (x - column) ** 2 < radius**2
    ]
    return sum(near) // len(near)


@pytest.mark.parametrize("radius", [2, 4, 7])  # from 6 on OpenCV goes by Fourier
def test_the_disc_blur_is_the_mean_of_what_is_there(radius):
    picture = noise()
    result = classic.disc_blur(picture, radius)
    for row, column in ((0, 0), (19, 30), (0, 15), (10, 15), (9, 1)):
        expected = brute_force(picture, radius, row, column)
        assert result[row, column].tolist() == expected.tolist()


def test_a_plain_picture_stays_plain():
    """Sums that are not whole, as a Fourier transform may give, would darken it."""
    for value in (1, 77, 200, 255):
        plain = np.full((40, 57, 3), value, np.uint8)
        np.testing.assert_array_equal(classic.disc_blur(plain, 9), plain)


@pytest.mark.parametrize("radius", [0, 1])
def test_no_radius_no_blur(radius):
    np.testing.assert_array_equal(classic.disc_blur(noise(), radius), noise())


def test_far_is_blurred_from_half_the_depth_on():
    """Seen on depths that are floats, not only on bytes up to 255."""
    picture = noise()
    depth = np.tile(np.linspace(0, 0.1, 31), (20, 1)).astype(np.float32)
    result = classic.bokeh(picture, depth)
    np.testing.assert_array_equal(result[:, :16], picture[:, :16])
    np.testing.assert_array_equal(result[:, 16:], classic.disc_blur(picture, 5)[:, 16:])


def test_a_far_face_stays_sharp_and_its_box_may_leave_the_picture():
    picture = noise()
    depth = np.ones((20, 31), np.float32)
    depth[:, :3] = 2.0  # else the face itself were the farthest there is
    result = classic.bokeh(picture, depth * 2, [(25, 15, 10, 10)])
    np.testing.assert_array_equal(result[15:, 25:], picture[15:, 25:])
    assert (result[:15] != picture[:15]).any(-1).mean() > 0.9


def test_lights_bloom_below_gamma_1_and_never_above():
    picture = np.full((21, 21, 3), 40, np.uint8)
    picture[10, 10] = 255
    plain = classic.disc_blur(picture, 4)
    np.testing.assert_array_equal(classic.highlights(picture, 4, 20.0), plain)
    assert classic.highlights(picture, 4, 1 / 20)[10, 12].min() > 2 * plain.max()


def test_the_callers_arrays_are_left_alone():
    picture, depth = noise(), np.ones((20, 31), np.float32)
    classic.bokeh(picture, depth, [(2, 2, 5, 5)])
    np.testing.assert_array_equal(picture, noise())
    assert (depth == 1).all()


def test_a_depth_of_another_size_is_refused():
    with pytest.raises(ValueError, match="depth is 20x20, the picture 20x31; bring"):
        classic.bokeh(noise(), np.ones((20, 20)))
