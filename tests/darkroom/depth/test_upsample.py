"""A coarse disparity gets the photo's edges, without a rim of values in between."""

import time

import numpy as np
import pytest

from darkroom.depth import upsample

NEAR, FAR = 0.8, 0.2


@pytest.fixture(scope="module")
def disc():
    """A reddish disc before a greenish wall, both with grain: photo and disparity."""
    random = np.random.Generator(np.random.PCG64(5))
    y, x = np.mgrid[:192, :256]
    inside = (y - 97.3) ** 2 + (x - 121.7) ** 2 < 60.5**2
    colours = np.where(inside[..., None], (150, 90, 70), (80, 120, 90))
    photo = np.clip(colours + random.normal(0, 12, (192, 256, 1)), 0, 255)
    return photo.astype(np.uint8), np.where(inside, NEAR, FAR).astype(np.float32)


def shrunk(disparity, factor, blur=0.0):
    import cv2

    size = disparity.shape[1] // factor, disparity.shape[0] // factor
    low = cv2.resize(disparity, size, interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(low, (0, 0), blur) if blur else low


@pytest.mark.parametrize("blur", [0.0, 1.0])
@pytest.mark.parametrize("factor", [2, 4, 8])
def test_a_step_stays_a_step_and_lies_where_the_photo_has_it(disc, factor, blur):
    """Catches: bilinear, of which 3 to 40 % of all pixels would be in between."""
    photo, truth = disc
    high = upsample.to_size_of(shrunk(truth, factor, blur), photo)
    between = (high > FAR + 0.1) & (high < NEAR - 0.1)
    assert between.mean() < 0.001
    assert (np.abs(high - truth) > 0.1).mean() < 0.004


def test_a_slope_stays_a_slope(disc):
    """Catches: toggle mapping's stairs where there is no step."""
    photo, _ = disc
    slope = np.tile(np.linspace(0, 1, 192, dtype=np.float32)[:, None], (1, 256))
    high = upsample.to_size_of(shrunk(slope, 8), photo)
    assert np.abs(high - slope)[8:-8].max() < 0.002


def test_three_depths_are_not_mixed(disc):
    """Catches: the far side of a vote as the mean of two surfaces."""
    photo, _ = disc
    colours = np.zeros_like(photo)
    truth = np.zeros(photo.shape[:2], np.float32)
    for start, value in ((0, 0.1), (80, 0.5), (92, 0.9)):
        truth[:, start:] = value
        colours[:, start:] = 255 * np.array([value, 1 - value, 0.5])
    high = upsample.to_size_of(shrunk(truth, 4), colours)
    off = np.abs(high[..., None] - np.array([0.1, 0.5, 0.9])).min(axis=-1)
    assert (off > 0.02).mean() < 0.01


@pytest.mark.parametrize("size", [(1, 1), (1, 4), (3, 2), (191, 255), (192, 1)])
def test_any_size_comes_out_at_the_photo_s(disc, size):
    low = np.linspace(0, 1, size[0] * size[1], dtype=np.float32).reshape(size)
    high = upsample.to_size_of(low, disc[0])
    assert high.shape == (192, 256)
    assert high.dtype == np.float32
    assert high.min() >= 0 and high.max() <= 1


def test_the_photo_s_size_is_taken_as_it_is_and_a_larger_one_by_its_pixels(disc):
    photo, truth = disc
    assert upsample.to_size_of(truth, photo) is truth
    large = np.kron(truth, np.ones((3, 3), np.float32))
    np.testing.assert_array_equal(upsample.to_size_of(large, photo), truth)


def test_real_steps_are_half_as_wrong_as_by_bilinear(shared):
    """On ray-traced scenes: share of pixels that are wrong, of those near an edge."""
    import cv2

    folders = sorted((shared / "data" / "lens_truth").glob("scene_*"))[:3]
    if not folders:
        pytest.skip("the shared folder has no lens_truth")
    wrong = {"voted": [], "bilinear": []}
    square = np.ones((3, 3), np.uint8)
    for folder in folders:
        truth = cv2.imread(str(folder / "disparity.png"), -1).astype(np.float32) / 65535
        photo = cv2.imread(str(folder / "aif.png"))[..., ::-1]
        edge = cv2.dilate(truth, square) - cv2.erode(truth, square) > 0.03
        edge = cv2.dilate(edge.astype(np.uint8), np.ones((9, 9))) > 0
        low = shrunk(truth, 4)
        bilinear = cv2.resize(low, truth.shape[::-1])
        found = {"voted": upsample.to_size_of(low, photo), "bilinear": bilinear}
        for name, high in found.items():
            wrong[name].append((np.abs(high - truth) > 0.03)[edge].mean())
    assert np.mean(wrong["voted"]) < 0.09  # 0.06 when written, bilinear 0.46
    assert np.mean(wrong["voted"]) < np.mean(wrong["bilinear"]) / 4


def test_it_is_quick(disc):
    """12 megapixels in under a CPU-second: a twelfth of that here, with room."""
    import cv2

    photo = cv2.resize(disc[0], (1200, 900))
    low = shrunk(disc[1], 2)
    upsample.to_size_of(low, photo)  # compiles, once
    start = time.process_time()
    upsample.to_size_of(low, photo)
    assert time.process_time() - start < 0.2


def test_a_step_beside_an_edge_moves_onto_it():
    """Two pixels off, it stands one pixel off at most."""
    picture = np.full((40, 60, 3), (40, 60, 90), np.uint8)
    picture[:, 30:] = (200, 150, 90)
    near = np.zeros((40, 60), np.float32)
    near[:, 28:] = 0.8
    moved = upsample.along_edges(near, picture)
    assert (np.abs(moved - np.where(np.arange(60) >= 30, 0.8, 0)) < 0.05).mean() > 0.98
    ramp = np.tile(np.linspace(0, 0.4, 60, dtype=np.float32), (40, 1))
    np.testing.assert_array_equal(upsample.along_edges(ramp, picture), ramp)
