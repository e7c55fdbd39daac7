"""Several shots of one scene, for testing a lens: how wide, and focused on what."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

import numpy as np

from darkroom.scenes import layers, optics

# blur radius per unit of disparity, a fraction of the picture's longer side: 12, 24
# and 40 pixels at 640
APERTURES = (0.01875, 0.0375, 0.0625)
LAMPS = 0.7  # how often there are lamps: light is what tells lenses apart


@dataclasses.dataclass(frozen=True)
class Shot:
    """What a lens is set to.

    Attributes:
      K: blur radius in pixels per unit of disparity.
      focus: the disparity that is sharp.
    """

    K: float
    focus: float


def draw(seed: Sequence[int], scene: layers.Scene) -> list[Shot]:
    """Draws a shot for each of `APERTURES`.

    The first is focused on what is nearest; the others on anything in the picture,
    be it large or small, a floor counting by its rows.
    """
    rng = np.random.default_rng([*seed, 1])  # a stream apart from the stage's
    shown = np.unique(optics.disparity(scene))
    focuses = [shown[-1], *rng.choice(shown, len(APERTURES) - 1)]
    side = max(scene.size)
    return [
        Shot(aperture * side, float(focus))
        for aperture, focus in zip(APERTURES, focuses, strict=True)
    ]


def to_json(shots: Sequence[Shot]) -> str:
    """Returns the shots as JSON, `{"shots": [{"K": ..., "focus": ...}, ...]}`."""
    content = {"shots": [dataclasses.asdict(shot) for shot in shots]}
    return json.dumps(content, indent=2) + "\n"
