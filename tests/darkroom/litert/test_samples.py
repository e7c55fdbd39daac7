"""Photos to check files on, and to calibrate them on."""

import pathlib

import numpy as np
import pytest

from darkroom.io import images
from darkroom.litert import samples

SIZE = (40, 64)


def write(path: pathlib.Path, level: int, shape=(50, 80, 3)) -> None:
    images.write(path, np.full(shape, level, np.uint8))


@pytest.mark.parametrize("depth", [False, True])
def test_real_photos_have_the_size_and_range(depth):
    found = samples.real(SIZE, depth)
    assert len(found) == 2
    for array in found:
        assert array.shape == (1, *SIZE, 4 if depth else 3)
        assert array.dtype == np.float32
        assert 0 <= array.min() < 0.1 < 0.9 < array.max() <= 1
        assert array[..., :3].std(axis=(1, 2)).min() > 0.05


def test_real_depth_is_nearer_where_it_is_nearer():
    """Catches an upside-down depth, and holes of infinity."""
    motorcycle, coffee = samples.real(SIZE, depth=True)
    near = motorcycle[0, ..., 3]
    assert near[20, 32] > near[2, 2] + 0.2  # the motorcycle, the wall behind it
    assert coffee[0, 0, 0, 3] < 0.05
    assert coffee[0, -1, 0, 3] > 0.95


def test_generated_scenes_differ_and_come_again():
    """Catches a generator that a second pass finds empty, and one scene repeated."""
    stream = samples.stream(None, SIZE, depth=True)
    first, again = list(stream()), list(stream())
    assert len(first) == samples.COUNT
    np.testing.assert_array_equal(first, again)
    assert np.ptp([array.mean() for array in first]) > 0.05
    assert all(array.shape == (1, *SIZE, 4) for array in first)
    assert all(np.ptp(array[..., 3]) > 0.1 for array in first)


def test_a_folder_is_read_evenly(tmp_path, monkeypatch):
    """Catches the first few of a folder, whose photos come in series."""
    monkeypatch.setattr(samples, "COUNT", 3)
    for level in range(9):
        write(tmp_path / f"{level}.png", 20 * level)
    found = [
        round(255 * array.mean()) for array in samples.stream(str(tmp_path), SIZE)()
    ]
    assert found == [0, 60, 120]
    monkeypatch.setattr(samples, "COUNT", 16)
    assert len(list(samples.stream(str(tmp_path), SIZE)())) == 9


@pytest.mark.parametrize("place", ["", "train/"])
def test_depth_comes_from_beside_or_from_ebbs_layout(tmp_path, place):
    """Catches a depth of zeros, and a depth map that is taken for a photo."""
    write(tmp_path / "1.png", 10)
    write(tmp_path / "1_depth.png", 51, (25, 40))
    (found,) = samples.stream(str(tmp_path), SIZE, depth=True)()
    np.testing.assert_allclose(found[..., 3], 0.2, atol=1e-6)
    np.testing.assert_allclose(found[..., :3], 10 / 255, atol=1e-6)
    folder = tmp_path / "ebb"
    write(folder / place / "original/1.png", 102)
    write(folder / place / "original_depth/1.png", 204, (25, 40))
    (found,) = samples.stream(str(folder), SIZE, depth=True)()
    np.testing.assert_allclose(found[0, 0, 0], [0.4, 0.4, 0.4, 0.8], atol=1e-6)


def test_what_is_missing_is_one_sentence_before_anything_runs(tmp_path):
    with pytest.raises(ValueError, match="none: there is no such folder; expected one"):
        samples.stream(str(tmp_path / "none"), SIZE)
    with pytest.raises(ValueError, match="there is no picture; known endings are"):
        samples.stream(str(tmp_path), SIZE)
    write(tmp_path / "1.png", 10)
    assert samples.stream(str(tmp_path), SIZE)
    with pytest.raises(
        ValueError, match=r"1.png: there is no depth for it; expected a"
    ):
        samples.stream(str(tmp_path), SIZE, depth=True)
