"""Where a data set has its stereo pairs: in lists, or in folders of known layouts.

A list has a line `left right` for each pair, paths in the data set's folder, as
KITTI's and Cityscapes' lists of the paper do. Folders may hold

  left/NAME right/NAME       a pair for each name
  SCENE/left SCENE/right     or im0 and im1, view1 and view5, im2 and im6 (Middlebury)
"""

from __future__ import annotations

import pathlib

from darkroom.io import images, lists

Views = tuple[pathlib.Path, pathlib.Path]

_VIEWS = (("left", "right"), ("im0", "im1"), ("view1", "view5"), ("im2", "im6"))
_ENDINGS = (*images.SUFFIXES, ".ppm")


def existing(data_dir: str | pathlib.Path) -> pathlib.Path:
    """The folder.

    Raises:
      ValueError: it is not there.
    """
    folder = pathlib.Path(data_dir)
    if not folder.is_dir():
        raise ValueError(f"{folder}: there is no such folder; expected stereo pairs")
    return folder


def on_disk(path: pathlib.Path) -> pathlib.Path:
    """The picture's file, which may end in .png or .jpg whatever a list says."""
    others = (path.with_suffix(ending) for ending in (".png", ".jpg", ".jpeg"))
    return next((file for file in (path, *others) if file.exists()), path)


def listed(folder: pathlib.Path, filenames_file: str) -> list[Views]:
    """The pairs of a list, in its order.

    Raises:
      OSError: there is no such list.
      ValueError: it is empty, a line is no pair, or a picture of it is missing.
    """
    found = []
    for place, names in lists.lines(filenames_file):
        if len(names) != 2:
            raise ValueError(
                f"{place}: it has {len(names)} name{'s' * (len(names) > 1)}; expected "
                "a left and a right picture with a space between them"
            )
        left, right = (on_disk(folder / name) for name in names)
        for path in (left, right):
            if not path.exists():
                raise ValueError(
                    f"{place}: there is no picture {path}, ending in .png or .jpg; "
                    "correct the line, or the folder that its paths start from"
                )
        found.append((left, right))
    return found


def in_folder(folder: pathlib.Path) -> list[Views]:
    """The pairs in a folder of a known layout, in the order of their names.

    Raises:
      ValueError: there are none, or a picture has no partner.
    """
    if (folder / "left").is_dir() and (folder / "right").is_dir():
        found = _side_by_side(folder)
    else:
        scenes = sorted(path for path in folder.iterdir() if path.is_dir())
        found = [pair for scene in scenes for pair in _in_scene(scene)]
    if not found:
        raise ValueError(
            f"{folder}: there are no pairs in it; expected left/ and right/ with the "
            "same names, SCENE/left.png and right.png, or a list of pairs"
        )
    return found


def _side_by_side(folder: pathlib.Path) -> list[Views]:
    lefts, rights = (_pictures(folder / side) for side in ("left", "right"))
    for name in sorted(lefts.keys() ^ rights.keys()):
        side = "right" if name in lefts else "left"
        raise ValueError(
            f"{folder}: {name} has no {side} picture; expected left/ and right/ with "
            "the same names"
        )
    return [(lefts[name], rights[name]) for name in sorted(lefts)]


def _in_scene(scene: pathlib.Path) -> list[Views]:
    views = _pictures(scene)
    for left, right in _VIEWS:
        if left in views and right in views:
            return [(views[left], views[right])]
    return []


def _pictures(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    files = (path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS)
    return {path.stem: path for path in files}
