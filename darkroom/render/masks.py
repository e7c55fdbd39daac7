"""Masks and mattes from files, at the photo's size."""

from __future__ import annotations

import pathlib

from darkroom import pixels
from darkroom.io import depth_maps, images
from darkroom.pixels import Array

_STRETCH = 1.1  # by which its proportions may differ from the photo's


def read(path: str, size: tuple[int, int]) -> Array | None:
    """Reads a mask, `[H, W]` float32 in [0, 1]; None without a path.

    Args:
      path: of a grey picture or map of any size, or empty.
      size: of the photo, HxW.

    Raises:
      OSError, ValueError: there is no such file, it is no map, or of other proportions.
    """
    return _fitted(path, "mask", depth_maps.read(path), size) if path else None


def read_matte(path: str, size: tuple[int, int]) -> Array | None:
    """Reads a matte as `read`; of a picture with transparency that is taken.

    Raises:
      OSError, ValueError: as `read`, or it shows nothing, or all.
    """
    if not path:
        return None
    matte = _alpha(path)
    if matte is None:
        try:
            matte = depth_maps.read(path)
        except ValueError as error:
            raise ValueError(
                f"{error}; a matte is grey, white where the subject is, or the "
                "transparency of a picture"
            ) from None
    matte = _fitted(path, "matte", matte, size)
    for is_missing, lack in (
        (matte.max() < 0.5, "darker than grey everywhere: it shows no subject"),
        (matte.min() >= 0.5, "brighter than grey everywhere: nothing is around it"),
    ):
        if is_missing:
            raise ValueError(
                f"{path}: the matte is {lack}; expected white where the subject is and "
                "black around it"
            )
    return matte


def check_method(method: str | None) -> None:
    """Refuses a matte for methods that know no soft edges.

    Raises:
      ValueError: it is not the lens.
    """
    if method not in (None, "lens"):
        raise ValueError(
            f"a matte has no effect with the method {method}; take the method lens, or "
            "leave the matte out"
        )


def _alpha(path: str) -> Array | None:
    """Returns a picture's transparency, if it has any."""
    if pathlib.Path(path).suffix.lower() not in images.SUFFIXES:
        return None
    alpha = images.read(path).alpha
    if alpha is None or alpha.min() == alpha.max():
        return None
    return pixels.to_float(alpha)


def _fitted(path: str, what: str, mask: Array, size: tuple[int, int]) -> Array:
    stretch = (mask.shape[1] / mask.shape[0]) / (size[1] / size[0])
    if not 1 / _STRETCH < stretch < _STRETCH:
        raise ValueError(
            f"{path}: the {what} is {pixels.hxw(mask)}, the photo {size[0]}x{size[1]}; "
            "expected the same proportions"
        )
    return mask if mask.shape == size else pixels.resize_to(mask, size)
