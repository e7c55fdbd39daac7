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
    sheet: pathlib.Path | None = None

    def check(self) -> None:
        """Raises ValueError for flags that cannot go together, before any work."""
        if not self.photos:
            raise ValueError("no photo was named; pass one or more after the flags")
        several = len(self.photos) > 1
        if self.sheet is not None:
            self._check_new(self.sheet, *self.photos, self.depth)
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
        output, depth = self._output(photo), self._map(photo)
        self._check_new(output, *self.photos, depth)
        others = [p for p in self.photos if p != photo and self._output(p) == output]
        if others:
            raise ValueError(
                f"{photo} and {others[0]} would both become {output}; render them "
                "one by one"
            )
        return Job(photo, depth, output)

    def _output(self, photo: pathlib.Path) -> pathlib.Path:
        if self.output.suffix and not self.output.is_dir():
            return self.output
        known = photo.suffix.lower() in PICTURES
        return self.output / (photo.name if known else f"{photo.stem}.jpg")

    def _check_new(self, output: pathlib.Path, *sources: pathlib.Path) -> None:
        if any(_same(output, source) for source in sources):
            raise ValueError(
                f"{output}: it would replace what it is made from; name another file"
            )
        if output.exists() and not self.overwrite:
            raise ValueError(
                f"{output} is there already; pass --overwrite to replace it"
            )

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
    return one.exists() and other.exists() and one.samefile(other)
