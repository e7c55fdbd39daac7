"""The simpler renderers: the figures they are known by, and what they do."""

import dataclasses
import sys

import numpy as np
import pytest

from benchmarks.lens import comparison, compiled, renderers, scatter, scores, truth
from darkroom import pixels


def test_the_figures_of_the_field(shared) -> None:
    """Catches a weakened baseline: PSNR on the set lens_truth."""
    folder = shared / "data" / "lens_truth"
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: exact answers are there")
    known = {
        "untouched": 23.8,
        "classic": 28.2,
        "graded": 28.9,
        "gather": 30.9,
        "scatter": 31.3,
    }
    shots = truth.read(folder)
    for name, figure in known.items():
        render = renderers.ALL[name]
        psnr = [
            scores.psnr(s.truth, pixels.to_uint8(comparison.render(render, s)))
            for s in shots
        ]
        assert np.mean(psnr) == pytest.approx(figure, abs=0.05), name


@pytest.mark.parametrize("name", list(renderers.ALL))
def test_what_is_in_focus_is_the_photo(shot, name) -> None:
    """Catches a blur of everything, and light taken for sRGB on the way back."""
    flat = dataclasses.replace(shot, disparity=np.full((48, 64), 0.8, np.float32))
    made = pixels.to_uint8(comparison.render(renderers.ALL[name], flat))
    np.testing.assert_array_equal(made, shot.photo)


def test_one_disc_has_the_mean_radius_of_what_is_blurred(shot) -> None:
    """Catches a mean over the picture: a radius of 5.5 instead of 6."""
    photo = np.zeros_like(shot.photo)
    photo[8, 10] = 255
    spot = renderers.one_disc(photo, shot.disparity, 0.8, 10.0)[..., 0]
    assert spot[8, 10] == pytest.approx(1 / 36 / np.pi, rel=0.02)
    assert spot[8, 16] > 1e-3
    assert spot[8, 17] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("name", "boost"), [("lens", None), ("lens, boost 1", 1)])
def test_the_lens_gets_light_and_boost(shot, monkeypatch, name, boost) -> None:
    def blur(linear, disparity, focus, radius, **options):
        np.testing.assert_array_equal(linear, pixels.to_linear(shot.photo))
        assert (focus, radius, options.get("boost")) == (0.8, 10.0, boost)
        return linear

    monkeypatch.setattr(renderers.lens, "blur", blur)
    made = comparison.render(renderers.ALL[name], shot)
    np.testing.assert_array_equal(pixels.to_uint8(made), shot.photo)


def disc_mean(linear, y, x, radius):
    """The mean of the disc by brute force, of a mirrored picture."""
    border = int(radius) + 2
    wide = np.pad(linear, ((border, border), (border, border), (0, 0)), "symmetric")
    rows, columns = np.ogrid[: wide.shape[0], : wide.shape[1]]
    away = np.hypot(rows - y - border, columns - x - border)
    weight = np.clip(radius + 0.5 - away, 0, 1)[..., None]
    return (weight * wide).sum((0, 1)) / weight.sum()


def test_every_pixel_is_the_mean_of_its_own_disc() -> None:
    """Catches rows and columns exchanged, a neighbour's radius, a rim cut off."""
    rng = np.random.default_rng(3)
    linear = rng.random((11, 17, 3), np.float32)
    blur_radius = rng.uniform(0, 6, (11, 17)).astype(np.float32)
    blurred = renderers.gather(linear, blur_radius)
    for y, x in ((0, 0), (5, 8), (10, 16), (3, 14)):
        wanted = disc_mean(linear, y, x, blur_radius[y, x])
        np.testing.assert_allclose(blurred[y, x], wanted, atol=1e-5)


def test_without_radius_nothing_changes() -> None:
    linear = np.random.default_rng(4).random((5, 7, 3), np.float32)
    np.testing.assert_array_equal(
        renderers.gather(linear, np.zeros((5, 7), np.float32)), linear
    )


def test_without_its_compiler_a_sentence_says_so(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    compiled.compiled.cache_clear()
    flat = np.ones((5, 7, 3), np.float32)
    with pytest.raises(ValueError, match="and there is none: pip install numba"):
        renderers.gather(flat, flat[..., 0])


def test_a_source_is_spread_evenly_over_its_disc() -> None:
    """Catches a radius for a diameter, and light that is lost on the way."""
    light = np.zeros((41, 41, 3), np.float32)
    light[20, 20] = 1
    flat = np.ones((41, 41), np.float32)
    spread = scatter.scattered(light, flat, 8 * flat)
    assert spread.sum() == pytest.approx(3, rel=1e-4)
    assert spread[20, 20, 0] == pytest.approx(1 / (64 * np.pi), rel=0.02)
    assert spread[20, 28].min() > 0
    assert spread[20, 29].max() == 0


def test_what_is_behind_does_not_cover_what_is_sharp_and_near() -> None:
    """Catches an order that is turned round: then the near edge is veiled."""
    light = np.zeros((20, 40, 3), np.float32)
    light[:, :20] = 1
    near = np.zeros((20, 40), np.float32)
    near[:, 20:] = 1
    kept = scatter.scattered(light, near, 6 * (1 - near))
    assert kept[:, 20:].max() == 0
    veiled = scatter.scattered(light, near, 6 * near)
    assert veiled[10, 17].max() < 1
