"""The files of NYU Depth v2 (Silberman et al. 2012): its labelled set and its split.

`nyu_depth_v2_labeled.mat` is MATLAB 7.3, so HDF5 with all dimensions in reverse order;
`splits.mat` is MATLAB 5.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import math
import pathlib
from collections.abc import Iterator

import h5py
import numpy as np

from darkroom import program
from darkroom.io import reading
from darkroom.pixels import Array

# The official split trains on 795 of 1449 pictures.
_TRAINED = 795 / 1449
_PARTS = ("images", "depths")


@dataclasses.dataclass(frozen=True)
class Labelled:
    """The open labelled set: pictures are read when they are asked for."""

    path: str | pathlib.Path
    images: h5py.Dataset
    depths: h5py.Dataset

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of each picture."""
        _, width, height = self.depths.shape
        return height, width

    def picture(self, index: int) -> tuple[Array, Array]:
        """Reads a photo, `[H, W, 3]` uint8, and its depth, `[H, W]` float32 in metres.

        Raises:
          ValueError: the file is damaged.
        """
        try:
            photo, depth = self.images[index], self.depths[index]
        except Exception as error:  # HDF5 fails in many ways on a damaged file
            raise ValueError(
                f"{self.path}: picture {index + 1} is damaged ({error}); get a whole "
                "copy"
            ) from None
        return photo.transpose(2, 1, 0), depth.T.astype(np.float32)


@contextlib.contextmanager
def labelled(path: str | pathlib.Path) -> Iterator[Labelled]:
    """Opens the labelled set.

    Raises:
      OSError: there is no such file.
      ValueError: it is of another kind.
    """
    expected = "expected nyu_depth_v2_labeled.mat of NYU Depth v2, whole"
    if not h5py.is_hdf5(path):
        with pathlib.Path(path).open("rb"):  # it may not be there at all
            raise ValueError(f"{path}: it is no MATLAB 7.3 (HDF5) file; {expected}")
    try:
        file = h5py.File(path)
        shapes = {name: getattr(file.get(name), "shape", ()) for name in file}
    except Exception as error:  # as above
        raise ValueError(
            f"{path}: it is cut short or damaged ({program.sentence(error)}); "
            f"{expected}"
        ) from None
    with file:
        if not _matching(*(shapes.get(name, ()) for name in _PARTS)):
            contents = [f"{n} of {s}" for n, s in shapes.items()]
            raise ValueError(
                f"{path}: it holds {', '.join(contents[:8]) or 'nothing'}, not images "
                f"of N x 3 x W x H with depths of N x W x H; {expected}"
            )
        reading.check_size(path, 8 * math.prod(shapes["images"][1:]))
        yield Labelled(path, *(file[name] for name in _PARTS))


def _matching(images: tuple[int, ...], depths: tuple[int, ...]) -> bool:
    return len(images) == 4 and images[1] == 3 and depths == (images[0], *images[2:])


def split(path: str | pathlib.Path | None, count: int) -> dict[str, list[int]]:
    """Returns which pictures, from 0, are to train and which to test on.

    Args:
      path: splits.mat. Without it the first 795 of 1449 train, and the rest test:
        the set goes from room to room, so hardly a room is in both.
      count: of pictures in the set.

    Raises:
      OSError: there is no such file.
      ValueError: it is of another kind, or for another set.
    """
    if path is None:
        trained = round(count * _TRAINED)
        return {"train": list(range(trained)), "test": list(range(trained, count))}
    from scipy.io import loadmat

    names = {"train": "trainNdxs", "test": "testNdxs"}
    expected = "expected splits.mat of NYU Depth v2, with trainNdxs and testNdxs"
    file = io.BytesIO(pathlib.Path(path).read_bytes())
    try:
        content = loadmat(file, variable_names=list(names.values()))
    except Exception as error:  # what SciPy raises for other files is of many kinds
        raise ValueError(
            f"{path}: it cannot be read ({program.sentence(error)}); {expected}"
        ) from None
    parts = {}
    for part, name in names.items():
        if name not in content or content[name].dtype.kind not in "uif":
            raise ValueError(f"{path}: it has no {name}; {expected}")
        parts[part] = [int(number) - 1 for number in content[name].ravel()]
        wrong = [number + 1 for number in parts[part] if not 0 <= number < count]
        if wrong:
            raise ValueError(
                f"{path}: {name} names picture {wrong[0]}, and the set has {count}; "
                f"{expected}"
            )
    return parts
