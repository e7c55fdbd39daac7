"""One picture, map or mask of a data set, read and checked."""

from __future__ import annotations

import numpy as np

from cyclegan_tf.data.encoding import Encoding
from cyclegan_tf.data.folders import Picture
from darkroom import pixels
from darkroom.io import depth_maps, images
from darkroom.pixels import Array
from darkroom.train import cache


def photo(picture: Picture, decoded: cache.Cache = cache.NONE) -> Array:
    """Reads a photo, `[H, W, 3]` uint8 or uint16.

    Raises:
      OSError, ValueError: as `images.read`; or there are no two halves.
    """
    return _half(decoded.array(picture.path, "photo", images.pixels_of), picture)


def stored_depth(picture: Picture, decoded: cache.Cache = cache.NONE) -> Array:
    """Reads a depth map as its file holds it, `[H, W]` uint8 or uint16.

    Raises:
      OSError, ValueError: as `depth_maps.stored`; or there are no two halves.
    """
    if picture.side is None:
        return decoded.array(picture.path, "map", depth_maps.stored)
    both = photo(picture, decoded)
    # JPEG leaves the three channels of a grey picture a step apart.
    return np.rint(both.mean(axis=-1)).astype(both.dtype)


def encoded_depth(
    picture: Picture, encoding: Encoding, decoded: cache.Cache = cache.NONE
) -> Array:
    """Reads a depth map as a grey picture, `[H, W]` float32 in [0, 1].

    Raises:
      OSError, ValueError: as `stored_depth`; or the map does not have what the encoding
        wants.
    """
    try:
        return encoding.encode(stored_depth(picture, decoded))
    except ValueError as error:
        if str(picture.path) in str(error):
            raise
        raise ValueError(f"{picture.path}: {error}") from None


def person_mask(
    picture: Picture, content: Array, decoded: cache.Cache = cache.NONE
) -> Array:
    """Reads or makes the mask of where the person is, `[H, W]` bool.

    Args:
      picture: whose file is named in errors, and whose mask is read.
      content: as `photo` reads it.
      decoded: keeps what was read or made.

    Raises:
      OSError: the mask's file is missing.
      ValueError: there is no person, the mask is of another size, or it would have to
        be made and the network for it is not here.
    """
    if picture.mask is None:
        from darkroom.subjects import segmentation

        kind = f"person{'' if picture.side is None else picture.side}"
        mask = decoded.array(
            picture.path, kind, lambda _: segmentation.person(content) >= 0.5
        )
    else:
        stored = decoded.array(picture.mask, "map", depth_maps.stored)
        mask = pixels.to_float(stored) >= 0.5
    if mask.shape != content.shape[:2]:
        raise ValueError(
            f"{picture.mask} is {pixels.hxw(mask)}, its picture {picture.path} is "
            f"{pixels.hxw(content)}; the two must be of one size"
        )
    if not mask.any():
        raise ValueError(
            f"{picture.path}: no person was found in it; leave the picture out, or "
            "put masks beside the pictures"
            if picture.mask is None
            else f"{picture.mask}: there is no person in it; expected white where the "
            "person is, or leave the picture out"
        )
    return mask


def _half(both: Array, picture: Picture) -> Array:
    if picture.side is None:
        return both
    if both.shape[1] % 2 or both.shape[1] < 2:
        raise ValueError(
            f"{picture.path} is {pixels.hxw(both)}; expected input and target of "
            "equal size side by side in it, so an even width"
        )
    half = both.shape[1] // 2
    return both[:, half:] if picture.side else both[:, :half]
