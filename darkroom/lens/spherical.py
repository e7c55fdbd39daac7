"""Spherical aberration: soap bubbles on one side of the focus, cream on the other.

A simple lens bends the rays of its rim too much or too little. A ray that passes the
opening at rho, 0 at its middle and 1 at its rim, then lands in the disc at

    t = rho (1 - b + b rho^2),

the disc's radius being 1: defocus and third-order aberration (Hecht, "Optics", 6.3.1),
scaled so that the disc keeps its size. Light is dense where t changes slowly:

    I(rho) = rho / (t dt/drho) = 1 / ((1 - b + b rho^2) (1 - b + 3 b rho^2)).

b < 0 makes a bright rim, b > 0 a bright middle that fades out. The rays' error is the
same everywhere, the defocus changes its sign at the focus, and so does b.
"""

from __future__ import annotations

import numpy as np

from darkroom.pixels import Array

STRONGEST = 0.4  # |b|; a rim 10 times as bright as the middle, a middle 5 times
_STEPS = 512


def coefficient(spherical: float) -> float:
    """Returns b behind the focus; in front of it has the other sign.

    Args:
      spherical: -1 to 1; above 0, bubbles are behind the focus and cream in front.
    """
    return -STRONGEST * spherical


def intensity(rho: Array, b: float) -> Array:
    """Returns the light where a ray lands, 1 without aberration.

    Args:
      rho: where it passes the opening, from 0 to 1.
      b: between -0.5 and 1, exclusive.
    """
    inner = 1 - b + b * rho * rho
    return 1 / (inner * (inner + 2 * b * rho * rho))


def opening(t: Array, b: float) -> Array:
    """Returns where rays pass that land at t: the inverse of the cubic, from a table.

    Beyond the disc it goes on as a straight line.
    """
    rho = np.linspace(0, 1, _STEPS)
    inside = np.interp(t, rho * (1 - b + b * rho * rho), rho)
    return np.where(t <= 1, inside, 1 + (t - 1) / (1 + 2 * b))


def slope(rho: Array, b: float) -> Array:
    """Returns dt/drho."""
    rho = np.minimum(rho, 1)
    return 1 - b + 3 * b * rho * rho
