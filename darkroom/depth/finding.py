"""Finds the disparity of a photo, by whatever there is to find it by."""

from __future__ import annotations

import dataclasses
import pathlib
import shlex

from darkroom import pixels
from darkroom.depth import (
    checks,
    embedded,
    fetch,
    networks,
    portrait,
    runtimes,
    scaling,
    stereo,
    upsample,
)
from darkroom.io import companions, depth_maps, images, shipped
from darkroom.pixels import Array

EXAMPLE = "0.25,0.2,0.5,0.7"  # a box in the middle, for a command to begin with
PRIOR, NO_NETWORK, SMALL = companions.PRIOR, companions.NO_NETWORK, companions.SMALL
BOXED, MATTED = "what the box holds", "what the matte shows"  # subjects' names
SHIPPED = "depth_small.tflite"  # what `SMALL` names, in checkpoints/


@dataclasses.dataclass(frozen=True)
class PhotoDepth:
    """A photo's disparity.

    Attributes:
      disparity: `[H, W]` float32 in [0, 1], 1 is nearest.
      origin: where it came from, a phrase such as "the network street.tflite".
      note: what should be known of it, to be put behind the origin; empty for nothing.
      inverse_metres: what disparity 0 and 1 are, in 1 / metres; None if that is not
        known.
      is_rough: it is a stand-in for what any other source would tell.
    """

    disparity: Array
    origin: str
    note: str = ""
    inverse_metres: tuple[float, float] | None = None
    is_rough: bool = False

    def __str__(self) -> str:
        """Says where it came from, and what should be known of it."""
        return self.origin + self.note


def find(
    photo: images.Photo,
    path: pathlib.Path | None = None,
    source: str = "",
    right: str = "",
    invert: bool = False,
    unit: str = "",
    upsampled: bool = True,
    scale: str = "",
    subject: Array | None = None,
    subject_name: str = BOXED,
) -> PhotoDepth:
    """Finds the disparity of a photo, from what is given, else from what is in it.

    Args:
      photo: as `images.read` gives it.
      path: its file: a phone may have left a depth map there, and it says how a depth
        map beside it must be turned.
      source: a depth map's file, a depth network's (`.tflite`, `.onnx`), "small": the
        network that comes along, or "prior": lower is nearer. With nothing: the depth
        map inside the photo, else the network that was fetched, else a portrait, else
        "small"; with "none" the same without any network.
      right: a photo taken from the right, rectified, to match this one with.
      invert: the nearest is 0.
      unit: of a depth map or of what a network answers: "disparity", "depth" or
        "metres". Empty for disparity in maps, and to ask the network's file.
      upsampled: bring it to the photo's size; without it, to its proportions.
      scale: how a network wants its picture, as `contracts.parse_scale` reads it; empty
        to ask its file.
      subject: `[H, W]` in [0, 1], what stands there, to guess from where nothing else
        tells the depth.
      subject_name: what that is, as the origin says it.

    Raises:
      OSError: a file is not there, or may not be read.
      ValueError: it is no depth of this photo, or there is nothing to find it from.
    """
    if source not in ("", NO_NETWORK) and right:
        raise ValueError(
            f"got the depth {source} and the right photo {right}; pass only one of them"
        )
    picture = pixels.to_uint8(photo.pixels)
    if right:
        result = _from_right_photo(picture, pathlib.Path(right))
    elif source == PRIOR:
        prior = portrait.prior(*picture.shape[:2])
        result = PhotoDepth(prior, "a guess: lower is nearer")
    elif source == SMALL:
        result = _from_shipped(picture)
    elif companions.is_network(source):
        result = _from_network(picture, pathlib.Path(source), scale, unit)
    elif source and source != NO_NETWORK:
        result = _from_map(picture, path, pathlib.Path(source), unit or "disparity")
    else:
        by_network = source != NO_NETWORK
        result = _from_photo(picture, path, by_network, subject, subject_name)
    checks.reject_flat(result.disparity, result.origin)
    disparity = 1 - result.disparity if invert else result.disparity
    note = result.note
    if checks.is_upside_down(disparity):
        note += (
            "; its upper part is nearer, as in 1 real photo of 28: if that is wrong, "
            f"pass --invert_depth={str(not invert).lower()}"
        )
    if upsampled:
        disparity = upsample.to_size_of(disparity, picture)
    elif not checks.same_ratio(disparity.shape, picture.shape[:2]):
        # A network has seen the whole photo, squeezed into sides of its own.
        disparity = pixels.resize_to(disparity, picture.shape[:2])
    metres = result.inverse_metres
    if metres and invert:
        metres = metres[::-1]
    return dataclasses.replace(
        result, disparity=disparity, note=note, inverse_metres=metres
    )


