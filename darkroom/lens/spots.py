"""Bright spots of a photo: which are lights, by degrees, and of which hue.

- By day: a spot that is clipped in all channels, small, and alone. A light that is much
  brighter than white falls off within a pixel or two, while the top of a bright texture
  is surrounded by nearly white.
- By night: a spot that is clipped in any channel, as lamps are orange, before dark
  surroundings, and alone or with a halo. Where not all channels are, most of what is
  around is dark: the rims of orange petals have dark gaps beside them, too.
- In a dark photo: one with a star of rays, which is no even halo, but gets darker
  outwards in its bright parts and in its dark ones.

The halo is what the camera's glare makes around a lamp. It is not clipped, so it tells
the hue, and which of a photo's lamps are brighter than others: glare is a fixed share
of the light. A texture is no halo: it does not fall off evenly on all sides.
"""

from __future__ import annotations

import cv2
import numpy as np

from darkroom.pixels import Array
from darkroom.remembered import remembered

_LONGER_SIDE = 640  # pixels of the picture in which lights are looked for
_LARGEST = 5e-4  # of it; a spot of twice that is no light
_LAMP = 4.0  # times as large a spot is none with a halo: it would be surroundings
_SURROUNDINGS = 21  # pixels; what is narrower is no surroundings
_RINGS = 3  # looked at around a spot, each a pixel wide
_FAINT = 0.02  # of a halo, linear; fainter ones tell little
_RATIO = (0.2, 3.0)  # of a lamp's brightness to that of the photo's mean one
# Each from where it tells nothing to where it tells all:
_CROWDED = (0.75, 0.65)  # light beside a white spot that is a light
_NIGHT = (0.08, 0.03)  # surroundings in which any spot is one
_DUSK = (0.35, 0.15)  # in which one with a halo is
_COLOURED = (0.4, 0.25)  # the median around a spot that is not white within
_FALLING = (0.7, 1.5)  # how much darker a halo gets in a pixel, over its unevenness
_STAR = (0.2, 0.3)  # what each quartile of a star's light loses in two pixels
_ROUND = (0.4, 0.6)  # a star's core; a lit edge or a label is longer
_DARK = (0.15, 0.1)  # a photo's surroundings, all in all, in which stars are looked for
_FULL = (0.75, 0.45)  # light two pixels beside a lamp

_Box = tuple[slice, slice]


@remembered
def find(photo: Array, lit: Array, white: Array) -> tuple[int, Array, Array, Array]:
    """Looks for lights in a smaller picture: there all photos' lamps are as wide.

    Args:
      photo: `[H, W, 3]` float32, linear light.
      lit: `[H, W]` uint8, 255 where any channel is clipped.
      white: `[H, W]` uint8, 255 where all are.

    Returns:
      pixels per cell of the smaller picture; `[h, w]` how far the clipped pixels of a
      cell are a light, 0 to 1; `[h, w, 3]` its colour, in which the largest channel is
      1 for a light of ordinary brightness; `[h, w]` how far its pixels that are not
      clipped in all channels count: where a light has no halo and is white within, they
      are its edge.
    """
    step = max(1, round(max(lit.shape) / _LONGER_SIDE))
    small, share, pale = (_reduced(values, step) for values in (photo, lit, white))
    by_day = _day(small, pale > 0)
    by_night, label, colours, edges = _night(small, share > 0, pale > 0)
    weight = np.maximum(by_day, by_night)
    colour, edge = np.ones_like(small), np.zeros_like(weight)
    here = np.nonzero(weight > 0)  # faster than of floats
    # What is a light either way is a lamp; a white one by day is white.
    lamp, of = by_night[here] / weight[here], label[here]
    colour[here] = lamp[:, None] * colours[of] + (1 - lamp)[:, None]
    edge[here] = lamp * edges[of]
    return step, weight, colour, edge


def strongest(light: Array) -> Array:
    """Returns the largest channel, `[h, w]`, of `[h, w, 3]`."""
    red, green, blue = cv2.split(light)
    return cv2.max(cv2.max(red, green), blue)


def above(photo: Array) -> tuple[int, Array]:
    """Looks for small parts that are brighter than white, of a photo that shows it.

    Args:
      photo: `[H, W, 3]` float32, linear light.

    Returns:
      pixels per cell of a smaller picture; `[h, w]` how far a cell's light above white
      is a small light's, 0 to 1.
    """
    step = max(1, round(max(photo.shape) / _LONGER_SIDE))
    top = strongest(_reduced(photo, step))
    window = np.ones((_SURROUNDINGS, _SURROUNDINGS), np.uint8)
    around = cv2.morphologyEx(top, cv2.MORPH_OPEN, window)
    # A cell beside one may have a pixel of the light.
    peak = cv2.dilate(top, np.ones((3, 3), np.uint8))
    return step, np.clip(2 - 3 * around / np.maximum(peak, 1e-6), 0, 1)


def _reduced(values: Array, step: int) -> Array:
    """Returns means of cells; a rest of rows and columns is left out."""
    height, width = (side // step for side in values.shape[:2])
    whole = values[: height * step, : width * step]
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)


def _day(light: Array, white: Array) -> Array:
    """Returns how far cells are small white lights that stand alone."""
    mean = cv2.transform(light, np.full((1, 3), 1 / 3))
    count, label, boxes = _components(white)
    largest = max(1.0, _LARGEST * label.size)
    weight = np.zeros(count, np.float32)  # 0 is the background
    for one in np.flatnonzero(boxes[:, cv2.CC_STAT_AREA] < 2 * largest):
        box = _around(boxes[one], 1)
        itself = (label[box] == one).view(np.uint8)
        beside = _rings(itself, 1)[0]
        if one and beside.any():
            weight[one] = _between(float(mean[box][beside].mean()), _CROWDED)
            weight[one] *= _between(itself.sum(), (2 * largest, largest))
    return weight[label]


