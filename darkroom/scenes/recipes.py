"""The recipe of a data set: all that its files depend on."""

from __future__ import annotations

import dataclasses
from typing import Literal, get_args

from darkroom.scenes import stage
from darkroom.scenes.photos import Split

Layout = Literal["ebb", "stereo", "depth", "portrait", "lens"]
# what is blurred or shifted comes from the margin; rounded, lest 0.1 be refused
_WIDEST = round(stage.MARGIN - 0.02, 6)


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What is made, and how much of it.

    Attributes:
      layout: whose files and folders.
      train: how many training scenes.
      test: how many held-out scenes, of other photos.
      height: of the photos, in pixels.
      width: of the photos, in pixels.
      seed: of everything random.
      aperture: blur radius per unit of disparity, a fraction of the width.
      baseline: shift between left and right at disparity 1, a fraction of the width.
      version: of the scenes; another one makes other pictures.
      photos: a folder of pictures to take textures from, too.
    """

    layout: Layout
    train: int
    test: int
    height: int
    width: int
    seed: int = 0
    aperture: float = 0.04
    baseline: float = 0.08
    version: int = 1
    photos: str | None = None

    def __post_init__(self) -> None:
        if self.layout not in get_args(Layout):
            raise ValueError(
                f"there is no layout {self.layout!r}; take one of "
                f"{', '.join(get_args(Layout))}"
            )
        if self.train < 0 or self.test < 0 or self.train + self.test == 0:
            raise ValueError(
                f"{self.train} training and {self.test} test scenes make no data "
                "set; ask for at least one scene"
            )
        for name in ("aperture", "baseline"):
            if not 0 <= getattr(self, name) <= _WIDEST:
                raise ValueError(
                    f"the {name} of {getattr(self, name)} of the width does not do; "
                    f"take at least 0 and at most {_WIDEST:g}"
                )
        if min(self.height, self.width) < 32:
            raise ValueError(
                f"photos of {self.height}x{self.width} pixels are too small to hold "
                "a scene; ask for at least 32x32"
            )

    def count(self, split: Split) -> int:
        """How many scenes a split has."""
        return self.train if split == "train" else self.test
