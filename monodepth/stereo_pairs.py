"""Which stereo pairs there are: in a list, or in a folder of a known layout.

A list has a line `left right` for each pair, paths in the data set's folder, as the
paper's lists of KITTI and Cityscapes do (Godard et al. 2017, section 4). Without one, a
folder may hold

  left/NAME right/NAME       a pair for each name
  SCENE/left SCENE/right     or im0 and im1, view1 and view5, im2 and im6 (Middlebury)
"""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom.io import folders, lists

GENERATED = pathlib.Path("data/stereo")
GENERATED_SIZE = "256x512"  # the paper's; halved for the preset "tiny"
# The share of the rows that is cut off at the bottom: Cityscapes shows its car there.
CUT = {"kitti": 0.0, "cityscapes": 0.2}

Views = tuple[pathlib.Path, pathlib.Path]

_VIEWS = (("left", "right"), ("im0", "im1"), ("view1", "view5"), ("im2", "im6"))


@dataclasses.dataclass(frozen=True)
class Pair:
    """The two pictures of one scene.

    Attributes:
      left: file of the left picture.
      right: file of the right picture.
      folder: of the data set they are in.
      cut: the share of the rows that is cut off at the bottom.
    """

    left: pathlib.Path
    right: pathlib.Path
    folder: pathlib.Path
    cut: float = 0.0


def generated() -> pathlib.Path:
    """Makes, or completes, the generated scenes that stand in for KITTI."""
    from darkroom.scenes import dataset, recipes

    recipe = recipes.Recipe("stereo", train=200, test=24, size=GENERATED_SIZE)
    return dataset.generate(recipe, GENERATED)


def find(
    data_dir: str | pathlib.Path, filenames_file: str | None = None, cut: float = 0.0
) -> list[Pair]:
    """Lists the pairs of a list, of the folder's train.txt, or of the whole folder.

    Args:
      data_dir: folder that the list's paths start from.
      filenames_file: the list.
      cut: as in `Pair`; see `CUT`.

    Raises:
      OSError: there is no such list.
      ValueError: a line is no pair, a picture is missing, or there is no pair at all.
    """
    folder = pathlib.Path(data_dir)
    if not folder.is_dir():
        raise ValueError(f"{folder}: there is no such folder; expected stereo pairs")
    own = folder / "train.txt"
    if filenames_file is None and not own.exists():
        views = in_folder(folder)
    else:
        views = in_list(folder, filenames_file or str(own))
    return [Pair(left, right, folder, cut) for left, right in views]


def held_out(
    data_dir: str | pathlib.Path, filenames_file: str | None = None, cut: float = 0.0
) -> list[Pair]:
    """Lists the pairs of a list, or of the folder's test.txt; none if there is none.

    Raises:
      OSError, ValueError: as `find`.
    """
    own = pathlib.Path(data_dir) / "test.txt"
    if filenames_file is None and not own.exists():
        return []
    return find(data_dir, filenames_file or str(own), cut)


def in_list(folder: pathlib.Path, filenames_file: str) -> list[Views]:
    """Lists the pairs of a list, in its order.

    Raises:
      OSError: there is no such list.
      ValueError: it is empty, a line is no pair, or a picture of it is missing.
    """
    pairs = []
    for place, names in lists.lines(filenames_file, folder):
        if len(names) != 2:
            raise ValueError(
                f"{place}: it has {len(names)} name{'s' * (len(names) > 1)}; expected "
                "a left and a right picture with a space between them"
            )
        left, right = (lists.on_disk(folder / name) for name in names)
        for path in (left, right):
            if not path.exists():
                raise ValueError(
                    f"{place}: there is no picture {path}, whatever its ending; "
                    "correct the line, or the folder that its paths start from"
                )
        pairs.append((left, right))
    return pairs


def in_folder(folder: pathlib.Path) -> list[Views]:
    """Lists the pairs in a folder of a known layout, in the order of their names.

    Raises:
      ValueError: there are none, or a picture has no partner.
    """
    if (folder / "left").is_dir() and (folder / "right").is_dir():
        pairs = _side_by_side(folder)
    else:
        inside = sorted(folder.iterdir())
        scenes = [p for p in inside if p.is_dir() and not p.name.startswith(".")]
        pairs = [pair for scene in scenes for pair in _in_scene(scene)]
    if not pairs:
        raise ValueError(
            f"{folder}: there are no pairs in it; expected left/ and right/ with the "
            "same names, SCENE/left.png and right.png, or a list of pairs"
        )
    return pairs


def _side_by_side(folder: pathlib.Path) -> list[Views]:
    lefts, rights = (folders.pictures(folder / side) for side in ("left", "right"))
    for name in sorted(lefts.keys() ^ rights.keys()):
        side = "right" if name in lefts else "left"
        raise ValueError(
            f"{folder}: {name} has no {side} picture; expected left/ and right/ with "
            "the same names"
        )
    return [(lefts[name], rights[name]) for name in sorted(lefts)]


def _in_scene(scene: pathlib.Path) -> list[Views]:
    views = folders.pictures(scene)
    for left, right in _VIEWS:
        if left in views and right in views:
            return [(views[left], views[right])]
    return []
