"""Outlines of things, and the antialiased alpha inside them.

An outline is a list of polygons `[n, 2]` of (x, y), in a box of height 1 from the
top (y = 0) to the foot (y = 1) with x = 0 in the middle. A point is inside when it
is inside any of the polygons.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from darkroom.pixels import Array
from darkroom.scenes.photos import Rng

Polygon = npt.NDArray[np.float64]
_FINER = 4  # a pixel's alpha is the part of 4 x 4 points that is inside


def alpha(outline: Sequence[Polygon], frame: Sequence[Polygon], height: float) -> Array:
    """Returns how much of each pixel an outline covers, `[h, w]`, foot at the bottom.

    Args:
      outline: what is filled.
      frame: what the array has room for, with a transparent pixel on every side.
      height: how many pixels are one unit.
    """
    points = np.concatenate(frame)
    half = math.ceil(np.abs(points[:, 0]).max() * height) + 1
    above = math.ceil(max(0.0, -points[:, 1].min()) * height) + 1
    shape = (above + math.ceil(height) + 1, 2 * half)
    fine = np.zeros((shape[0] * _FINER, shape[1] * _FINER), np.uint8)
    for polygon in outline:
        corners = (polygon * height + [half, above]) * _FINER - 1
        cv2.fillPoly(fine, [np.round(corners * 16).astype(np.int32)], 255, shift=4)
    # fillPoly also fills what its boundary touches: half a point too much all round,
    # which this takes off at the upper and left side; hence the -1, not -0.5
    fine = cv2.erode(fine, np.ones((2, 2), np.uint8))
    covered = cv2.resize(fine, shape[::-1], interpolation=cv2.INTER_AREA)
    covered[[0, -1]] = 0
    covered[:, [0, -1]] = 0
    return covered.astype(np.float32) / np.float32(255)


def blob(rng: Rng) -> list[Polygon]:
    """Draws a smooth random shape: a circle with five harmonics."""
    angle = np.linspace(0, 2 * math.pi, 160, endpoint=False)
    radius = np.ones_like(angle)
    for k in range(2, 7):
        radius += rng.normal(0, 0.22 / k) * np.cos(k * angle + rng.uniform(0, 6.3))
    points = np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]
    return [_stand(points * [rng.uniform(0.7, 1.3), 1])]


def ellipse(rng: Rng) -> list[Polygon]:
    """Draws an ellipse, upright or lying."""
    angle = np.linspace(0, 2 * math.pi, 120, endpoint=False)
    points = np.stack([np.cos(angle) * rng.uniform(0.5, 1.5), np.sin(angle)], 1)
    return [_stand(points)]


def board(rng: Rng) -> list[Polygon]:
    """Draws a poster, a box, a post: four corners, nearly a rectangle."""
    wide = rng.choice([rng.uniform(0.12, 0.3), rng.uniform(0.5, 1.4)])
    corners = np.array([[-1, 0], [1, 0], [1, 1], [-1, 1]]) * [wide / 2, 1]
    return [_stand(corners + rng.normal(0, 0.03, (4, 2)))]


def person(rng: Rng) -> list[Polygon]:
    """Draws trunk with shoulders, neck, face and hair, in the order of painting."""
    head = rng.uniform(0.13, 0.17)  # half the head's height
    angle = np.linspace(0, 2 * math.pi, 80, endpoint=False)
    wide = head * rng.uniform(0.72, 0.82)
    oval = np.stack([wide * np.cos(angle), head * np.sin(angle)], 1)
    lean = rng.normal(0, 0.02)
    face = oval + np.array([lean, head])
    hair = oval * [1.1, rng.uniform(0.55, 0.75)] + np.array([lean, 0.55 * head])
    fringe = head * rng.uniform(0.55, 0.8)
    hair[:, 1] = np.minimum(hair[:, 1], fringe + 0.6 * np.abs(hair[:, 0] - lean))
    throat, chin = wide * rng.uniform(0.5, 0.6), 2 * head
    neck = np.array([[-1, -0.5], [1, -0.5], [1.15, 0.4], [0, 0.75], [-1.15, 0.4]])
    neck = neck * [throat, head] + [0, chin]
    shoulder, drop = wide * rng.uniform(2.0, 2.6), head * rng.uniform(0.5, 0.8)
    collar = chin + 0.22 * head
    side = np.array(
        [
            [throat, collar],
            [throat + 0.4 * (shoulder - throat), collar + 0.3 * drop],
            [shoulder * 0.88, collar + 0.7 * drop],
            [shoulder, collar + 1.5 * drop],
            [shoulder * rng.uniform(0.98, 1.1), collar + 3 * drop],
            [shoulder * rng.uniform(0.85, 1.05), 1.0],
        ]
    )
    side = _smooth(side)
    return [np.concatenate([side, side[::-1] * [-1, 1]]), neck, face, hair]


def branch(rng: Rng) -> list[Polygon]:
    """Draws a twig that grows upward from the foot, with smaller twigs and leaves."""
    parts: list[Polygon] = []
    _grow(rng, parts, np.array([0.0, 1.0]), rng.normal(0, 0.3), 0.34, 0.022, 4)
    return parts


def _grow(
    rng: Rng,
    parts: list[Polygon],
    start: Polygon,
    turn: float,
    length: float,
    thick: float,
    generations: int,
) -> None:
    along = np.array([math.sin(turn), -math.cos(turn)])
    across = np.array([-along[1], along[0]])
    end = start + along * length
    if generations == 0:  # a leaf
        t = np.linspace(0, 2 * math.pi, 24, endpoint=False)[:, None]
        leaf = along * np.cos(t) * 0.055 + across * np.sin(t) * 0.02
        parts.append(start + along * 0.05 + leaf)
        return
    sides = [(start, thick), (end, thick * 0.7), (end, -thick * 0.7), (start, -thick)]
    parts.append(np.array([point + across * wide for point, wide in sides]))
    for place in (1.0, *rng.uniform(0.35, 1.0, int(rng.integers(1, 3)))):
        grown = turn + rng.normal(0, 0.55)
        shorter = length * rng.uniform(0.6, 0.85)
        root = start + along * length * place
        _grow(rng, parts, root, grown, shorter, thick * 0.68, generations - 1)


def hairy(rng: Rng, outline: Sequence[Polygon]) -> list[Polygon]:
    """The outline with thin strands that stand off its last polygon: hair, grass."""
    around = outline[-1]
    middle = around.mean(0)
    longest = rng.uniform(0.03, 0.15)
    wind = rng.normal(0, 0.5)
    strands = []
    for _ in range(int(rng.integers(80, 400))):
        corner, part = int(rng.integers(len(around))), rng.random()
        edge = around[corner - 1] * part + around[corner] * (1 - part)
        root = edge + rng.normal(0, 0.005, 2)
        out = root - middle
        turn = math.atan2(out[1], out[0]) + wind + rng.normal(0, 0.5)
        bend = rng.normal(0, 0.8)
        t = np.linspace(0, 1, 6)[:, None]
        angle = turn + bend * t
        way = np.concatenate([np.cos(angle), np.sin(angle)], axis=1)
        line = root + t * way * longest * rng.uniform(0.3, 1)
        across = way[:, ::-1] * [-1, 1] * (1 - t) * rng.uniform(0.001, 0.004)
        strands.append(np.concatenate([line + across, (line - across)[::-1]]))
    return [*outline, *strands]


def _stand(points: Polygon) -> Polygon:
    """Scales points to height 1, foot at y = 1, middle at x = 0."""
    low, high = points.min(0), points.max(0)
    return (points - [(low[0] + high[0]) / 2, low[1]]) / (high[1] - low[1])


def _smooth(points: Polygon) -> Polygon:
    """Returns a curve through the points (Catmull and Rom 1974)."""
    around = np.concatenate([[2 * points[0] - points[1]], points])
    around = np.concatenate([around, [2 * points[-1] - points[-2]]])
    t = np.linspace(0, 1, 9)[:-1, None]
    pieces = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False)
    ]
    return np.concatenate([*pieces, points[-1:]])
