"""Photos that networks are tried on: real ones, generated ones, your own.

With each comes a disparity in [0, 1], for networks that take one.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import numpy as np

from darkroom import pixels
from darkroom.io import depth_maps, images
from darkroom.litert.graph import Array
from darkroom.litert.quantize import Pictures

Size = tuple[int, int]  # height and width

COUNT = 16  # photos to calibrate on
_GENERATED = 256  # pixels of the shorter side of a generated scene


def real(size: Size, depth: bool = False) -> list[Array]:
    """Returns two real photos, one with its measured depth, the other on a slope.

    Args:
      size: of the arrays, whatever the photos' own.
      depth: whether the disparity is the fourth channel.

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


def stream(folder: str | None, size: Size, depth: bool = False) -> Pictures:
    """Streams photos to calibrate on, as `real` has them, one in memory at a time.

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
        for photo, file in few:
            disparity = depth_maps.read(file) if file else np.zeros(size, np.float32)
            yield _input(images.read(photo).pixels, disparity, size, depth)

    return read


def _files(
    folder: pathlib.Path, depth: bool
) -> list[tuple[pathlib.Path, pathlib.Path | None]]:
    """Lists the photos of a folder, each with its map where a depth is asked for."""
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
    pairs: list[tuple[pathlib.Path, pathlib.Path | None]] = []
    for photo in photos:
        file = named.of(photo).depth
        if not file:
            raise ValueError(
                f"{photo}: there is no depth for it; expected a map beside it, "
                f"{photo.stem}_depth.png, or EBB!'s layout"
            )
        pairs.append((photo, pathlib.Path(file)))
    return pairs


def _generated(size: Size, depth: bool) -> Iterator[Array]:
    from darkroom.scenes import optics, stage

    scale = min(1.0, _GENERATED / min(size))
    height, width = (max(32, round(side * scale)) for side in size)
    for index in range(COUNT):
        scene = stage.scene(0, index, (height, width))
        photo = pixels.to_srgb(optics.pinhole(scene))
        yield _input(photo, optics.disparity(scene), size, depth)


def _input(photo: Array, disparity: Array, size: Size, depth: bool) -> Array:
    array = np.empty((1, *size, 4 if depth else 3), np.float32)
    array[0, ..., :3] = pixels.resize_to(pixels.to_float(photo), size)
    if depth:
        array[0, ..., 3] = pixels.resize_to(disparity.astype(np.float32), size)
    return np.clip(array, 0, 1, out=array)
