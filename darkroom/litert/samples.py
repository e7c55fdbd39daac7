"""Photos that networks are tried on: real ones, generated ones, your own.

With each comes a disparity in [0, 1], for networks that take one.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from darkroom import pixels
from darkroom.io import depth_maps, images

Array = np.ndarray[Any, Any]
Size = tuple[int, int]  # height and width
Inputs = Callable[[], Iterable[Array]]  # streamed, `[1, H, W, C]` each

COUNT = 16  # photos to calibrate on
_GENERATED = 256  # pixels of the shorter side of a generated scene


def real(size: Size, depth: bool = False) -> list[Array]:
    """Two real photos, one with its measured depth, the other on a slope.

    Args:
      size: of what comes, whatever the photos' own.
      depth: whether the disparity comes along, as fourth channel.

    Returns:
      `[1, H, W, 3]` or `[1, H, W, 4]` each, float32 in [0, 1].
    """
    from skimage import data

    motorcycle, _, measured = data.stereo_motorcycle()
    known = np.isfinite(measured)
    near = np.where(known, measured, 0) / measured[known].max()
    coffee = data.coffee()
    slope = np.repeat(np.linspace(0, 1, len(coffee))[:, None], coffee.shape[1], axis=1)
    pairs = (motorcycle, near), (coffee, slope)
    return [_input(photo, map_, size, depth) for photo, map_ in pairs]


def stream(folder: str | None, size: Size, depth: bool = False) -> Inputs:
    """Photos to calibrate on, one in memory at a time, as `real` gives them.

    Args:
      folder: of photos, in EBB!'s layout, or with NAME_depth.png beside each where a
        depth is asked for; generated scenes without one.
      size, depth: as of `real`.

    Raises:
      ValueError: there is no photo, or one lacks its depth.
    """
    if folder is None:
        return lambda: _generated(size, depth)
    files = _files(pathlib.Path(folder), depth)
    # Evenly from the whole folder, whose photos often come in series.
    few = [files[i * len(files) // COUNT] for i in range(COUNT)]
    few = list(dict.fromkeys(few))

    def read() -> Iterator[Array]:
        for photo, near in few:
            values = depth_maps.read(near) if near else np.zeros(size, np.float32)
            yield _input(images.read(photo).pixels, values, size, depth)

    return read


def _files(
    folder: pathlib.Path, depth: bool
) -> list[tuple[pathlib.Path, pathlib.Path | None]]:
    from darkroom.io import companions
    from darkroom.io import files as photo_files

    if not folder.is_dir():
        raise ValueError(f"{folder}: there is no such folder; expected one of photos")
    place = next(
        (f for f in (folder / "original", folder / "train/original") if f.is_dir()),
        folder,
    )
    maps = "" if place == folder else f"{place.parent}/original_depth"
    named = companions.Companions(depth=maps)
    photos, _ = photo_files.photos([str(place)])
    if not depth:
        return [(photo, None) for photo in photos]
    found: list[tuple[pathlib.Path, pathlib.Path | None]] = []
    for photo in photos:
        near = named.of(photo).depth
        if not near:
            raise ValueError(
                f"{photo}: there is no depth for it; expected a map beside it, "
                f"{photo.stem}_depth.png, or EBB!'s layout"
            )
        found.append((photo, pathlib.Path(near)))
    return found


def _generated(size: Size, depth: bool) -> Iterator[Array]:
    from darkroom.scenes import optics, stage

    scale = min(1.0, _GENERATED / min(size))
    height, width = (max(32, round(side * scale)) for side in size)
    for index in range(COUNT):
        scene = stage.scene(0, index, (height, width))
        photo = pixels.to_srgb(optics.pinhole(scene))
        yield _input(photo, optics.disparity(scene), size, depth)


def _input(photo: Array, near: Array, size: Size, depth: bool) -> Array:
    found = np.empty((1, *size, 4 if depth else 3), np.float32)
    found[0, ..., :3] = pixels.resize_to(pixels.to_float(photo), size)
    if depth:
        found[0, ..., 3] = pixels.resize_to(near.astype(np.float32), size)
    return np.clip(found, 0, 1, out=found)
