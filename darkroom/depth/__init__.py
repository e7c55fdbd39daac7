"""Finds the disparity of a photo: given, inside its file, or guessed.

`scaling` turns a map's numbers into a disparity, `embedded` (with `jpeg`) finds the
one that a phone left in the photo, `networks` runs any depth network (`contracts` knows
what its file does not tell, `runtimes` run it, `fetch` brings one), `stereo` matches a
second photo, `portrait` guesses. `checks` refuses what is no depth of this photo,
`upsample` brings it to the photo's size; `finding` goes through all of them. `writing`
saves a disparity. An example:

    from darkroom import depth
    from darkroom.io import images
    street = depth.find(images.read("street.jpg"), source="street_depth.png")
    print(street.origin, street.disparity.shape)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from darkroom.depth.finding import BOXED, MATTED, PRIOR, PhotoDepth, find

__all__ = ["BOXED", "MATTED", "PRIOR", "PhotoDepth", "find"]


def __getattr__(name: str) -> object:
    """Imports what is used when it is used: --help needs neither NumPy nor OpenCV."""
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    from darkroom.depth import finding

    return getattr(finding, name)
