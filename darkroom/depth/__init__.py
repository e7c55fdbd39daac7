"""Finds the disparity of a photo: given, inside its file, or guessed.

`scaling` turns a map's numbers into a disparity, `embedded` (with `jpeg`) finds the
one that a phone left in the photo, `network` runs a depth network, `stereo` matches a
second photo, `portrait` guesses. `checks` refuses what is no depth of this photo,
`upsample` brings it to the photo's size. An example:

    from darkroom import depth
    from darkroom.io import images
    found = depth.find(images.read("street.jpg"), source="street_depth.png")
    print(found.said, found.disparity.shape)
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from darkroom.io import images

PRIOR = "prior"


@dataclasses.dataclass(frozen=True)
class Found:
    """A photo's disparity.

    Attributes:
      disparity: `[H, W]` float32 in [0, 1] at the photo's size, 1 is nearest.
      said: where it came from, a phrase such as "the network street.tflite".
    """

    disparity: Any
    said: str


def find(
    photo: images.Photo,
    path: pathlib.Path | None = None,
    source: str = "",
    right: str = "",
    invert: bool = False,
    unit: str = "disparity",
    upsampled: bool = True,
) -> Found:
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
      upsampled: bring it to the photo's size.

    Raises:
      OSError: a file is not there, or may not be read.
      ValueError: it is no depth of this photo, or there is nothing to find it from.
    """
    from darkroom import pixels
    from darkroom.depth import checks, upsample

    if source and right:
        raise ValueError(
            f"got the depth {source} and the right photo {right}; pass only one of them"
        )
    picture = pixels.to_uint8(photo.pixels)
    if right:
        disparity, said = _matched(picture, right)
    elif source:
        disparity, said = _given(picture, path, source, unit)
    else:
        disparity, said = _inside(picture, path)
    checks.varies(disparity, said)
    disparity = 1 - disparity if invert else disparity
    if upsampled:
        disparity = upsample.to_size_of(disparity, picture)
    return Found(disparity, said)


def _matched(picture: Any, right: str) -> tuple[Any, str]:
    from darkroom import pixels
    from darkroom.depth import stereo
    from darkroom.io import images

    name = pathlib.Path(right).name
    other = pixels.to_uint8(images.read(right).pixels)
    try:
        return stereo.disparity(picture, other), f"the right photo {name}"
    except ValueError as error:
        raise ValueError(f"{right}: {error}") from error


def _given(
    picture: Any, path: pathlib.Path | None, source: str, unit: str
) -> tuple[Any, str]:
    from darkroom.depth import checks, network, portrait, scaling
    from darkroom.io import depth_maps

    file = pathlib.Path(source)
    if source == PRIOR:
        return portrait.prior(*picture.shape[:2]), "a guess: lower is nearer"
    if file.suffix.lower() == ".tflite":
        return network.disparity(file, picture), f"the network {file.name}"
    values = depth_maps.numbers(file)
    try:
        disparity = scaling.to_disparity(values, unit)
        disparity, turned = checks.lying_as(picture, disparity, path)
        checks.other_than(picture, disparity)
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from error
    return disparity, f"the map {file.name}{', turned as the photo' if turned else ''}"


def _inside(picture: Any, path: pathlib.Path | None) -> tuple[Any, str]:
    from darkroom.depth import checks, embedded, portrait

    disparity = embedded.find(path) if path else None
    if disparity is not None:
        try:
            checks.lying_as(picture, disparity, None)
        except ValueError as error:
            raise ValueError(f"{path}, the depth map inside: {error}") from error
        return disparity, "the depth map inside the photo"
    guess = portrait.disparity(picture)
    if guess is not None:
        return guess, "a guess: a person in front of a background"
    raise ValueError(
        f"{path or 'the photo'}: there is no depth map inside and no person was found; "
        "pass --depth FILE (a depth map, or a depth network's .tflite), or --right "
        "PHOTO, or --depth prior, or look better for persons after python -m "
        "darkroom.subjects fetch"
    )
