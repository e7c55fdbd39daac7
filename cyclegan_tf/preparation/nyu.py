"""NYU Depth v2 as folders of pairs: FOLDER/{train,test}/{photo,depth}/NUMBER.png.

Numbers are those of the data set, from 1. One picture is in memory at a time; what an
interrupted run has left out is written by the next.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Literal

from cyclegan_tf.data import encoding
from cyclegan_tf.preparation import matlab
from darkroom import pixels
from darkroom.io import images, saving

Kind = Literal["metric", "compat"]

RECIPE = "nyu.json"
SIZE = (480, 640)
# Rows and columns that the depth camera sees, too (Eigen et al. 2014 evaluate there)
VISIBLE = (slice(45, 471), slice(41, 601))
_COMPAT = (256, 256)  # the pictures of "Bokeh Effect"


def prepare(
    mat: str | pathlib.Path,
    splits: str | pathlib.Path | None,
    output: pathlib.Path,
    kind: Kind = "metric",
    trim: bool = False,
) -> Iterator[int]:
    """Writes pair after pair, and leaves out those that are there.

    Args:
      mat: nyu_depth_v2_labeled.mat.
      splits: splits.mat, or None for the split of `matlab.split`.
      output: the folder, new, empty, or begun with the same arguments.
      kind: depth in millimetres, 16 bits; or "compat", all as "Bokeh Effect:
        Deep Learning Framework for Depth Estimation" had it: pictures of 256 x 256,
        depths in its greys (`encoding.bokeh_effect_greys`).
      trim: leave out the margins, which the depth camera does not see.

    Yields:
      How many pairs there will be at all, once for each of them.

    Raises:
      OSError: a file is missing, or cannot be written.
      ValueError: a file is of another kind, or the folder holds something else.
    """
    with matlab.labelled(mat) as data:
        numbers = matlab.split(splits, len(data))
        if trim and data.size != SIZE:
            raise ValueError(
                f"{mat}: its pictures are {data.size[0]}x{data.size[1]}; --trim is for "
                f"those of NYU Depth v2, {SIZE[0]}x{SIZE[1]}"
            )
        _claim(output, {"encoding": kind, "trim": trim, "split": numbers})
        total = sum(map(len, numbers.values()))
        for part, indices in numbers.items():
            for index in indices:
                _write(output / part, index, data, kind, trim)
                yield total


def _write(
    folder: pathlib.Path, index: int, data: matlab.Labelled, kind: Kind, trim: bool
) -> None:
    name = f"{index + 1:04}.png"
    photo_file, depth_file = folder / "photo" / name, folder / "depth" / name
    if photo_file.exists() and depth_file.exists():
        return
    photo, depth = data.picture(index)
    if trim:
        photo, depth = photo[VISIBLE], depth[VISIBLE]
    if kind == "compat":
        photo = pixels.resize_to(photo, _COMPAT)
        share = pixels.resize_to(depth / encoding.FARTHEST, _COMPAT)
        stored = encoding.bokeh_effect_greys(share)  # which has no unit
    else:
        stored = encoding.millimetres(depth)
    images.write(photo_file, photo)
    images.write(depth_file, stored)


def _claim(folder: pathlib.Path, recipe: Mapping[str, object]) -> None:
    """Notes what the folder holds, or checks that it holds just that.

    Raises:
      ValueError: it holds something else.
    """
    path = folder / RECIPE
    if path.exists():
        if path.read_text() != json.dumps(recipe):
            raise ValueError(
                f"{folder} was begun with another encoding, split or set; pass the "
                "same, or another --output"
            )
    elif folder.exists() and any(folder.iterdir()):
        raise ValueError(
            f"{folder} holds something else than pairs of NYU Depth v2 (it has no "
            f"{RECIPE}); choose a new or an empty folder"
        )
    else:
        saving.write(path, lambda to: to.write_text(json.dumps(recipe)))
