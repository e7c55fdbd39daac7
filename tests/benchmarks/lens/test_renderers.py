"""The simpler renderers: the figures they are known by, and what they do."""

import dataclasses

import numpy as np
import pytest

from benchmarks.lens import comparison, renderers, scores, truth
from darkroom import pixels


def test_the_figures_of_the_field(shared) -> None:
    """Catches a weakened baseline: PSNR on lens_truth, as in lens.md."""
    folder = shared / "data" / "lens_truth"
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: exact answers are there")
    known = {"untouched": 23.8, "classic": 28.2, "graded": 28.9, "gather": 30.9}
    shots = truth.read(folder)
    for name, figure in known.items():
        render = renderers.ALL[name]
        psnr = [
            scores.psnr(s.truth, pixels.to_uint8(comparison.rendered(render, s)))
            for s in shots
        ]
        assert np.mean(psnr) == pytest.approx(figure, abs=0.05), name


@pytest.mark.parametrize("name", list(renderers.ALL))
def test_what_is_in_focus_is_the_photo(shot, name) -> None:
    """Catches a blur of everything, and light taken for sRGB on the way back."""
    flat = dataclasses.replace(shot, disparity=np.full((48, 64), 0.8, np.float32))
    made = pixels.to_uint8(comparison.rendered(renderers.ALL[name], flat))
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
    made = comparison.rendered(renderers.ALL[name], shot)
    np.testing.assert_array_equal(pixels.to_uint8(made), shot.photo)
