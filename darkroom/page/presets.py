"""Looks to begin with, in the words of the controls."""

from __future__ import annotations

import dataclasses

from darkroom.render import look


@dataclasses.dataclass(frozen=True)
class Preset:
    """A look with a name.

    Attributes:
      name: a word or two.
      text: what it does to a photo.
      look: the controls that are not at rest.
    """

    name: str
    text: str
    look: look.Look


PRESETS = (
    Preset(
        "Portrait",
        "An 85 mm lens a stop down: the face stands free, the room stays a room.",
        look.Look(f_number=1.8, shape="blades", blades=9, curvature=0.8),
    ),
    Preset(
        "Dream",
        "Wide open: only a breath of the photo is sharp.",
        look.Look(f_number=1.0, shape="disc", spherical=-0.5, vignette=0.4),
    ),
    Preset(
        "Night",
        "Lights bloom into polygons of seven blades.",
        look.Look(
            f_number=1.4,
            shape="blades",
            blades=7,
            curvature=0.3,
            cats_eye=0.3,
            boost=24,
        ),
    ),
    Preset(
        "Bubbles",
        "An old triplet: every light has a bright rim, like soap.",
        look.Look(f_number=1.4, shape="disc", spherical=0.9, boost=24, cats_eye=0.4),
    ),
    Preset(
        "Cinema",
        "Anamorphic: lights stand upright, as tall ovals.",
        look.Look(f_number=1.4, shape="disc", squeeze=0.574, boost=16, cats_eye=0.3),
    ),
    Preset(
        "Mirror",
        "A mirror lens: lights are rings.",
        look.Look(f_number=1.6, shape="ring", boost=16),
    ),
    Preset(
        "Street",
        "A stop for where the surroundings tell the story.",
        look.Look(f_number=4.0, shape="disc"),
    ),
)


def about() -> list[dict[str, object]]:
    """Returns the presets as the page takes them."""
    return [
        {"name": one.name, "text": one.text, "look": look.given(one.look)}
        for one in PRESETS
    ]
