"""The files that go with a photo: its depth, a second photo, masks."""

from __future__ import annotations

import dataclasses
import glob
import pathlib

from darkroom.io import depth_maps, saving

DEPTHS = ("_depth", "_disparity")  # a photo's map beside it: NAME_depth.png
PRIOR, NO_NETWORK = "prior", "none"  # depths that are no files
SMALL = "small"  # the depth network that comes with the repository
NETWORKS = (".tflite", ".onnx")


@dataclasses.dataclass(frozen=True)
class Companions:
    """What a command names for all its photos, or what `of` finds for one of them.

    For one photo each is a file; for several, a folder of files with their names. The
    attributes are called as the flags.

    Attributes:
      depth: a map, a depth network's `.tflite` or `.onnx`, "small" for the one that
        comes along, or "prior"; empty to look for a map beside the photo, "none" to do
        so and run no network; None where no depth is wanted.
      right: a photo taken from the right.
      mask: white where the picture must be sharp.
      blur_mask: white where it must be blurred.
      matte: how much of each pixel is the subject's.
    """

    depth: str | None = None
    right: str = ""
    mask: str = ""
    blur_mask: str = ""
    matte: str = ""

    def files(self) -> dict[str, str]:
        """Returns the flags that name a file or a folder, and what they name."""
        every: dict[str, str | None] = dataclasses.asdict(self)
        if self.depth and is_for_all(self.depth):
            del every["depth"]
        return {flag: name for flag, name in every.items() if name}

    def check(self, photos: int) -> None:
        """Raises ValueError if one file is named for several photos."""
        for flag, name in self.files().items():
            if photos > 1 and not pathlib.Path(name).is_dir():
                raise ValueError(
                    f"--{flag} {name} is not a folder, and there are {photos} photos; "
                    "pass a folder of files with the photos' names"
                )

    def of(self, photo: pathlib.Path) -> Companions:
        """Finds one photo's own files.

        Raises:
          ValueError: a file is missing in a folder, or there are two.
        """
        own = {flag: _own(flag, name, photo) for flag, name in self.files().items()}
        if self.depth in ("", NO_NETWORK) and not self.right:
            stems = [f"{photo.stem}{ending}" for ending in DEPTHS]
            own["depth"] = str(_one(photo, photo.parent, stems) or self.depth)
        return dataclasses.replace(self, **own)


NONE = Companions()


def is_for_all(depth: str) -> bool:
    """Tells whether a depth's name is no map of one photo."""
    return depth in ("", PRIOR, NO_NETWORK, SMALL) or is_network(depth)


def is_network(depth: str) -> bool:
    """Tells whether a depth's name is that of a depth network's file."""
    return depth.lower().endswith(NETWORKS)


def _own(flag: str, named: str, photo: pathlib.Path) -> str:
    """Returns what a flag names, or the file in that folder by the photo's name."""
    folder = pathlib.Path(named)
    if not folder.is_dir():
        return named
    stems = [photo.stem, *(f"{photo.stem}{ending}" for ending in DEPTHS)]
    file = _one(photo, folder, stems)
    if file is None:
        raise ValueError(
            f"{photo}: --{flag} {named} holds no file named like it; expected one such "
            f"as {photo.stem}.png"
        )
    return str(file)


def _one(
    photo: pathlib.Path, folder: pathlib.Path, stems: list[str]
) -> pathlib.Path | None:
    """Returns the one file in a folder that has one of these names, if there is one."""
    files = [
        file
        for stem in stems
        for file in sorted(folder.glob(f"{glob.escape(stem)}.*"))
        if file.stem == stem and file.suffix.lower() in depth_maps.SUFFIXES
        if not saving.is_same(file, photo)
    ]
    if len(files) > 1:
        raise ValueError(
            f"{photo}: {files[0]} and {files[1]} are both named like it; name one of "
            "them, or take the other away"
        )
    return files[0] if files else None
