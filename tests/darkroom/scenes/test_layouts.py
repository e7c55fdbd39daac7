"""What each data set's files hold."""

import dataclasses
import json
import pathlib

import numpy as np
import pytest

from darkroom import pixels
from darkroom.io import images
from darkroom.scenes import layouts, optics, recipes, shots, stage

SIZE = (48, 70)


def recipe(layout: recipes.Layout) -> recipes.Recipe:
    return recipes.Recipe(layout, 3, 2, "48x70", seed=4)


def test_ebb_has_the_photo_its_depth_at_half_size_and_its_bokeh() -> None:
    made = layouts.files(recipe("ebb"), "train", 2)
    scene = stage.scene(4, 2, SIZE)
    sharp, depth, bokeh = (picture() for picture in made.values())
    assert list(made) == [
        "train/original/2.jpg",
        "train/original_depth/2.png",
        "train/bokeh/2.jpg",
    ]
    assert sharp.shape == bokeh.shape == (48, 70, 3)
    assert depth.shape == (24, 35)
    assert sharp.dtype == depth.dtype == bokeh.dtype == np.uint8
    near = optics.disparity(scene).reshape(24, 2, 35, 2).mean((1, 3)) * 255
    assert np.abs(depth - near).mean() < 3
    wanted = pixels.to_srgb(np.clip(optics.shoot(scene, 0.04 * 70), 0, 1)) * 255
    assert np.abs(bokeh - wanted).max() <= 0.51


def test_focused_maps_are_255_in_focus_and_fall_by_the_distance() -> None:
    """On both sides; photo and bokeh are the same as without."""
    plain = layouts.files(recipe("ebb"), "train", 2)
    other = dataclasses.replace(recipe("ebb"), focused=True)
    other.check()
    focused = layouts.files(other, "train", 2)
    scene = stage.scene(4, 2, SIZE)
    away = np.abs(optics.disparity(scene) - scene.focus)
    expected = (1 - away).reshape(24, 2, 35, 2).mean((1, 3)) * 255
    name = "train/original_depth/2.png"
    assert np.abs(focused[name]() - expected).mean() < 3
    assert np.abs(plain[name]() - expected).mean() > 20
    for name in ("train/original/2.jpg", "train/bokeh/2.jpg"):
        np.testing.assert_array_equal(focused[name](), plain[name]())


def test_stereo_disparity_is_the_shift_in_pixels_times_256() -> None:
    made = layouts.files(recipe("stereo"), "test", 1)
    assert list(made) == [
        f"{n}/4.png" for n in ("left", "right", "disp_left", "disp_right")
    ]
    left, right, shift, there = (picture() for picture in made.values())
    assert shift.dtype == there.dtype == np.uint16
    assert shift.min() > 0  # 0 would say unknown
    scene = stage.scene(4, 1, SIZE, "test")
    np.testing.assert_allclose(
        shift / 256, optics.disparity(scene) * 0.08 * 70, atol=1 / 256
    )
    assert not np.array_equal(left, right)
    assert layouts.lists(recipe("stereo"))["test.txt"] == (
        "left/3.png right/3.png\nleft/4.png right/4.png\n"
    )


def test_depth_is_in_millimetres_and_the_far_is_far() -> None:
    photo, depth = (
        picture() for picture in layouts.files(recipe("depth"), "train", 0).values()
    )
    shown = optics.disparity(stage.scene(4, 0, SIZE))
    np.testing.assert_allclose(depth, 1000 / shown, atol=0.51)
    assert depth.dtype == np.uint16
    assert depth.max() < 65535
    assert photo.shape == (48, 70, 3)


def test_portraits_are_unpaired_and_have_masks() -> None:
    made = layouts.files(recipe("portrait"), "test", 1)
    assert list(made) == [
        "testA/1.png",
        "testA_mask/1.png",
        "testB/1.png",
        "testB_mask/1.png",
    ]
    _, mask_a, _, mask_b = (picture() for picture in made.values())
    assert set(np.unique(mask_a)) == {0, 255}
    assert (mask_a != mask_b).mean() > 0.01


def test_a_lens_scene_has_a_truth_for_each_shot() -> None:
    """Catches one shot's truth under another's number, and closures over the last."""
    made = {
        place.removeprefix("test/scene_1/"): make()
        for place, make in layouts.files(recipe("lens"), "test", 1).items()
    }
    scene = stage.scene(4, 1, SIZE, "test", lamps=shots.LAMPS)
    photo = pixels.to_srgb(optics.pinhole(scene), np.uint8)
    np.testing.assert_array_equal(made.pop("aif.png"), photo)
    disparity = made.pop("disparity.png")
    assert disparity.dtype == np.uint16
    np.testing.assert_allclose(
        disparity / 65535, optics.disparity(scene), atol=0.6 / 65535
    )
    lenses = json.loads(made.pop("scene.json"))["shots"]
    assert sorted(made) == ["truth_0.png", "truth_1.png", "truth_2.png"]
    for n, lens in enumerate(lenses):
        truth = optics.shoot(scene, lens["K"], lens["focus"])
        wanted = pixels.to_srgb(truth, np.uint8)
        np.testing.assert_array_equal(made[f"truth_{n}.png"], wanted)


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_file_is_whole_only_with_its_end(tmp_path: pathlib.Path, suffix: str) -> None:
    path = tmp_path / f"0{suffix}"
    assert not layouts.whole(path)
    path.write_bytes(b"")
    assert not layouts.whole(path)
    images.write(path, np.zeros((20, 30, 3), np.uint8))
    assert layouts.whole(path)
    path.write_bytes(path.read_bytes()[:-1])
    assert not layouts.whole(path)
