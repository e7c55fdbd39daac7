"""The lens: a sharp photo and its disparity become a wide-aperture photo.

A thin lens of focal length f and f-number N, focused at s_f, spreads a point at the
distance s over a disc of the radius f^2 / (2 N (s_f - f)) * |s - s_f| / s, which is
linear in disparity (1 / s): `r = K * |d - focus|` pixels (Potmesil and Chakravarty,
SIGGRAPH 1981). Light adds up, so all of it happens in linear light.

Depth is cut into layers, each of one radius, and a pixel between two is in both
(`layers`). A pixel that an edge or hair covers in part is taken apart into what is in
front and what is behind (`silhouettes`: by a matte through `unmixing`, else by
`edges`; `mixed` is a list of these). Each layer is cut out (`cutting`) of the photo or
a smaller one (`view`) and blurred (`blurred_layer`) on a grid as coarse as its blur
allows (`coarse`), and they are composited from near to far, tile by tile (`tiles`),
each of which looks at those that are near it (`blocks`). What a near thing hides is
continued behind its edges as far as the lens can see past them (`hidden`), and
clipped lights get their brightness back (`lights`). `aperture` is the shape of the
disc, `spherical` its aberration; `fringing` and `vignette` are two more faults of
real lenses. `focus` is what a click or an f-number means; `classic` and `graded` are
two earlier renderers, to compare with.
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from darkroom.lens import fringing as colour
from darkroom.lens import layers, lights, silhouettes, tiles
from darkroom.lens import vignette as corners
from darkroom.lens.aperture import DISC, Aperture
from darkroom.lens.view import View
from darkroom.pixels import Array

_WHITE = 1.001  # above it, a photo's values are no rounding of white


def blur(
    linear: Array,
    disparity: Array,
    focus: float,
    radius: float,
    *,
    focal_range: float = 0.0,
    aperture: Aperture = DISC,
    boost: float | None = None,
    fringing: float = 0.0,
    vignette: float = 0.0,
    matte: Array | None = None,
) -> Array:
    """Blurs a sharp photo as a lens focused at `focus` would.

    Args:
      linear: `[H, W, 3]` float32, the sharp photo in linear light; any primaries.
      disparity: `[H, W]` float32 in [0, 1], larger is nearer.
      focus: the disparity that is sharp.
      radius: K, the blur radius in pixels per unit of disparity; 0 is a pinhole.
      focal_range: how wide a band of disparities around the focus stays sharp.
      aperture: the opening's shape.
      boost: how many times brighter than white a small clipped light is taken to be
        (default: `lights.BOOST`); 1 takes the photo as it is. Where the photo itself
        says how bright its lights are, with values above 1, a factor to these
        (default: 1).
      fringing: longitudinal colour, 0 to 1: edges are green behind the focus, magenta
        in front (`darkroom.lens.fringing`).
      vignette: how dark the corners get, 0 to 1 (`darkroom.lens.vignette`).

    Returns:
      `[H, W, 3]` float32, linear light, a new array. Where the blur's radius is at most
      half a pixel and nothing nearer spreads over it, the photo's very values, but for
      the vignette, and for pixels beside a step of depth that show both sides of it.

    Raises:
      ValueError: sizes that do not fit, NaN, or a number out of its range.
    """
    _check(linear, disparity, focus, radius, focal_range, boost)
    if matte is not None:
        _check_matte(matte, disparity.shape)
    for name, share in (("fringing", fringing), ("vignette", vignette)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} is {share:g}; expected 0 to 1")
    photo = np.ascontiguousarray(linear, np.float32)
    depth = layers.split(disparity, focus, radius, focal_range)
    if not radius:
        return photo.copy()
    if depth.radii.any():
        photo, bright = _lights(photo, depth, boost)
        if matte is not None:
            matte = matte.astype(np.float32, copy=False)
        soft = silhouettes.find(photo, depth, matte)
        if soft is None:
            view = View(photo, depth, bright, aperture)
        else:
            view = View(photo, soft.depth, bright, aperture, soft.mixed)
        shift = fringing * colour.STRONGEST * radius
        picture = colour.render(view, shift) if shift else tiles.render(view)
    else:
        picture = photo.copy()
    return corners.darkened(picture, vignette) if vignette else picture


def _lights(
    photo: Array, depth: layers.Layers, boost: float | None
) -> tuple[Array, lights.Lights]:
    """Returns the photo without the lights that it shows, and the lights above it."""
    if cv2.minMaxLoc(photo.reshape(1, -1))[1] > _WHITE:
        photo, known = lights.split(photo, depth)
        factor = np.float32(1 if boost is None else boost)
        return photo, dataclasses.replace(known, excess=known.excess * factor)
    boost = lights.BOOST if boost is None else boost
    return photo, lights.find(photo, depth, boost) if boost > 1 else lights.NONE


def _check_matte(matte: Array, shape: tuple[int, ...]) -> None:
    if matte.shape != shape or matte.dtype.kind != "f":
        raise ValueError(
            f"got a matte of {matte.dtype} and shape {matte.shape}; expected the "
            f"photo's {shape} of float in [0, 1]: resize it"
        )
    low, high = cv2.minMaxLoc(matte)[:2]
    if not (low >= 0 and high <= 1 and np.isfinite(cv2.sumElems(matte)[0])):
        raise ValueError(
            f"the matte's values reach from {low:g} to {high:g}; expected [0, 1], and "
            "no NaN"
        )


def _check(
    linear: Array,
    disparity: Array,
    focus: float,
    radius: float,
    focal_range: float,
    boost: float | None,
) -> None:
    if linear.ndim != 3 or linear.shape[2] != 3 or linear.dtype.kind != "f":
        raise ValueError(
            f"got a photo of {linear.dtype} and shape {linear.shape}; expected "
            "[H, W, 3] of float in linear light (pixels.to_linear)"
        )
    if disparity.shape != linear.shape[:2]:
        raise ValueError(
            f"the disparity's shape is {disparity.shape}, the photo's "
            f"{linear.shape[:2]}; they must be of one size: resize the disparity"
        )
    # a sum is NaN or infinite if any part is
    if not np.isfinite(cv2.sumElems(linear) + cv2.sumElems(disparity)).all():
        raise ValueError(
            "the photo or the disparity holds NaN or infinity; expected numbers: fill "
            "the holes first"
        )
    for name, value, least in (
        ("focus", focus, -np.inf),
        ("radius", radius, 0),
        ("focal_range", focal_range, 0),
        ("boost", 1 if boost is None else boost, 1),
    ):
        if not least <= value < np.inf:
            raise ValueError(
                f"{name} is {value:g}; expected "
                + (f"at least {least:g}" if np.isfinite(least) else "a disparity")
            )
