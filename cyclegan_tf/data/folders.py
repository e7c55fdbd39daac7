"""Where a data set has its pictures.

Two domains of unequal pictures, as CycleGAN's data sets have them; masks are beside

  trainA/N.jpg trainB/M.jpg trainA_mask/N.png trainB_mask/M.png

or pairs, as those of Pix2Pix and of depth data sets:

  train/photo/N.png train/depth/N.png    equal names, also train/A train/B
  train/N.jpg                            input and target side by side in one file
"""

from __future__ import annotations

import dataclasses
import pathlib


@dataclasses.dataclass(frozen=True)
class Picture:
    """One picture of a data set.

    Attributes:
      path: its file.
      side: 0 or 1 for the left or right half of a file, else None.
      mask: file of the person mask, if there is one.
    """

    path: pathlib.Path
    side: int | None = None
    mask: pathlib.Path | None = None


Pair = tuple[Picture, Picture]

_EXPECTED = (
    "expected {0}A and {0}B, {0}/photo and {0}/depth, {0}/A and {0}/B, or pictures "
    "side by side in {0}"
)


def domains(
    data_dir: str | pathlib.Path, split: str, paired: bool = False
) -> tuple[list[Picture], list[Picture]]:
    """Lists the pictures of A and those of B, each in the order of their names.

    Args:
      data_dir: folder of the data set.
      split: "train" or "test".
      paired: partners stand at equal places, as `pairs` lists them.

    Raises:
      ValueError: a folder is missing or empty, or a mask is missing; or as `pairs`.
    """
    folders = _folders(data_dir, split)
    if folders is None or paired:
        both = pairs(data_dir, split)
        return [a for a, _ in both], [b for _, b in both]
    a, b = (list(_with_masks(folder).values()) for folder in folders)
    return a, b


def pairs(data_dir: str | pathlib.Path, split: str) -> list[Pair]:
    """Lists the pairs of input and target, in the order of their names.

    Raises:
      ValueError: a folder is missing or empty, or a picture has no partner.
    """
    folders = _folders(data_dir, split)
    if folders is None:
        return _side_by_side(data_dir, split)
    a, b = (_pictures(folder) for folder in folders)
    alone = sorted(a.keys() ^ b.keys(), key=lambda name: (len(name), name))
    if alone:
        without = folders[1] if alone[0] in a else folders[0]
        raise ValueError(
            f"{without}: it has no picture {alone[0]}, as {folders[0].name} and "
            f"{folders[1].name} must hold the same names ({len(alone)} differ)"
        )
    return [(Picture(a[name]), Picture(b[name])) for name in a]


def _folders(
    data_dir: str | pathlib.Path, split: str
) -> tuple[pathlib.Path, pathlib.Path] | None:
    """The folders of A and B; None where input and target are side by side."""
    root = pathlib.Path(data_dir)
    inner = root / split
    for a, b in (
        (inner / "photo", inner / "depth"),
        (inner / "A", inner / "B"),
        (root / f"{split}A", root / f"{split}B"),
    ):
        if a.is_dir() and b.is_dir():
            return a, b
        if a.is_dir() or b.is_dir():
            missing, there = (b, a) if a.is_dir() else (a, b)
            raise ValueError(
                f"{missing}: there is no such folder beside {there.name}; expected "
                "the pictures of the other domain in it"
            )
    return None


def _side_by_side(data_dir: str | pathlib.Path, split: str) -> list[Pair]:
    folder = pathlib.Path(data_dir) / split
    if not folder.is_dir():
        raise ValueError(
            f"{data_dir}: there are no pictures of the split {split} in it; "
            f"{_EXPECTED.format(split)}"
        )
    files = _pictures(folder).values()
    return [(Picture(path, 0), Picture(path, 1)) for path in files]


def _with_masks(folder: pathlib.Path) -> dict[str, Picture]:
    """The pictures of a folder, with the masks beside it, if there are any."""
    photos, beside = _pictures(folder), folder.with_name(f"{folder.name}_mask")
    if not beside.is_dir():
        return {name: Picture(path) for name, path in photos.items()}
    masks = _pictures(beside)
    for name, path in photos.items():
        if name not in masks:
            raise ValueError(
                f"{beside}: there is no mask for {path.name}; expected {name}.png, or "
                f"no folder {beside.name}, so that masks are made from the photos"
            )
    return {name: Picture(path, None, masks[name]) for name, path in photos.items()}


def _pictures(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """The picture files by name, 9 before 10.

    Raises:
      ValueError: there are none.
    """
    from darkroom.io import folders as listing  # late: `import cyclegan_tf` is light

    files = listing.pictures(folder)
    if not files:
        raise ValueError(
            f"{folder}: there is no picture in it; expected files that end in "
            f"{', '.join(listing.SUFFIXES)}"
        )
    return files
