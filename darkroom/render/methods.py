"""A photo drawn by the method that its look names."""

from __future__ import annotations

import numpy as np

from darkroom import pixels
from darkroom.io import images
from darkroom.pixels import Array
from darkroom.remembered import remembered
from darkroom.render import look

_OF_THE_LENS = ("focal_range", "boost", "fringing", "vignette")


def draw(
    photo: images.Photo,
    disparity: Array,
    focus: float,
    how: look.Look,
    matte: Array | None = None,
) -> Array:
    """Draws the picture with the blur in it, of the photo's own type.

    The lens adds light as it falls: in the photo's own primaries, with sRGB's curve,
    which is that of nearly every profile in use. The profile stays, so colours do.

    Args:
      photo: of any size; its alpha takes no part.
      disparity: `[H, W]` in [0, 1] of the photo's size.
      focus: the disparity that is sharp.
      how: the look; none of a network.
      matte: `[H, W]` float32, for the lens: how much of each pixel is the subject's.

    Returns:
      `[H, W, 3]`; without any blur the photo's very pixels.
    """
    radius = look.blur_radius(how, photo.pixels.shape[:2])
    if radius == 0:
        return photo.pixels
    if how.method == "classic":
        return _classic(photo.pixels, disparity, focus, radius)
    if how.method == "graded":
        return _graded(photo.pixels, disparity, focus, radius, how.filter or "gaussian")
    from darkroom import lens
    from darkroom.lens import grain

    options = {name: getattr(how, name) for name in _OF_THE_LENS} | {"matte": matte}
    band = how.focal_range if isinstance(how.focal_range, (float, int)) else 0.0
    blurred = lens.blur(
        _light(photo, disparity, focus, radius, band),
        disparity,
        focus,
        radius,
        aperture=look.opening(how),
        **{name: value for name, value in options.items() if value is not None},
    )
    picture = pixels.to_srgb(blurred, photo.pixels.dtype.type)
    amount = 1.0 if how.grain is None else how.grain
    return grain.restored(picture, photo.pixels, disparity, focus, radius, band, amount)


_linear = remembered(pixels.to_linear)


def _light(
    photo: images.Photo,
    disparity: Array,
    focus: float,
    radius: float,
    focal_range: float,
) -> Array:
    """Returns linear light; out of focus, lights as bright as the gain map says."""
    from darkroom.lens import layers

    linear = _linear(photo.pixels)
    if photo.gain_map is None:
        return linear
    away = np.maximum(np.abs(disparity - focus) - focal_range / 2, 0)
    blurred = np.clip(radius * away - layers.SHARP, 0, 1)[..., None]
    return linear + blurred * (photo.gain_map.lit(linear) - linear)


def _classic(picture: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Blurs by one disc: of the mean distance of threshold and farthest."""
    from darkroom import subjects
    from darkroom.lens import classic

    away = np.abs(disparity - focus)
    faces = [(f.x, f.y, f.width, f.height) for f in subjects.faces(picture)]
    disc = round(radius * 0.75 * float(away.max()))
    return classic.bokeh(picture, away, faces, radius=disc)


def _graded(
    picture: Array, disparity: Array, focus: float, radius: float, filter: str
) -> Array:
    """Blurs by five windows, each as wide as the disc in the middle of its level."""
    from darkroom.lens import graded

    levels = len(graded.SIZES)
    largest = radius * float(np.abs(disparity - focus).max())
    middles = (np.arange(1, levels + 1) + 0.5) / (levels + 1) * largest
    sizes = tuple(2 * round(float(middle)) + 1 for middle in middles)
    return graded.bokeh(picture, disparity, focus, filter=filter, sizes=sizes)
