"""Which depth map and which output belong to which photo."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Sequence

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")  # that can be written
_MAPS = (*PICTURES, ".npy")


@dataclasses.dataclass(frozen=True)
class Job:
    """The files of one picture to render."""

    photo: pathlib.Path
    depth: pathlib.Path
    output: pathlib.Path


@dataclasses.dataclass(frozen=True)
class Batch:
    """The files of all of them; `job(photo)` finds one's and checks them."""

    photos: Sequence[pathlib.Path]
    depth: pathlib.Path
    output: pathlib.Path
    overwrite: bool = False

    def check(self) -> None:
        """Raises ValueError where one file is given for several photos, or none is."""
        if not self.photos:
            raise ValueError("no photo was named; pass one or more after the flags")
        several = len(self.photos) > 1
        if several and not self.depth.is_dir():
            raise ValueError(
                f"--depth {self.depth} is not a folder, and there are "
                f"{len(self.photos)} photos; expected a folder of maps named like them"
            )
        suffix = self.output.suffix.lower()
        if self.output.is_dir():
            return
        if several and (suffix in PICTURES or self.output.exists()):
            raise ValueError(
                f"--output {self.output} is one file for {len(self.photos)} photos; "
                "pass a folder"
            )
        if suffix and suffix not in PICTURES:
            raise ValueError(
                f"--output {self.output} ends in {suffix}; expected a folder, or a "
                f"file that ends in {', '.join(PICTURES)}"
            )

    def job(self, photo: pathlib.Path) -> Job:
        """One photo's files.

        Raises:
          ValueError: its map is missing, or its output would replace a file.
        """
        output = self.output
        if output.is_dir() or not output.suffix:
            known = photo.suffix.lower() in PICTURES
            output = output / (photo.name if known else f"{photo.stem}.jpg")
        depth = self._map(photo)
        if _same(output, photo) or _same(output, depth):
            raise ValueError(
                f"{output}: the output would replace what it is made from; pass "
                "another --output"
            )
        if output.exists() and not self.overwrite:
            raise ValueError(
                f"{output} is there already; pass --overwrite to replace it"
            )
        namesakes = [p for p in self.photos if p.name == photo.name and p != photo]
        if namesakes and output.parent == self.output:
            raise ValueError(
                f"{photo} and {namesakes[0]} would both become {output}; render them "
                "one by one"
            )
        return Job(photo, depth, output)

    def _map(self, photo: pathlib.Path) -> pathlib.Path:
        if not self.depth.is_dir():
            return self.depth
        found = sorted(
            file
            for file in self.depth.iterdir()
            if file.stem == photo.stem
            and file.suffix.lower() in _MAPS
            and not _same(file, photo)
        )
        if len(found) != 1:
            came = f"{len(found)} maps" if found else "no map"
            raise ValueError(
                f"{photo}: {self.depth} holds {came} named {photo.stem}; expected one, "
                f"such as {photo.stem}.png"
            )
        return found[0]


def _same(one: pathlib.Path, other: pathlib.Path) -> bool:
    return one.resolve() == other.resolve() or (
        one.exists() and other.exists() and one.samefile(other)
    )
