"""The recipe of a data set: all that its files depend on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal, get_args

from darkroom import cli

if TYPE_CHECKING:
    from darkroom.scenes.textures import Split

Layout = Literal["ebb", "stereo", "depth", "portrait", "lens"]

VERSION = 1  # of the scenes; another one makes other pictures
# What is blurred or shifted comes from the stage's margin, 0.12 of the longer side.
_WIDEST = 0.1


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What is made, and how much of it, as flags of darkroom.scenes."""

    layout: Layout = cli.flag(
        "ebb",
        "whose files and folders: EBB!, stereo pairs, depth maps, portraits, or shots "
        "to test a lens on",
    )
    train: int = cli.flag(200, "number of training scenes", lower_bound=0)
    test: int = cli.flag(
        24, "number of test scenes, of photos not used in training", lower_bound=0
    )
    size: str = cli.flag("256x384", "height x width of the photos, in pixels")
    seed: int = cli.flag(0, "another seed, other scenes", lower_bound=0)
    aperture: float = cli.flag(
        0.04,
        "blur radius per unit of disparity, a fraction of the photo's width",
        lower_bound=0.0,
    )
    baseline: float = cli.flag(
        0.08,
        "shift between left and right at disparity 1, a fraction of the width",
        lower_bound=0.0,
    )
    focused: bool = cli.flag(
        False,
        "depth maps that say where the focus is: 255 there, less by the distance "
        "(layout ebb)",
    )
    photos: str | None = cli.flag(
        None,
        "a folder of pictures, sub-folders included, to take textures, cut-outs and "
        "scenes with depth from (how they are named: darkroom/scenes/textures.py)",
    )

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the photos in pixels.

        Raises:
          ValueError: the size is not written HxW.
        """
        return cli.parse_size(self.size)

    def check(self) -> None:
        """Raises ValueError for a recipe that no scene can be made by."""
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
        if self.focused and self.layout != "ebb":
            raise ValueError(
                f"focused is of the layout ebb alone, whose pictures have one focus; "
                f"leave it out for {self.layout}"
            )
        if min(self.shape) < 32:
            raise ValueError(
                f"photos of {self.size} pixels are too small to hold a scene; ask for "
                "at least 32x32"
            )

    def count(self, split: Split) -> int:
        """Returns how many scenes a split has."""
        return self.train if split == "train" else self.test

    def content(self) -> dict[str, object]:
        """Returns what a data set's `scenes.json` holds."""
        height, width = self.shape
        optional = {"photos": self.photos, "focused": self.focused}
        return {
            "layout": self.layout,
            "train": self.train,
            "test": self.test,
            "height": height,
            "width": width,
            "seed": self.seed,
            "aperture": self.aperture,
            "baseline": self.baseline,
            "version": VERSION,
        } | {name: value for name, value in optional.items() if value}


@dataclasses.dataclass(frozen=True)
class Config(Recipe):
    """Flags of darkroom.scenes: a recipe, where to make it, and by how many processes.

    It is not in the program's own file, as the processes could not import it there.
    """

    output: str | None = cli.flag(None, "the folder, new, empty or begun before")
    workers: int | None = cli.flag(
        None, "processes that work side by side (default: one per core)", lower_bound=1
    )
