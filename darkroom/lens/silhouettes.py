"""Soft silhouettes: pixels that show two things at once, one before the other.

Hair, fur and every edge that a pixel's side does not happen to follow cover their
pixels in part. Depth cannot say so: it has one value a pixel. A matte can; without one
the colours on both sides can (`edges`). Mixed pixels are taken apart into what is in
front, with alpha as its coverage, and what is behind, which covers all of the pixel, as
one would see if the other were gone. Each has the depth of what it belongs to, whatever
depth says that lies between, and depth that steps some pixels beside a matte is brought
to it.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import cv2
import numpy as np

from darkroom.lens import coarse, edges, layers, unmixing
from darkroom.lens import mixed as mixing
from darkroom.lens.layers import Layers
from darkroom.lens.mixed import Mixed
from darkroom.pixels import Array

_PARTIAL = 0.02, 0.98  # alpha between which a pixel shows two things
_CELLS = 320  # of the grid on which depth is looked up, along the photo's longer side
_WRONG = 2  # cells beside an edge whose depth is not trusted


class Silhouettes(NamedTuple):
    """What is in front, and what is seen through its soft edges.

    Attributes:
      depth: the layers, of what is in front where a pixel shows two things.
      mixed: these pixels.
    """

    depth: Layers
    mixed: Mixed


def find(photo: Array, depth: Layers, matte: Array | None = None) -> Silhouettes | None:
    """Takes a photo apart at its edges: by a matte, elsewhere a pixel on each side.

    Args:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.
      matte: `[H, W]` float32 in [0, 1]; or None.

    Returns:
      None where there is nothing to take apart.
    """
    parts: list[Mixed] = []
    but = None
    if matte is not None and (found := _of_matte(photo, depth, matte)) is not None:
        depth, mixed, but = found
        parts.append(mixed)
    labels = depth.labels.copy()
    for part in edges.find(photo, depth, but):
        if len(part):
            front = np.where(part.alpha > 0, part.near, part.far)
            labels[part.rows, part.columns] = front
            partial = (part.alpha > 0) & (part.alpha < 1)
            parts.append(part.at(np.flatnonzero(partial)))
    if not parts:
        return None
    return Silhouettes(dataclasses.replace(depth, labels=labels), mixing.joined(parts))


def _of_matte(
    photo: Array, depth: Layers, matte: Array
) -> tuple[Layers, Mixed, Array] | None:
    """Takes a photo apart where a matte is partial and depth differs.

    Returns:
      layers that step where the matte does; the mixed pixels; and `[H, W]` uint8, 255
      where the matte decides. None where nothing is mixed.
    """
    low, high = _PARTIAL
    inside = cv2.inRange(matte, high, np.inf)
    outside = cv2.inRange(matte, -np.inf, low)
    band = cv2.bitwise_not(cv2.bitwise_or(inside, outside))
    if not cv2.countNonZero(band):
        return None
    cells = 2 ** max(0, round(np.log2(max(matte.shape) / _CELLS)))
    one, other = (_continued(depth.labels, of, cells) for of in (inside, outside))
    if one is None or other is None:
        return None
    # One surface is blurred alike, whatever it shows.
    band[cv2.absdiff(one, other) < depth.parts] = 0
    if not cv2.countNonZero(band):
        return None
    # The matte may be of what is behind, before which something else ends.
    swapped = cv2.compare(one, other, cv2.CMP_LT)
    if cv2.countNonZero(cv2.bitwise_and(swapped, band)):
        matte = np.where(swapped > 0, 1 - matte, matte)
    colours = unmixing.unmixed(photo, matte, band)
    # All that changes lies in a box around the band.
    reach = _WRONG * cells
    box = _box(band, reach)
    labels, one, other = depth.labels[box], one[box], other[box]
    around = cv2.dilate(band[box], np.ones((2 * reach + 1,) * 2, np.uint8))
    for own, across, where in ((one, other, inside), (other, one, outside)):
        wrong = cv2.bitwise_and(around, where[box])
        labels = _corrected(labels, own, across, wrong, depth.parts)
    near, far = cv2.max(one, other), cv2.min(one, other)
    front, behind = (_over(labels, own, band[box]) for own in (near, far))
    places = np.flatnonzero(band[box] > 0)
    rows, columns = np.divmod(places.astype(np.int32), np.int32(near.shape[1]))
    rows += np.int32(box[0].start)
    columns += np.int32(box[1].start)
    mixed = mixing.listed(
        *(rows, columns, matte[rows, columns], *colours),
        *(labels.ravel().take(places) for labels in (near, far)),
    )
    depth = _replaced(depth, box, front, behind)
    return depth, mixed, cv2.dilate(band, np.ones((3, 3), np.uint8))


def _box(where: Array, margin: int) -> tuple[slice, slice]:
    """Returns the rows and columns of what is not 0, and a margin."""
    x, y, width, height = cv2.boundingRect(where)
    return (
        slice(max(0, y - margin), min(y + height + margin, where.shape[0])),
        slice(max(0, x - margin), min(x + width + margin, where.shape[1])),
    )


def _replaced(
    depth: Layers, box: tuple[slice, slice], front: Array, behind: Array
) -> Layers:
    """Returns layers with other labels in a box, which meet the old ones at its rim.

    Args:
      depth: the layers.
      box: rows and columns.
      front, behind: `[h, w]` uint8, labels of what is nearest and farthest there.
    """
    size = depth.labels.shape
    wide = [
        slice(max(0, part.start - 1), min(part.stop + 1, side))
        for part, side in zip(box, size, strict=True)
    ]
    inner = tuple(
        slice(part.start - whole.start, part.stop - whole.start)
        for part, whole in zip(box, wide, strict=True)
    )
    labels, steps = depth.labels.copy(), depth.steps.copy()
    farthest = labels[tuple(wide)].copy()
    labels[box], farthest[inner] = front, behind
    nearest = labels[tuple(wide)]
    steps[box] = layers.step_edges(nearest, farthest, depth.parts)[inner]
    return dataclasses.replace(depth, labels=labels, steps=steps)


def _over(values: Array, others: Array, where: Array) -> Array:
    """Returns an array with other values where `where` is not 0."""
    result = values.copy()
    cv2.copyTo(others, where, result)
    return result


def _corrected(
    labels: Array, own: Array, across: Array, where: Array, parts: int
) -> Array:
    """Returns labels without those that are on the way to what is across the edge."""
    differs = cv2.inRange(cv2.absdiff(labels, own), parts / 2, 255)
    wrong = cv2.bitwise_and(differs, where)
    if not cv2.countNonZero(wrong):
        return labels
    closer = cv2.compare(
        cv2.absdiff(labels, across), cv2.absdiff(own, across), cv2.CMP_LT
    )
    return _over(labels, own, cv2.bitwise_and(wrong, closer))


def _continued(labels: Array, sure: Array, cells: int) -> Array | None:
    """Continues the labels of what is surely one thing to everywhere.

    Args:
      labels: `[H, W]` uint8.
      sure: `[H, W]` uint8, 255 where it is and 0 elsewhere.
      cells: pixels per cell of the grid on which the nearest is looked up.

    Returns:
      `[H, W]` uint8; None where nothing is sure.
    """
    height, width = labels.shape
    beyond = 0, -height % cells, 0, -width % cells
    whole = cv2.copyMakeBorder(sure, *beyond, cv2.BORDER_REPLICATE)
    inside = (coarse.reduced(whole, cells) == 255).view(np.uint8)
    # Depth is often wrong beside an edge: that of a cell farther inside is taken.
    deep = cv2.erode(inside, np.ones((2 * _WRONG + 1,) * 2, np.uint8))
    inside = deep if deep.any() else inside
    if not inside.any():
        return None if cells == 1 else _continued(labels, sure, 1)
    _, nearest = cv2.distanceTransformWithLabels(
        1 - inside, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    rows, columns = (
        np.minimum(np.arange(cells // 2, size, cells), side - 1)
        for size, side in zip(whole.shape, labels.shape, strict=True)
    )
    middles = labels.take(rows, axis=0).take(columns, axis=1)
    found = np.append(np.uint8(0), middles[inside > 0])[nearest]
    size = whole.shape[::-1]
    wide = cv2.resize(found, size, interpolation=cv2.INTER_NEAREST_EXACT)
    return wide[:height, :width]
