"""The shape of a lens opening, and of the disc that it makes of a point of light.

A shape is drawn in its own coordinates: the opening reaches from the centre to 1. What
is inside is told by a distance to the edge, positive inside, so that a pixel on the
edge is covered in part and a radius may be any fraction of a pixel.
"""

from __future__ import annotations

import dataclasses
import functools
import math

import numpy as np

from darkroom.lens import spherical as aberration
from darkroom.pixels import Array

SHAPES = ("disc", "bubble", "ring", "blades")

_HOLE = 0.5  # radius of a mirror lens' secondary mirror
_RIM = 3.0  # how much light a bubble's rim has more than its centre's 1
_BAND = 2**20  # parts of pixels that are looked at at a time


@dataclasses.dataclass(frozen=True)
class Aperture:
    """What the opening looks like.

    Attributes:
      shape: `disc`; `bubble`, a disc with a bright rim, as an overcorrected lens makes
        it; `ring`, a mirror lens; `blades`, a polygon with its corners on the circle.
      blades: how many blades, 3 to 32; for `blades` only, as the two that follow.
      curvature: 0 for straight blades, 1 for blades as round as the circle.
      rotation: clockwise, in degrees; at 0 a corner points up.
      cats_eye: how far the lens barrel has moved into the opening at the picture's
        corners, 0 to 1 radius: mechanical vignetting.
      squeeze: width over height, 1/4 to 4; below 1 the tall oval of an anamorphic
        lens. The longer of both is the radius.
      spherical: spherical aberration, -1 to 1; above 0, soap bubbles behind the focus
        and cream in front of it (`darkroom.lens.spherical`).

    Raises:
      ValueError: an unknown shape, or a number outside its limits.
    """

    shape: str = "disc"
    blades: int = 5
    curvature: float = 0.0
    rotation: float = 0.0
    cats_eye: float = 0.0
    squeeze: float = 1.0
    spherical: float = 0.0

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ValueError(
                f"there is no aperture shape {self.shape!r}; expected one of "
                f"{', '.join(SHAPES)}"
            )
        limits = (
            ("blades", 3, 32),
            ("curvature", 0, 1),
            ("rotation", -360, 360),
            ("cats_eye", 0, 1),
            ("squeeze", 0.25, 4),
            ("spherical", -1, 1),
        )
        for name, low, high in limits:
            value = getattr(self, name)
            whole = name != "blades" or isinstance(value, int)
            if not (low <= value <= high and whole):
                what = "a whole number" if name == "blades" else "a number"
                # a whole number may be too long for :g
                number = f"{value:g}" if isinstance(value, float) else str(value)[:20]
                raise ValueError(
                    f"the aperture's {name} is {number}; expected {what} from {low:g} "
                    f"to {high:g}"
                )


DISC = Aperture()


