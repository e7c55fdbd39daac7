"""Files of NYU Depth v2's true layout, tiny."""

import h5py
import numpy as np
import pytest
from scipy import io


@pytest.fixture(scope="session")
def rooms():
    """Photos `[N, H, W, 3]` and depths `[N, H, W]` in metres."""
    rng = np.random.Generator(np.random.PCG64(9))
    photos = rng.integers(0, 256, (5, 6, 8, 3), dtype=np.uint8)
    return photos, rng.uniform(0.7, 9.9, (5, 6, 8)).astype(np.float32)


@pytest.fixture
def mat(tmp_path, rooms):
    """The labelled set as MATLAB 7.3 stores it: H x W x 3 x N, dimensions reversed."""
    photos, depths = rooms
    path = tmp_path / "nyu_depth_v2_labeled.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["images"] = photos.transpose(1, 2, 3, 0).T
        file["depths"] = depths.transpose(1, 2, 0).T
        file["labels"] = np.zeros((5, 8, 6), np.uint16)
    header = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\0\2IM"
    with path.open("rb+") as file:
        file.write(header)
    return path


@pytest.fixture
def splits(tmp_path):
    """splits.mat, numbers from 1."""
    path = tmp_path / "splits.mat"
    numbers = {"trainNdxs": [[2], [5], [1]], "testNdxs": [[3], [4]]}
    io.savemat(path, {name: np.array(n, np.uint16) for name, n in numbers.items()})
    return path
