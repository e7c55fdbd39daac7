"""darkroom.lens: the whole lens, against closed forms and ray-traced truth."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from darkroom import lens, pixels
from darkroom.io import depth_maps, images
from darkroom.lens import aperture
from darkroom.scenes import layers as scene_layers
from darkroom.scenes import optics, stage


def texture(height, width, seed=0, top=0.8):
    rng = np.random.default_rng(seed)
    rough = rng.random((height // 4 + 1, width // 4 + 1, 3), dtype=np.float32)
    return cv2.resize(rough, (width, height)) * np.float32(top)


def psnr(linear, truth):
    return -10 * np.log10(np.mean((np.clip(pixels.to_srgb(linear), 0, 1) - truth) ** 2))


def test_radius_0_is_the_photo_bit_for_bit_and_a_new_array():
    photo = texture(31, 47)
    result = lens.blur(photo, np.full((31, 47), 0.3, np.float32), 0.9, 0.0)
    assert (result == photo).all()
    assert result is not photo


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (37, 53), (261, 515)])
def test_any_size(size):
    photo = np.full((*size, 3), 0.25, np.float32)
    depth = np.linspace(0, 1, size[0] * size[1], dtype=np.float32).reshape(size)
    # light is neither made nor lost at borders, joints of layers and of tiles
    np.testing.assert_allclose(lens.blur(photo, depth, 0.4, 20), photo, atol=1e-4)


@pytest.mark.parametrize("shape", ["disc", "blades"])
def test_one_depth_is_the_convolution_with_the_aperture(shape):
    photo = texture(80, 90)
    opening = aperture.Aperture(shape, blades=3)  # 3 blades tell up from down
    behind = lens.blur(photo, np.zeros((80, 90), np.float32), 1, 4, aperture=opening)
    kernel = aperture.kernel(opening, 4.0)
    spread = kernel[::-1, ::-1]  # filter2D correlates
    exact = cv2.filter2D(photo, -1, spread, borderType=cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(behind, exact, atol=2e-6)
    front = lens.blur(photo, np.ones((80, 90), np.float32), 0, 4, aperture=opening)
    turned = cv2.filter2D(photo, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(front, turned, atol=2e-6)


def test_large_blur_on_a_reduced_grid_is_close_to_the_convolution():
    photo = texture(200, 200)
    result = lens.blur(photo, np.zeros((200, 200), np.float32), 1, 30)
    kernel = aperture.kernel(aperture.DISC, 30.0)
    exact = cv2.filter2D(photo, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    assert np.abs(result - exact).max() < 0.02
    assert np.abs(result - exact).mean() < 0.004


def test_what_is_in_focus_keeps_its_very_values_beside_a_blurred_background():
    photo = texture(120, 120)
    depth = np.zeros((120, 120), np.float32)
    depth[30:90, 30:90] = 0.8
    result = lens.blur(photo, depth, 0.8, 40)
    inside = np.s_[31:89, 31:89]  # beside a step a pixel may be of both sides
    assert (result[inside] == photo[inside]).all()
    assert np.abs(result[:20] - photo[:20]).max() > 0.05


def test_a_sharp_foreground_does_not_bleed_into_the_background():
    photo = np.zeros((100, 100, 3), np.float32)
    photo[:, 50:] = 1  # a white thing before a black wall
    depth = np.where(photo[..., 0] > 0, np.float32(1), np.float32(0))
    # the exact gather would put a glow of half the thing's light beside its edge
    assert lens.blur(photo, depth, 1.0, 20, boost=1)[:, :50].max() < 1e-3


def test_a_blurred_foreground_lets_the_background_through():
    photo = np.zeros((100, 100, 3), np.float32)
    photo[:, :, 2] = 0.5  # a blue wall
    photo[:, 50:] = (0.5, 0, 0)  # a red thing before it
    depth = np.where(photo[..., 0] > 0, np.float32(1), np.float32(0))
    result = lens.blur(photo, depth, 0.0, 16)
    inside = result[50, 54]  # hidden in the photo, half seen through the edge
    assert 0.05 < inside[2] < 0.25 and inside[0] > 0.25
    # red and blue add up to a half wherever the edge is blurred
    np.testing.assert_allclose(result[50].sum(-1), 0.5, atol=1e-3)


def test_a_focal_range_keeps_a_band_sharp():
    photo = texture(60, 200)
    depth = np.tile(np.linspace(0, 1, 200, dtype=np.float32), (60, 1))
    result = lens.blur(photo, depth, 0.5, 30, focal_range=0.4)
    band = np.s_[:, 75:125]  # out of reach of what is blurred before it
    assert (result[band] == photo[band]).all()
    assert np.abs(result[:, :50] - photo[:, :50]).max() > 0.05


def test_light_keeps_its_energy():
    photo = texture(300, 300, top=0.5)
    y, x = np.mgrid[:300, :300].astype(np.float32) / 300
    depth = np.where((y - 0.5) ** 2 + (x - 0.5) ** 2 < 0.08, 0.8, 0.2 * y)
    # no occlusion edge takes part: each surface alone
    for surface in (0.2 * y, np.full_like(y, 0.9)):
        result = lens.blur(photo, surface.astype(np.float32), 0.5, 24)
        inner = np.s_[30:-30, 30:-30]
        assert result[inner].mean() == pytest.approx(photo[inner].mean(), rel=5e-3)
    whole = lens.blur(photo, depth.astype(np.float32), 0.5, 24)
    assert whole.mean() == pytest.approx(photo.mean(), rel=1e-2)


def test_a_light_becomes_a_disc_of_its_boosted_energy():
    photo = np.zeros((201, 201, 3), np.float32)
    photo[99:102, 99:102] = 1
    depth = np.zeros((201, 201), np.float32)
    plain = lens.blur(photo, depth, 1.0, 20, boost=1)
    result = lens.blur(photo, depth, 1.0, 20, boost=10)
    assert result.sum() == pytest.approx(10 * plain.sum(), rel=1e-3)
    disc = result[..., 0] > 0.04
    assert disc.sum() == pytest.approx(np.pi * 20**2, rel=0.1)
    assert disc[100 - 18, 100] and not disc[100 - 23, 100]


def test_a_known_light_becomes_a_disc_of_its_own_energy():
    photo = np.full((201, 201, 3), 0.01, np.float32)
    photo[99:102, 99:102] = (20, 8, 2)
    depth = np.zeros((201, 201), np.float32)
    known = lens.blur(photo, depth, 1.0, 20)
    np.testing.assert_allclose(known.sum((0, 1)), photo.sum((0, 1)), rtol=1e-3)
    disc = known[..., 0] > 0.06
    assert disc.sum() == pytest.approx(np.pi * 20**2, rel=0.06)  # crisp
    twice = lens.blur(photo, depth, 1.0, 20, boost=2)
    more = twice.sum((0, 1)) - known.sum((0, 1))
    np.testing.assert_allclose(more, 9 * np.array([19, 7, 1]), rtol=1e-3)


def test_a_cats_eye_is_cut_towards_the_middle_and_leaves_no_seams():
    photo = np.zeros((400, 400, 3), np.float32)
    photo[199:202, 199:202] = photo[40:43, 40:43] = 1
    depth = np.zeros((400, 400), np.float32)
    lit = lens.blur(photo, depth, 1.0, 24, aperture=aperture.Aperture(cats_eye=0.9))
    disc = lit[..., 0] > 0.3 * lit.max()
    assert disc[60:].sum() > 1.3 * disc[:60].sum() > 0
    even = np.full((400, 400, 3), 0.5, np.float32)
    result = lens.blur(even, depth, 1.0, 24, aperture=aperture.Aperture(cats_eye=0.9))
    np.testing.assert_allclose(result, 0.5, atol=1e-5)


def test_a_fresh_scene_is_much_closer_to_its_truth_than_without_occlusion():
    scene = stage.scene(5, 3, (144, 192), "test")
    assert isinstance(scene, scene_layers.Scene)
    photo, depth = optics.pinhole(scene), optics.disparity(scene)
    truth = np.clip(pixels.to_srgb(optics.shoot(scene, 20.0, rays=96)), 0, 1)
    result = lens.blur(np.clip(photo, 0, 1), depth, scene.focus, 20.0, boost=1)
    radii = np.abs(depth - scene.focus) * 20
    gather = np.clip(photo, 0, 1)
    for radius in range(1, int(radii.max()) + 1):
        blurred = cv2.filter2D(photo, -1, aperture.kernel(aperture.DISC, float(radius)))
        gather = np.where((radii > radius - 0.5)[..., None], blurred, gather)
    assert psnr(result, truth) > psnr(gather, truth) + 6
    assert psnr(result, truth) > 40


def test_lens_truth(shared):
    folder = shared / "data" / "lens_truth"
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: ray-traced truth is there")
    scores = []
    for scene in sorted(folder.glob("scene_*")):
        photo = pixels.to_linear(images.read(scene / "aif.png").pixels)
        depth = depth_maps.read(scene / "disparity.png")
        shots = json.loads((scene / "scene.json").read_text())["shots"]
        for n, shot in enumerate(shots):
            result = lens.blur(photo, depth, shot["focus"], shot["K"])
            eight = pixels.to_float(pixels.to_uint8(pixels.to_srgb(result)))
            truth = pixels.to_float(images.read(scene / f"truth_{n}.png").pixels)
            scores.append(psnr(pixels.to_linear(eight), truth))
    assert np.mean(scores) > 39.0
    assert np.min(scores) > 31.5


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"linear": np.zeros((4, 5), np.float32)}, r"\[H, W, 3\]"),
        ({"linear": np.zeros((4, 5, 3), np.uint8)}, "uint8"),
        ({"disparity": np.zeros((5, 4), np.float32)}, "must be of one size"),
        ({"disparity": np.full((4, 5), np.nan, np.float32)}, "NaN"),
        ({"linear": np.full((4, 5, 3), np.inf, np.float32)}, "infinity"),
        ({"radius": -1}, "radius is -1; expected at least 0"),
        ({"focus": np.nan}, "focus is nan; expected a disparity"),
        ({"focal_range": -0.1}, "focal_range is -0.1"),
        ({"boost": 0.5}, "boost is 0.5; expected at least 1"),
    ],
)
def test_bad_input(change, says):
    good = {
        "linear": np.zeros((4, 5, 3), np.float32),
        "disparity": np.zeros((4, 5), np.float32),
        "focus": 0.5,
        "radius": 10.0,
    }
    with pytest.raises(ValueError, match=says):
        lens.blur(**{**good, **change})