def _from_network(
    picture: Array, file: pathlib.Path, scale: str = "", unit: str = ""
) -> PhotoDepth:
    disparity, note = networks.disparity(file, picture, scale, unit)
    return PhotoDepth(disparity, f"the network {file.name}", note)


def _from_shipped(picture: Array) -> PhotoDepth:
    file = shipped.find(SHIPPED, "--depth FILE.tflite")
    disparity, _ = networks.disparity(file, picture)
    return PhotoDepth(
        disparity,
        f"the small network that comes along, {SHIPPED}",
        "; it is rough: a better one for all photos: python -m darkroom.depth fetch",
        is_rough=True,
    )


def _from_right_photo(picture: Array, right: pathlib.Path) -> PhotoDepth:
    other = pixels.to_uint8(images.read(right).pixels)
    try:
        match = stereo.match(picture, other)
    except ValueError as error:
        raise ValueError(f"{right}: {error}") from error
    note = f"; {match.unmatched:.0%} of the picture had no match"
    return PhotoDepth(match.disparity, f"the right photo {right.name}", note)


def _from_map(
    picture: Array, path: pathlib.Path | None, source: pathlib.Path, unit: str
) -> PhotoDepth:
    runtimes.reject_weights(source)
    values = depth_maps.numbers(source)
    try:
        disparity = scaling.to_disparity(values, unit)
        disparity, turned = checks.oriented_like(picture, disparity, path)
        checks.reject_photo_itself(picture, disparity)
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from error
    how = ", turned as the photo" if turned else ""
    metres = scaling.inverse_metres(values) if unit == "metres" else None
    return PhotoDepth(disparity, f"the map {source.name}{how}", "", metres)


def _from_photo(
    picture: Array,
    path: pathlib.Path | None,
    by_network: bool,
    subject: Array | None,
    subject_name: str,
) -> PhotoDepth:
    disparity = embedded.find(path) if path else None
    if disparity is not None:
        try:
            checks.oriented_like(picture, disparity, None)
        except ValueError as error:
            raise ValueError(f"{path}, the depth map inside: {error}") from error
        return PhotoDepth(disparity, "the depth map inside the photo")
    network = fetch.fetched() if by_network else None
    if network is not None:
        return _from_network(picture, network)
    guess = portrait.guess(picture, subject)
    if guess is not None:
        who = "a person" if subject is None else subject_name
        origin = f"a guess: {who} in front of a background"
        return PhotoDepth(guess.disparity, origin, guess.note)
    if by_network and (shipped.folder() / SHIPPED).is_file():
        return _from_shipped(picture)
    maker = embedded.foreign(path) if path else ""
    there = (
        f"{maker}'s own depth format is not read here"
        if maker
        else ("there is no depth map inside")
    )
    raise ValueError(
        f"{path or 'the photo'}: {there} and no person was found; draw a box around "
        f"what should be sharp: darkroom {shlex.quote(str(path or 'PHOTO'))} --subject "
        f"{EXAMPLE} (x,y,width,height, in fractions); or pass --depth FILE (a map, or "
        "a depth network's .tflite or .onnx), or --right PHOTO; or bring a depth "
        "network for all photos: python -m darkroom.depth fetch; or one that finds "
        "persons: python -m darkroom.subjects fetch; or, a guess, pass --depth prior"
    )
