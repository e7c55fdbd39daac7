"""Input against consumption, on scenes that take no time."""

import pytest

from benchmarks import data
from darkroom.io import images


def test_scenes_are_of_the_layout_and_size_that_is_measured(tmp_path):
    data.make_scenes(tmp_path, 2, (96, 128))
    for part, name, size in (
        ("original", "1.jpg", (96, 128)),
        ("original_depth", "1.png", (48, 64)),
        ("bokeh", "0.jpg", (96, 128)),
    ):
        picture = images.read(tmp_path / "train" / part / name).pixels
        assert picture.shape == (*size, 3) and picture.std() > 10
    making = data.measure(tmp_path, 7, 32)
    assert min(making) > 0
    assert len([*(tmp_path / "cache").iterdir()]) == 6


def test_levels_that_are_none_are_refused():
    with pytest.raises(ValueError, match="--levels has '8'"):
        data.parse_levels("7,8")
