"""The files that go with a photo: its depth, a second photo, masks."""

from __future__ import annotations

import dataclasses
import glob
import pathlib

from darkroom.io import images, saving

DEPTHS = ("_depth", "_disparity")  # a photo's map beside it: NAME_depth.png
_ENDINGS = (*images.SUFFIXES, ".npy", ".pfm", ".exr")


@dataclasses.dataclass(frozen=True)
class Named:
    """What the command names for all photos: a file for one, or a folder for several.

    Attributes:
      depth, right, sharp, blurred: as in `Job`.
      view: whether to write depth views.
      sweep: the file of a focus sweep, for one photo.
    """

    depth: str | None = None
    right: str | None = None
    sharp: str | None = None
    blurred: str | None = None
    view: bool = False
    sweep: str | None = None

    def files(self) -> dict[str, str]:
        """Flags that name a file or a folder, and what they name."""
        every = {
            "depth": None if _is_for_all(self.depth) else self.depth,
            "right": self.right,
            "mask": self.sharp,
            "blur_mask": self.blurred,
        }
        return {flag: name for flag, name in every.items() if name}

    def check(self, photos: int) -> None:
        """Raises ValueError if one file is named for several photos."""
        for flag, name in self.files().items():
            if photos > 1 and not pathlib.Path(name).is_dir():
                raise ValueError(
                    f"--{flag} {name} is not a folder, and there are {photos} photos; "
                    "pass a folder of files with the photos' names"
                )
        if photos > 1 and self.sweep:
            raise ValueError(
                f"--sweep {self.sweep} is one file for {photos} photos; pass one photo"
            )


@dataclasses.dataclass(frozen=True)
class Job:
    """One photo and the files that go with it; what is None or empty is not wanted.

    Attributes:
      photo: the picture to render.
      depth: a map, a network's file or "prior"; empty to look inside the photo.
      right: a photo taken from the right.
      sharp: the mask of what must be sharp.
      blurred: the mask of what must be blurred.
      output: the picture to write.
      view: the depth view to write.
      sweep: the focus sweep to write.
    """

    photo: pathlib.Path
    depth: str = ""
    right: str = ""
    sharp: str = ""
    blurred: str = ""
    output: pathlib.Path | None = None
    view: pathlib.Path | None = None
    sweep: pathlib.Path | None = None

    def check(self, overwrite: bool) -> None:
        """Raises ValueError if what it writes would replace a file unasked."""
        sources = (self.photo, self.depth, self.right, self.sharp, self.blurred)
        for path in self.writes():
            saving.reject_overwrite(path, overwrite, *sources)

    def writes(self) -> list[pathlib.Path]:
        """The files that come into being."""
        return [path for path in (self.output, self.view, self.sweep) if path]


def job(photo: pathlib.Path, output: pathlib.Path, named: Named) -> Job:
    """One photo's files.

    Raises:
      ValueError: a file is missing in a folder, or there are two.
    """
    files = {flag: _own(flag, name, photo) for flag, name in named.files().items()}
    depth = named.depth or ""
    if not depth and not named.right:
        stems = [f"{photo.stem}{ending}" for ending in DEPTHS]
        depth = str(_one(photo, photo.parent, stems) or "")
    return Job(
        photo,
        files.get("depth", depth),
        files.get("right", ""),
        files.get("mask", ""),
        files.get("blur_mask", ""),
        output,
        output.with_name(f"{photo.stem}_depth_view.png") if named.view else None,
        pathlib.Path(named.sweep) if named.sweep else None,
    )


def _is_for_all(depth: str | None) -> bool:
    return depth is None or depth == "prior" or depth.endswith(".tflite")


def _own(flag: str, named: str, photo: pathlib.Path) -> str:
    """The file of a flag for a photo: named itself, or in a folder by its name."""
    folder = pathlib.Path(named)
    if not folder.is_dir():
        return named
    stems = [photo.stem, *(f"{photo.stem}{ending}" for ending in DEPTHS)]
    found = _one(photo, folder, stems)
    if found is None:
        raise ValueError(
            f"{photo}: --{flag} {named} holds no file named like it; expected one such "
            f"as {photo.stem}.png"
        )
    return str(found)


def _one(
    photo: pathlib.Path, folder: pathlib.Path, stems: list[str]
) -> pathlib.Path | None:
    """The one file in a folder that has one of these names."""
    found = [
        file
        for stem in stems
        for file in sorted(folder.glob(f"{glob.escape(stem)}.*"))
        if file.stem == stem and file.suffix.lower() in _ENDINGS
        if not saving.is_same(file, photo)
    ]
    if len(found) > 1:
        raise ValueError(
            f"{photo}: {found[0]} and {found[1]} are both named like it; name one of "
            "them, or take the other away"
        )
    return found[0] if found else None
