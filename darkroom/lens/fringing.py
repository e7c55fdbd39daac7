"""Longitudinal colour: green is focused elsewhere than red and blue.

So a disc's edge is green behind the focus and magenta in front of it. The difference of
the radii is one number of pixels all over the picture, as it is in a lens, but for what
is nearly sharp: there it is half of the radius, and what is in focus stays clean.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from darkroom.lens import tiles
from darkroom.lens.layers import Layers
from darkroom.lens.view import View
from darkroom.pixels import Array

STRONGEST = 0.02  # of K: half of what the radii differ by at 1


def render(view: View, shift: float) -> Array:
    """Renders a view twice and takes green from one, red and blue from the other.

    Args:
      view: what is rendered.
      shift: by how many pixels green's radii are larger behind the focus and smaller in
        front; those of red and blue go the other way.

    Returns:
      `[H, W, 3]` float32, linear light.
    """
    picture, other = (
        tiles.render(dataclasses.replace(view, depth=shifted(view.depth, by)))
        for by in (shift, -shift)
    )
    picture[..., 1] = other[..., 1]
    return picture


def shifted(depth: Layers, shift: float) -> Layers:
    """Returns layers whose signed radii have grown, by half of themselves at most."""
    radii = depth.radii
    by = np.sign(shift) * np.minimum(abs(shift), np.abs(radii) / 2)
    return dataclasses.replace(depth, radii=radii + by)
