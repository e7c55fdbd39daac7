"""Cuts a subject out by its colours: GrabCut, and the parts of it that count."""

from __future__ import annotations

import cv2
import numpy as np

from darkroom.pixels import Array

_CLUSTERS = 5  # of colours in which OpenCV's GrabCut sorts the pixels, on either side
_LARGE = 0.5  # of the largest part: smaller ones are specks, or passers-by
_HOLE = 0.02  # of the subject: what is larger is seen through it, as under an arm


def grab(picture: Array, labels: Array, rounds: int) -> Array:
    """Moves an outline to where the colours part, by GrabCut (Rother et al. 2004).

    Args:
      picture: `[H, W, 3]` uint8.
      labels: `[H, W]` uint8, OpenCV's: what is surely, and what is probably, subject or
        background.
      rounds: of it.

    Returns:
      `[H, W]` float32, 0 or 1.
    """
    labels = labels.copy()
    inside = np.count_nonzero(np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)))
    if min(inside, labels.size - inside) >= _CLUSTERS:  # else there is nothing to part
        cv2.setRNGSeed(0)  # it starts from random clusters of colours
        back, front = np.zeros((1, 65)), np.zeros((1, 65))
        mode = cv2.GC_INIT_WITH_MASK
        cv2.grabCut(picture, labels, (0, 0, 1, 1), back, front, rounds, mode)
    return np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)


def whole(mask: Array, touching: Array | None = None) -> Array:
    """Drops specks from a mask and fills small holes.

    What stays are the parts that touch a face, the largest, and those at least half as
    large; with their soft edges.

    Args:
      mask: `[H, W]` float32 in [0, 1].
      touching: `[H, W]` bool, where faces are.

    Returns:
      `[H, W]` float32, a new array.
    """
    core = mask >= 0.5
    count, parts, stats, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8))
    if count == 1:  # of the background alone
        return np.zeros_like(mask)
    areas = stats[:, cv2.CC_STAT_AREA].astype(float)
    areas[0] = 0
    keeps = areas >= _LARGE * areas.max()
    if touching is not None:
        keeps[np.unique(parts[touching & core])] = True
    keeps[0] = False
    kept = keeps[parts]
    soft = cv2.connectedComponents((mask > 0).astype(np.uint8))[1]
    belongs = np.isin(soft, np.unique(soft[kept])) & ~(core & ~kept)
    result = np.where(belongs, mask, np.float32(0))
    _fill(result, kept)
    return result


def _fill(mask: Array, core: Array) -> None:
    """Sets small holes of a core to 1 in the mask."""
    count, holes, stats, _ = cv2.connectedComponentsWithStats(
        np.pad(~core, 1, constant_values=True).astype(np.uint8), connectivity=4
    )
    small = stats[:, cv2.CC_STAT_AREA] <= _HOLE * np.count_nonzero(core)
    small[0] = False
    small[holes[0, 0]] = False  # all around
    if count > 2:
        mask[small[holes][1:-1, 1:-1]] = 1
