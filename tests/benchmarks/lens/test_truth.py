"""Sets of scenes: read as they were written, and what is no set."""

import json
import pathlib

import numpy as np
import pytest

from benchmarks.lens import truth
from darkroom.io import images
from darkroom.scenes import shots


def write(scene: pathlib.Path, shape=(4, 6), text=None) -> None:
    every = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    images.write(scene / "aif.png", every)
    images.write(scene / "disparity.png", np.full((4, 6), 13107, np.uint16))
    for n in range(2):
        images.write(scene / f"truth_{n}.png", np.full((*shape, 3), n, np.uint8))
    two = {"shots": [{"K": 12.0, "focus": 0.2}, {"K": 24, "focus": 0.7}]}
    (scene / "scene.json").write_text(text or json.dumps(two))


def test_each_shot_has_its_own_truth_and_lens(tmp_path) -> None:
    """Catches a truth or a focus of the shot before, and 16 bits read as 8."""
    write(tmp_path / "scene_01")
    write(tmp_path / "scene_00")
    shots = truth.read(tmp_path)
    names = ["scene_00/0", "scene_00/1", "scene_01/0", "scene_01/1"]
    assert [shot.name for shot in shots] == names
    second = shots[1]
    assert (second.radius, second.focus, second.truth.max()) == (24, 0.7, 1)
    np.testing.assert_allclose(second.disparity, 0.2, atol=1e-6)
    np.testing.assert_allclose(second.blur_radius, 12, atol=1e-4)
    assert second.photo[3, 5, 2] == 71


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"shape": (4, 5)}, "photo is 4x6, its disparity 4x6 and truth 0 4x5"),
        ({"text": '{"K": 1}'}, r'scene.json: expected {"shots": \['),
        ({"text": "{"}, "scene.json: expected"),
        ({"text": '{"shots": [{"K": "wide", "focus": 0}]}'}, "scene.json: expected"),
    ],
)
def test_scenes_that_cannot_be_understood(tmp_path, change, text) -> None:
    write(tmp_path / "scene", **change)
    with pytest.raises(ValueError, match=text):
        truth.read(tmp_path)


def test_a_folder_without_scenes(tmp_path) -> None:
    """Catches a mean over nothing."""
    with pytest.raises(ValueError, match="holds no scene; expected folders with aif"):
        truth.read(tmp_path)


def test_generated_scenes_are_of_the_test_split(monkeypatch) -> None:
    """Catches scores on photos that networks are trained on; width taken for height."""
    from darkroom.scenes import dataset, recipes

    def generate(recipe, folder) -> pathlib.Path:
        assert recipe == recipes.Recipe("lens", 0, 3, "48x64", 5)
        write(pathlib.Path(folder) / "test" / "scene_0")
        return pathlib.Path(folder)

    monkeypatch.setattr(dataset, "generate", generate)
    assert len(truth.generate(3, (48, 64), 5)) == 2


def test_what_shots_spell_is_read(tmp_path) -> None:
    """Catches a scene.json of our own that this cannot read."""
    one = shots.Shot(3.5, 0.25)
    write(tmp_path / "scene", text=shots.to_json([one]))
    (read,) = truth.read(tmp_path)
    assert (read.radius, read.focus) == (3.5, 0.25)


def test_shots_focused_on_the_subject_are_those_of_training_scenes() -> None:
    """Catches another rule of focus than the scenes' own, a radius of the height."""
    from darkroom.scenes import layouts, recipes

    (shot,) = truth.generate_focused(1, (64, 96), 5, 0.04)
    files = layouts.files(recipes.Recipe("ebb", 0, 1, "64x96", 5), "test", 0)
    assert np.array_equal(shot.truth, files["test/bokeh/0.jpg"]())
    assert np.array_equal(shot.photo, files["test/original/0.jpg"]())
    assert shot.radius == 0.04 * 96
    sharp = np.abs(shot.disparity - shot.focus) < 1e-6
    assert 0.05 < sharp.mean() < 1
