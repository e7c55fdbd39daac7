"""Nights: lamps that clip and bloom, and their exact blur."""

import numpy as np
import pytest

from benchmarks.lens import night
from darkroom import pixels
from darkroom.scenes import optics, stage


def test_glare_moves_light_and_loses_none() -> None:
    lamp = np.zeros((240, 240, 3), np.float32)
    lamp[120, 120] = (10, 5, 1)
    glared = night.glare(lamp)
    np.testing.assert_allclose(glared.sum((0, 1)), (10, 5, 1), rtol=1e-3)
    direct = 1 - sum(share for share, _ in night._GLARE)
    assert 10 * direct < glared[120, 120, 0] < 10
    assert glared[120, 110, 0] > 1e-4


def test_lamps_are_coloured_brighter_than_white_and_behind_the_subject() -> None:
    dark = stage.scene(3, 0, (96, 128), "test", lamps=0)
    scene = night.lit(np.random.default_rng(0), dark)
    lamps = scene.layers[len(dark.layers) - 1 : -1]
    assert len(lamps) >= 12
    for lamp in lamps:
        light = lamp.rgba[..., :3].sum((0, 1)) / lamp.rgba[..., 3].sum()
        assert light.max() >= 2 and light.max() > 1.2 * light.min()
        assert lamp.plane.at_origin < scene.focus
    assert optics.disparity(dark).max() == optics.disparity(scene).max()


def test_shots_are_the_same_for_a_seed_and_lose_brightness_to_white(
    monkeypatch,
) -> None:
    monkeypatch.setattr(night, "RAYS", 32)
    one, again = (night.generate(1, (96, 128), 3) for _ in range(2))
    assert [shot.name for shot in one] == ["night_0/0", "night_0/1", "night_0/2"]
    for shot, same in zip(one, again, strict=True):
        np.testing.assert_array_equal(shot.truth, same.truth)
    light = [pixels.to_linear(p).sum() for p in (one[0].photo, one[2].truth)]
    assert light[1] > 1.1 * light[0]  # the photo's lamps are cut off at white
    assert (one[0].photo.max(axis=2) == 255).any()
    with pytest.raises(ValueError, match="at least 32x32"):
        night.generate(1, (16, 16), 3)
