"""What scenes are made of: packaged photos, and anybody's from a folder.

Training and test scenes never share a photo. A folder's pictures, in sub-folders to
any depth, are sorted by their kind:

    *.jpg *.png ...       a view: far backgrounds, posters, things filled with it
    **/surfaces/*         stone, cloth, wood: walls, floors, clothes
    *.png with alpha      a thing cut out, or a person if under **/persons/
    X.jpg + X_disparity.png   also a scene of its own, through `darkroom.lens`;
                          8 or 16 bits, larger is nearer, no holes
    **/test/*             all of this for test scenes only
"""

from __future__ import annotations

import dataclasses
import functools
import os
import pathlib
from typing import Literal

from PIL import Image

from darkroom.io import images

Split = Literal["train", "test"]

DISPARITY = "_disparity"  # a disparity map's name is its photo's, and this


@dataclasses.dataclass(frozen=True)
class Textures:
    """The photos of a split: names of functions of skimage.data, or paths of files.

    Attributes:
      views: photos of places and things.
      surfaces: photos of stone, grass and the like.
      grain: one of `surfaces`, for fine detail on top of the others.
      persons: cut-outs.
      things: cut-outs.
      captured: photos with a measured disparity beside them.
      photographic: whether outlines are soft or hairy and disparities stretched, as
        in photographs and their depth maps.
    """

    views: tuple[str, ...]
    surfaces: tuple[str, ...]
    grain: str
    persons: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    captured: tuple[str, ...] = ()
    photographic: bool = False


PACKAGED: dict[Split, Textures] = {
    "train": Textures(
        views=("astronaut", "chelsea", "camera", "motorcycle"),
        surfaces=("brick", "gravel", "immunohistochemistry", "hubble_deep_field"),
        grain="gravel",
        persons=("astronaut", "camera"),
        things=("motorcycle",),
    ),
    "test": Textures(
        views=("coffee", "rocket"),
        surfaces=("grass", "coins", "page"),
        grain="grass",
        things=("coffee",),
    ),
}


def of(split: Split, folder: str | os.PathLike[str] | None = None) -> Textures:
    """Lists the packaged photos of a split and, with a folder, the pictures in it.

    Raises:
      ValueError: there is no such folder, or no picture for this split in it.
    """
    packaged = PACKAGED[split]
    return packaged if folder is None else _with_folder(packaged, split, str(folder))


@functools.cache
def _with_folder(packaged: Textures, split: Split, folder: str) -> Textures:
    root = pathlib.Path(folder)
    if not root.is_dir():
        raise ValueError(f"{folder}: there is no such folder; name one with pictures")
    kinds = ("views", "surfaces", "persons", "things", "captured")
    found: dict[str, list[str]] = {kind: [] for kind in kinds}
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts[:-1]
        if (
            path.suffix.lower() not in images.SUFFIXES
            or path.name.startswith(".")
            or path.stem.endswith(DISPARITY)
            or ("test" in parts) != (split == "test")
        ):
            continue
        if _has_alpha(path):
            found["persons" if "persons" in parts else "things"].append(str(path))
            continue
        found["surfaces" if "surfaces" in parts else "views"].append(str(path))
        if disparity_of(path).exists():
            found["captured"].append(str(path))
    if not any(found.values()):
        raise ValueError(
            f"{folder}: there is no picture for {split} scenes in it; those for test "
            "scenes stand under a folder named test, all others are for training"
        )
    return dataclasses.replace(
        packaged,
        views=(*packaged.views, *found["views"]),
        surfaces=(*packaged.surfaces, *found["surfaces"]),
        persons=(*packaged.persons, *found["persons"]),
        things=(*packaged.things, *found["things"]),
        captured=tuple(found["captured"]),
        photographic=True,
    )


def disparity_of(photo: str | os.PathLike[str]) -> pathlib.Path:
    """Returns where the disparity of a photo stands, if it has one."""
    path = pathlib.Path(photo)
    return path.with_name(f"{path.stem}{DISPARITY}.png")


def _has_alpha(path: pathlib.Path) -> bool:
    if path.suffix.lower() != ".png":
        return False
    with Image.open(path) as image:
        return image.mode in ("RGBA", "LA")
