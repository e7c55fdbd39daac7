"""Anybody's photos as textures: which is what, and that test scenes keep theirs."""

import dataclasses
import pathlib

import numpy as np
import pytest
from PIL import Image

from darkroom.io import images
from darkroom.scenes import captured, cutouts, layouts, optics, recipes, stage, textures

SIZE = (48, 72)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A view, a surface, a person, a thing, and a photo with depth; one for tests."""
    root = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)

    def picture(*parts: str, alpha: bool = False) -> None:
        pixels = rng.integers(0, 255, (60, 80, 4 if alpha else 3), np.uint8)
        if alpha:
            pixels[..., 3] = 0
            pixels[10:50, 20:60, 3] = 255
        path = root.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)

    picture("a", "view.jpg")
    picture("a", "surfaces", "cloth.png")
    picture("b", "persons", "someone.png", alpha=True)
    picture("b", "cup.png", alpha=True)
    picture("room.png")
    depth = np.zeros((60, 80), np.uint16)
    depth[:, 40:] = 40_000
    depth[:, :40] = 9_000
    images.write(root / "room_disparity.png", depth)
    picture("test", "other.jpg")
    (root / "notes.txt").write_text("no picture")
    return root


def names(paths: tuple[str, ...]) -> list[str]:
    return [pathlib.Path(path).name for path in paths if "." in path]


def test_pictures_are_sorted_by_kind(folder: pathlib.Path) -> None:
    found = textures.of("train", folder)
    assert names(found.views) == ["view.jpg", "room.png"]
    assert names(found.surfaces) == ["cloth.png"]
    assert names(found.persons) == ["someone.png"]
    assert names(found.things) == ["cup.png"]
    assert names(found.captured) == ["room.png"]
    assert found.photographic
    assert set(textures.PACKAGED["train"].views) < set(found.views)


def test_test_scenes_have_photos_of_their_own(folder: pathlib.Path) -> None:
    found = textures.of("test", folder)
    assert names(found.views) == ["other.jpg"]
    assert not names(found.surfaces + found.persons + found.things + found.captured)


def test_without_a_folder_all_is_as_packaged() -> None:
    assert textures.of("train") is textures.PACKAGED["train"]


def test_a_folder_without_pictures_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="no picture for train"):
        textures.of("train", tmp_path)
    with pytest.raises(ValueError, match="no such folder"):
        textures.of("train", tmp_path / "nowhere")


def test_a_cutout_s_alpha_is_the_file_s(folder: pathlib.Path) -> None:
    photo, alpha = cutouts.read(str(folder / "b" / "cup.png"))
    assert photo.shape == (40, 40, 3)
    assert (alpha == 1).all()


def test_scenes_of_photos_keep_the_rules_of_the_stage(folder: pathlib.Path) -> None:
    """Catches a stretch that leaves [0, 1], turns near and far, or loses the focus."""
    nearest = []
    for index in range(20):
        scene = stage.scene(2, index, SIZE, "train", photos=str(folder))
        shown = optics.disparity(scene)
        assert 0 <= shown.min() < scene.focus <= 1
        nearest.append(shown.max())
        optics.shoot(scene, 0.04 * SIZE[1], rays=2)  # inside the margin
    assert max(nearest) > 0.85


def test_the_subject_is_the_nearest_thing_that_is_large_enough() -> None:
    disparity = np.full((10, 100), 0.1)
    disparity[:, :30] = 0.6
    disparity[:, 30:35] = 0.9  # too small
    assert captured.subject(disparity) == pytest.approx(0.6)


def test_captured_scenes_are_sharp_at_the_subject_only(folder: pathlib.Path) -> None:
    """Catches far taken for near, and a disparity cut elsewhere than its photo."""
    size = f"{SIZE[0]}x{SIZE[1]}"
    recipe = recipes.Recipe("ebb", 40, 1, size, photos=str(folder))
    real = [
        index
        for index in range(40)
        if layouts._captured(recipe, "train", index) is not None
    ]
    assert 1 <= len(real) <= 14
    rng, sources = np.random.default_rng(1), textures.of("train", folder)
    for _ in range(5):
        scene = captured.draw(rng, sources, SIZE)
        assert scene.linear.shape == (*SIZE, 3)
        assert scene.disparity.dtype == np.float32
        near = scene.disparity > 0.5
        if not 0.1 < near.mean() < 0.9:
            continue
        assert scene.focus > 0.5
        map_, focused = (
            layouts._depth_map(
                dataclasses.replace(recipe, focused=says), scene.disparity, scene.focus
            )
            for says in (False, True)
        )
        expected = 255 - np.abs(map_ - 255.0 * scene.focus)
        np.testing.assert_allclose(focused, expected, atol=12)  # halved at edges
        changed = np.abs(scene.shoot(6.0) - scene.linear).mean(2)
        assert changed[near].mean() < 0.3 * changed[~near].mean()
    made = layouts.files(recipe, "train", real[0])
    photo, depth, bokeh = (make() for make in made.values())
    assert photo.shape == bokeh.shape == (*SIZE, 3)
    assert depth.shape == (SIZE[0] // 2, SIZE[1] // 2)
