"""Shots: as wide as the picture is large, focused on something that is there."""

import json

import numpy as np

from darkroom.scenes import optics, shots, stage


def test_the_lens_grows_with_the_longer_side() -> None:
    """Catches the height taken for the width: 12, 24 and 40 pixels at 640."""
    scene = stage.scene(0, 0, (64, 48))
    wide = [shot.K for shot in shots.draw((0, 0), scene)]
    np.testing.assert_allclose(wide, [1.2, 2.4, 4.0])
    for shot in shots.draw((0, 0), scene):
        optics.shoot(scene, shot.K, shot.focus, rays=1)  # inside the margin


def test_every_focus_is_in_the_picture_and_the_first_is_nearest() -> None:
    scene = stage.scene(0, 1, (48, 64))
    shown = optics.disparity(scene)
    drawn = shots.draw((0, 1), scene)
    assert drawn[0].focus == shown.max()
    assert all(shot.focus in shown for shot in drawn)
    assert drawn == shots.draw((0, 1), scene)
    assert drawn != shots.draw((0, 2), scene)


def test_shots_spell_json_that_ends_whole() -> None:
    """Catches a file that `layouts.whole` would take for cut short."""
    text = shots.to_json([shots.Shot(12.0, 0.5)])
    assert json.loads(text) == {"shots": [{"K": 12.0, "focus": 0.5}]}
    assert text.endswith("}\n")
