"""Random scenes: the same again, and by the rule of focus."""

import numpy as np
import pytest

from darkroom.scenes import optics, stage
from darkroom.scenes.textures import Split


def test_a_number_is_a_scene() -> None:
    first = optics.pinhole(stage.scene(3, 7, (48, 64)))
    stage.scene(3, 8, (48, 64))  # in between, others are staged
    np.testing.assert_array_equal(optics.pinhole(stage.scene(3, 7, (48, 64))), first)
    for other in (
        stage.scene(3, 8, (48, 64)),
        stage.scene(4, 7, (48, 64)),
        stage.scene(3, 7, (48, 64), "test"),
    ):
        assert np.abs(optics.pinhole(other) - first).mean() > 0.02


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("size", [(48, 72), (72, 48), (32, 128)])
def test_the_subject_is_the_nearest_object_of_some_size(
    split: Split, size: tuple[int, int]
) -> None:
    """A network can learn the focus only if photo and disparity tell it."""
    nearer = 0
    for index in range(25):
        scene = stage.scene(1, index, size, split)
        assert scene.focus == scene.layers[scene.subject].plane.at_origin
        assert optics.mask(scene).mean() >= stage.SUBJECT_COVERS
        assert optics.mask(scene).mean() < 0.6
        for number, layer in enumerate(scene.layers[:-1]):
            flat = layer.plane.faces_camera
            if number < scene.subject:
                assert layer.plane.at_origin > scene.focus
                assert stage.covered(layer, size).mean() <= stage.NEARER_COVERS
                nearer += 1
            elif number > scene.subject and flat:
                assert layer.plane.at_origin < scene.focus
    assert nearer > 3


def test_scenes_fill_picture_and_margin_and_keep_to_their_range() -> None:
    slanted = 0
    for index in range(30):
        scene = stage.scene(2, index, (48, 64))
        last = scene.layers[-1]
        assert (last.rgba[..., 3] == 1).all()
        assert last.top == last.left == -scene.margin
        assert last.rgba.shape[:2] == (48 + 2 * scene.margin, 64 + 2 * scene.margin)
        shown = optics.disparity(scene)
        assert 0.02 < shown.min() < shown.max() <= 1
        slanted += any(not layer.plane.faces_camera for layer in scene.layers)
        optics.shoot(scene, K=0.04 * 64, rays=4)  # the margin is wide enough
    assert 10 < slanted < 30


@pytest.mark.parametrize("split", ["train", "test"])
def test_nearer_things_hide_farther_ones(split: Split) -> None:
    """Catches things that float below the floor, or stand behind the wall."""
    for index in range(30):
        scene = stage.scene(6, index, (60, 90), split)
        nearest = np.zeros(scene.size, np.float32)
        for layer in scene.layers:
            opaque = stage.covered(layer, scene.size) > 0.5
            there = layer.plane.disparity(*scene.size)
            nearest = np.maximum(nearest, np.where(opaque, there, 0))
        wrong = np.abs(np.minimum(nearest, 1) - optics.disparity(scene)) > 0.02
        assert wrong.mean() < 0.002


def test_lamps_outshine_white() -> None:
    brightest = [
        optics.pinhole(stage.scene(0, index, (48, 64))).max() for index in range(25)
    ]
    assert 2 < sum(level > 1.5 for level in brightest) < 20


def test_portraits_show_a_person() -> None:
    """The head is narrower than the shoulders; blobs and boards are not."""
    narrow = 0
    for index in range(12):
        wide = (optics.mask(stage.scene(0, index, (64, 64), portrait=True)) > 0.5).sum(
            1
        )
        rows = np.flatnonzero(wide)
        head = wide[rows[0] : rows[0] + max(2, len(rows) // 5)].max()
        narrow += head < 0.75 * wide.max()
    assert narrow >= 11


def test_no_room() -> None:
    with pytest.raises(ValueError, match=r"16x64 pixels is too small .* 32x32"):
        stage.scene(0, 0, (16, 64))
