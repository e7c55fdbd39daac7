"""Photos with a map, and generated scenes, as scenes to learn from."""

import numpy as np
import pytest

from darkroom.io import images
from monodepth.pretrained import samples


def test_photos_with_maps(tmp_path):
    """A photo without a map, and the maps themselves, are none."""
    photo = np.zeros((4, 6, 3), np.uint8)
    near = np.arange(24, dtype=np.uint16).reshape(4, 6) * 2849
    for name in ("a.jpg", "b.png", "c.png"):
        images.write(tmp_path / name, photo)
    images.write(tmp_path / "a_disparity.png", near)
    images.write(tmp_path / "b_depth.png", near[::2, ::2])
    found = samples.with_maps(str(tmp_path))
    assert [(scene.name, scene.left.name) for scene in found] == [
        ("a", "a.jpg"),
        ("b", "b.png"),
    ]
    known = found[0].read()
    np.testing.assert_allclose(known.disparity_px, near / 65535 * 6, rtol=1e-6)
    assert known.valid.all() and found[1].read().disparity_px.shape == (2, 3)


def test_generated_scenes(tmp_path):
    for name in ("0", "1"):
        images.write(
            tmp_path / f"train/original/{name}.jpg", np.zeros((4, 6, 3), np.uint8)
        )
        images.write(
            tmp_path / f"train/original_depth/{name}.png",
            np.full((2, 3), 255, np.uint8),
        )
    found = samples.generated(str(tmp_path))
    assert [scene.left.name for scene in found] == ["0.jpg", "1.jpg"]
    np.testing.assert_array_equal(found[1].read().disparity_px, 3)


def test_what_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="no photo in it has a map beside it"):
        samples.with_maps(str(tmp_path))
    with pytest.raises(ValueError, match="expected train"):
        samples.generated(str(tmp_path))


def test_maps_of_the_focus_are_no_depth(tmp_path):
    recipe = '{"focused": true, "aperture": 0.04, "width": 96}'
    (tmp_path / "scenes.json").write_text(recipe)
    with pytest.raises(ValueError, match=r"not how near; expected scenes .* without"):
        samples.generated(str(tmp_path))
