"""Finds the disparity of a photo, by whatever there is to find it by."""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom import pixels
from darkroom.depth import (
    checks,
    embedded,
    network,
    portrait,
    scaling,
    stereo,
    upsample,
)
from darkroom.io import depth_maps, images
from darkroom.pixels import Array

PRIOR = "prior"


@dataclasses.dataclass(frozen=True)
class PhotoDepth:
    """A photo's disparity.

    Attributes:
      disparity: `[H, W]` float32 in [0, 1], 1 is nearest.
      origin: where it came from, a phrase such as "the network street.tflite".
    """

    disparity: Array
    origin: str


def find(
    photo: images.Photo,
    path: pathlib.Path | None = None,
    source: str = "",
    right: str = "",
    invert: bool = False,
    unit: str = "disparity",
    upsampled: bool = True,
) -> PhotoDepth:
    """Finds the disparity of a photo, from what is given, else from what is in it.

    Args:
      photo: as `images.read` gives it.
      path: its file: a phone may have left a depth map there, and it says how a depth
        map beside it must be turned.
      source: a depth map's file, a depth network's `.tflite`, or "prior": lower is
        nearer. With nothing: the depth map inside the photo, else a portrait.
      right: a photo taken from the right, rectified, to match this one with.
      invert: the nearest is 0.
      unit: of a depth map's file: "disparity" or "metres".
      upsampled: bring it to the photo's size; without it, to its proportions.

    Raises:
      OSError: a file is not there, or may not be read.
      ValueError: it is no depth of this photo, or there is nothing to find it from.
    """
    if source and right:
        raise ValueError(
            f"got the depth {source} and the right photo {right}; pass only one of them"
        )
    picture = pixels.to_uint8(photo.pixels)
    if right:
        result = _from_right_photo(picture, pathlib.Path(right))
    elif source == PRIOR:
        prior = portrait.prior(*picture.shape[:2])
        result = PhotoDepth(prior, "a guess: lower is nearer")
    elif source.lower().endswith(".tflite"):
        file = pathlib.Path(source)
        disparity = network.disparity(file, picture)
        result = PhotoDepth(disparity, f"the network {file.name}")
    elif source:
        result = _from_map(picture, path, pathlib.Path(source), unit)
    else:
        result = _from_photo(picture, path)
    checks.reject_flat(result.disparity, result.origin)
    disparity = 1 - result.disparity if invert else result.disparity
    if upsampled:
        disparity = upsample.to_size_of(disparity, picture)
    elif not checks.same_ratio(disparity.shape, picture.shape[:2]):
        # A network has seen the whole photo, squeezed into sides of its own.
        disparity = pixels.resize_to(disparity, picture.shape[:2])
    return PhotoDepth(disparity, result.origin)


def _from_right_photo(picture: Array, right: pathlib.Path) -> PhotoDepth:
    other = pixels.to_uint8(images.read(right).pixels)
    try:
        disparity = stereo.disparity(picture, other)
    except ValueError as error:
        raise ValueError(f"{right}: {error}") from error
    return PhotoDepth(disparity, f"the right photo {right.name}")


def _from_map(
    picture: Array, path: pathlib.Path | None, source: pathlib.Path, unit: str
) -> PhotoDepth:
    values = depth_maps.numbers(source)
    try:
        disparity = scaling.to_disparity(values, unit)
        disparity, turned = checks.oriented_like(picture, disparity, path)
        checks.reject_photo_itself(picture, disparity)
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from error
    how = ", turned as the photo" if turned else ""
    return PhotoDepth(disparity, f"the map {source.name}{how}")


def _from_photo(picture: Array, path: pathlib.Path | None) -> PhotoDepth:
    disparity = embedded.find(path) if path else None
    if disparity is not None:
        try:
            checks.oriented_like(picture, disparity, None)
        except ValueError as error:
            raise ValueError(f"{path}, the depth map inside: {error}") from error
        return PhotoDepth(disparity, "the depth map inside the photo")
    guess = portrait.disparity(picture)
    if guess is not None:
        return PhotoDepth(guess, "a guess: a person in front of a background")
    maker = embedded.foreign(path) if path else ""
    there = (
        f"{maker}'s own depth format is not read here"
        if maker
        else ("there is no depth map inside")
    )
    raise ValueError(
        f"{path or 'the photo'}: {there} and no person was found; "
        "pass --depth FILE (a depth map, or a depth network's .tflite), or --right "
        "PHOTO, or --depth prior, or look better for persons after python -m "
        "darkroom.subjects fetch"
    )