@functools.lru_cache(maxsize=128)  # of 4 MB each at a radius of 500 pixels
def kernel(
    aperture: Aperture, radius: float, field: tuple[float, float] = (0.0, 0.0)
) -> Array:
    """Returns how a point of light behind the focus is spread over the pixels.

    `point` is the figure of a point in front of it as well.

    Args:
      aperture: the opening.
      radius: the blur radius in pixels; up to 0.5 the point stays in its pixel.
      field: where in the picture, (x, y) from its centre, x to the right and y down,
        in half diagonals: a corner is 1 away. Only `cats_eye` depends on it.

    Returns:
      `[n, n]` float32, read-only, of sum 1; n is odd and the middle of the opening
      falls on the centre of the middle pixel. A pixel's value is the light on its area.

    Raises:
      ValueError: a radius below 0, or a field outside the picture.
    """
    if not 0 <= radius < math.inf:
        raise ValueError(f"the blur radius is {radius:g}; expected 0 or more pixels")
    if not math.hypot(*field) <= 1 + 1e-6:
        raise ValueError(
            f"the field is {field}; expected a place in the picture: at most one half "
            "diagonal from its centre"
        )
    reach = max(0, math.ceil(radius - 0.5))
    if reach == 0:
        return _frozen(np.ones((1, 1)))
    n = 2 * reach + 1
    fine = max(4, math.ceil(32 / reach))  # parts of a pixel's side
    steps = (np.arange(n * fine) + 0.5) / fine - n / 2
    longer = max(aperture.squeeze, 1.0)
    x = steps[None, :] / (radius * aperture.squeeze / longer)
    y = steps[:, None] / (radius / longer)
    covered = np.empty((n, n))
    band = max(1, _BAND // (n * fine**2))  # rows whose parts take little memory
    for top in range(0, n, band):
        rows = y[top * fine : (top + band) * fine]
        light = _light(aperture, x, rows, radius * fine, field)
        covered[top : top + band] = light.reshape(-1, fine, n, fine).sum((1, 3))
    return _frozen(covered / covered.sum())


def point(
    aperture: Aperture, radius: float, field: tuple[float, float] = (0.0, 0.0)
) -> Array:
    """Returns the figure of a point of light on either side of the focus.

    In front of it the rays have not crossed yet: the figure is turned by 180 degrees,
    and aberration has the other sign.

    Args:
      aperture: the opening.
      radius: the signed blur radius in pixels, above 0 in front of the focus.
      field: as in `kernel`.

    Returns:
      `[n, n]` as `kernel`.
    """
    if radius <= 0:
        return kernel(aperture, -radius, field)
    if aperture.spherical:
        aperture = dataclasses.replace(aperture, spherical=-aperture.spherical)
    return kernel(aperture, radius, field)[::-1, ::-1]


def _light(
    aperture: Aperture,
    x: Array,
    y: Array,
    parts: Array | float,
    field: tuple[float, float],
) -> Array:
    """Returns the light at places in radii; `parts` of a pixel make one radius."""
    dense: Array | float = 1.0
    if aperture.spherical:  # what lands here passes the opening elsewhere
        b = aberration.coefficient(aperture.spherical)
        landing = np.hypot(x, y)
        rho = aberration.opening(landing, b)
        moved = rho / np.maximum(landing, 1e-9)
        x, y = x * moved, y * moved
        dense = aberration.intensity(np.minimum(rho, 1), b)
        parts = parts * aberration.slope(rho, b)
    inside = _inside(aperture, x, y)
    if aperture.cats_eye and any(field):
        # The barrel's front end: seen from the picture's right it lies to the left.
        shift_x, shift_y = (aperture.cats_eye * offset for offset in field)
        inside = np.minimum(inside, 1 - np.hypot(x + shift_x, y + shift_y))
    light = np.clip(inside * parts + 0.5, 0, 1)  # linear over one part
    if aperture.shape == "bubble":
        light *= 1 + _RIM * (x * x + y * y) ** 4
    return light * dense


def _frozen(values: Array) -> Array:
    """Returns float32 that the cache may hand out many times."""
    values = values.astype(np.float32)
    values.flags.writeable = False
    return values


def _inside(aperture: Aperture, x: Array, y: Array) -> Array:
    """Returns the distance to the opening's edge in radii, positive inside."""
    if aperture.shape == "blades":
        return _polygon(aperture, x, y)
    out = np.hypot(x, y)
    if aperture.shape == "ring":
        return np.minimum(1 - out, out - _HOLE)
    return 1 - out


def _polygon(aperture: Aperture, x: Array, y: Array) -> Array:
    """Returns it for a regular polygon whose sides are arcs through its corners."""
    half = math.pi / aperture.blades
    # An arc of curvature c has the radius 1 / c. One of a million is straight.
    arc = 1 / max(aperture.curvature, 1e-6)
    back = math.sqrt(arc**2 - math.sin(half) ** 2) - math.cos(half)
    inside = np.full(np.broadcast(x, y).shape, np.inf)
    for blade in range(aperture.blades):
        angle = math.radians(aperture.rotation - 90) + (2 * blade + 1) * half
        centre_x, centre_y = -back * math.cos(angle), -back * math.sin(angle)
        inside = np.minimum(inside, arc - np.hypot(x - centre_x, y - centre_y))
    return inside