def _night(
    light: Array, clipped: Array, white: Array
) -> tuple[Array, Array, Array, Array]:
    """Looks for lamps among the spots of clipped cells.

    Returns:
      `[h, w]` how far cells are lamps, 0 to 1; `[h, w]` which spot each is of, and of
      each spot its colour, `[n, 3]`, and how far its edge counts, `[n]`.
    """
    top = strongest(light)
    top[clipped] = 1  # a speck, however small it is
    window = np.ones((_SURROUNDINGS, _SURROUNDINGS), np.uint8)
    around = cv2.morphologyEx(top, cv2.MORPH_OPEN, window)
    count, label, boxes = _components(clipped)
    area = boxes[:, cv2.CC_STAT_AREA]
    spots = np.flatnonzero(clipped)  # few of all cells
    dusk = np.bincount(label.ravel()[spots], around.ravel()[spots], count) / area
    dark = _between(float(around.mean()), _DARK)
    largest = max(1.0, _LARGEST * label.size)
    has_white = np.bincount(label[white], minlength=count) > 0
    weight, told, halo = (np.zeros(count, np.float32) for _ in range(3))
    colour = np.ones((count, 3), np.float32)
    maybe = (area < _LAMP * largest) & (dusk < _DUSK[0])
    maybe[0] = False  # the background
    for one in np.flatnonzero(maybe):
        box = _around(boxes[one], _RINGS)
        itself = (label[box] == one).view(np.uint8)
        rings = [ring & ~clipped[box] for ring in _rings(itself, _RINGS)]
        if not all(ring.any() for ring in rings):
            continue
        above = np.maximum(light[box] - around[box][..., None], 0)
        near, farther, farthest = (above[ring] for ring in rings)
        told[one] = _falling(farther.max(axis=1), farthest.max(axis=1))
        if dark:
            star = _shrinking(top[box][rings[0]], top[box][rings[2]])
            star *= dark * _between(_roundness(itself), _ROUND)
            told[one] = max(told[one], star)
        told[one] *= _between(dusk[one], _DUSK)
        halo[one] = farther.max(axis=1).mean()
        weight[one] = _between(float(top[box][rings[1]].mean()), _FULL) * max(
            told[one] * _between(area[one], (_LAMP * largest, largest)),
            _between(dusk[one], _NIGHT) * _between(area[one], (2 * largest, largest)),
        )
        if weight[one] and not has_white[one]:
            wide = _around(boxes[one], _SURROUNDINGS // 2)
            others = top[wide][~clipped[wide]]
            weight[one] *= _between(float(np.median(others)), _COLOURED)
        hue, own = near.mean(axis=0), light[box][itself > 0].mean(axis=0)
        colour[one] = told[one] * hue / max(hue.max(), 1e-6)
        colour[one] += (1 - told[one]) * own / own.max()
    mean = (halo * told).sum() / max(told.sum(), 1e-6)
    ratio = np.clip((halo + _FAINT) / (mean + _FAINT), *_RATIO)
    colour *= (told * ratio + 1 - told)[:, None]
    edge = np.where(has_white, told, np.float32(1))
    return weight[label], label, colour, edge


def _falling(near: Array, far: Array) -> float:
    """Returns how far light around a spot is a halo, 0 to 1, by two of its rings."""
    low, high = np.percentile(far, (25, 75))
    fall = (near.mean() - far.mean()) / (high - low + _FAINT / 4)
    return _between(float(fall), _FALLING)


def _roundness(itself: Array) -> float:
    """Returns how wide a spot is over how long it is, 0 to 1."""
    spread = np.cov(np.nonzero(itself), bias=True) + np.eye(2) / 12  # a cell's own
    narrow, wide = np.linalg.eigvalsh(spread)
    return float(np.sqrt(narrow / wide))


def _shrinking(near: Array, far: Array) -> float:
    """Returns how far light around a spot is a star, 0 to 1, by two of its rings.

    A star's rays and what is between them get darker outwards; in a texture, which is
    as uneven, some part stays as bright.
    """
    before, after = (np.percentile(ring, (25, 50, 75)) for ring in (near, far))
    fall = (before - after) / (before + _FAINT)
    return _between(float(fall.min()), _STAR)


def _components(cells: Array) -> tuple[int, Array, Array]:
    """Returns how many spots there are, which one each cell is of, and their boxes.

    Args:
      cells: `[h, w]` bool, that are of a spot; 0 is what is around them.
    """
    mask = cells.view(np.uint8)
    # A third of the time in 16 bits, where these are sure to be enough.
    few = cv2.countNonZero(mask) < 1 << 16
    count, label, boxes, _ = cv2.connectedComponentsWithStats(
        mask, ltype=cv2.CV_16U if few else cv2.CV_32S
    )
    return count, label, boxes


def _around(bounds: Array, margin: int) -> _Box:
    """Returns the rows and columns of a component's bounds, and a margin."""
    x, y, width, height = bounds[:4]
    return (
        slice(max(0, y - margin), y + height + margin),
        slice(max(0, x - margin), x + width + margin),
    )


def _rings(itself: Array, count: int) -> list[Array]:
    """Returns a spot's neighbours, `[h, w]` bool, then theirs, and so on."""
    rings = []
    for _ in range(count):
        wider = cv2.dilate(itself, np.ones((3, 3), np.uint8))
        rings.append(wider > itself)
        itself = wider
    return rings


def _between(value: float, ends: tuple[float, float]) -> float:
    """Returns 0 at the first of both ends, 1 at the other, and a line between."""
    none, whole = ends
    return min(1.0, max(0.0, (none - value) / (none - whole)))
