"""What stands around the objects: a far view or a receding wall, and a floor."""

from __future__ import annotations

import math

import cv2
import numpy as np

from darkroom.pixels import Array
from darkroom.scenes import layers, photos
from darkroom.scenes.layers import Plane
from darkroom.scenes.photos import Rng
from darkroom.scenes.textures import Textures

LAMPS = 0.35  # how often the far view has lamps


def far(
    rng: Rng,
    textures: Textures,
    size: tuple[int, int],
    canvas: tuple[int, int],
    lamps: float = LAMPS,
) -> layers.Layer:
    """Draws the last layer: a photo far away, soft or not, sometimes with lamps."""
    top, left = (size[0] - canvas[0]) // 2, (size[1] - canvas[1]) // 2
    colour = photos.view(rng, textures, *canvas)
    plane = Plane(float(rng.uniform(0.03, 0.15)))
    if rng.random() < 0.2:  # a wall that comes nearer to one side
        near = rng.uniform(0.06, 0.15)
        slope = near / canvas[1] * rng.choice([-1, 1])
        start = plane.at_origin + (near if slope < 0 else 0)
        plane = Plane(float(start + slope * -left), float(slope))
        colour = photos.surface(rng, textures, *canvas)
    if rng.random() < 0.3:
        colour = cv2.GaussianBlur(colour, (0, 0), size[0] * rng.uniform(0.003, 0.015))
    if rng.random() < lamps:
        colour = _lamps(rng, colour * np.float32(rng.uniform(0.1, 0.7)), size[0])
    return layers.layer(colour, np.ones(canvas, np.float32), top, left, plane)


def _lamps(rng: Rng, colour: Array, height: int) -> Array:
    """Adds small sources of light, 3 to 25 times as bright as white."""
    lit = colour.copy()
    for _ in range(int(rng.integers(4, 30))):
        radius = height * rng.uniform(0.006, 0.01)
        box = math.ceil(radius) + 2  # half the side of the patch that is painted
        middle = [int(rng.integers(box, n - box)) for n in colour.shape[:2]]
        y, x = np.mgrid[-box : box + 1, -box : box + 1] + rng.uniform(-0.5, 0.5)
        part = np.clip(radius + 0.5 - np.hypot(y, x), 0, 1)[..., None]
        glow = rng.uniform([0.6, 0.4, 0.15], 1.0) * np.exp(rng.uniform(1.1, 3.2))
        if rng.random() < 0.2:
            glow = glow[::-1]
        top, left = middle[0] - box, middle[1] - box
        patch = lit[top : top + 2 * box + 1, left : left + 2 * box + 1]
        patch += part * (glow - patch)
    return lit


def nearest(far: layers.Layer, size: tuple[int, int]) -> float:
    """Returns the largest disparity that a view or a wall has in the picture."""
    return float(far.plane.disparity(*size).max())


def floor(
    rng: Rng,
    textures: Textures,
    size: tuple[int, int],
    canvas: tuple[int, int],
    far_end: float,
) -> layers.Layer:
    """Draws a floor from its far end, at this disparity, to the canvas's lower edge.

    Its disparity is affine in y: it grows from the far edge to the picture's lower
    edge, and its texture follows the perspective.
    """
    height = size[0]
    margin = (canvas[0] - height) // 2
    top = round(height * rng.uniform(0.42, 0.68))
    near_end = rng.uniform(0.55, 0.88)
    slope = (near_end - far_end) / (height - top)
    plane = Plane(float(far_end - slope * top), 0.0, float(slope))
    horizon = top - far_end / slope  # where the disparity would be 0
    texture = photos.surface(rng, textures, 512, 512)
    rows = np.arange(top, height + margin)
    colour = _perspective(rng, texture, rows - horizon, canvas[1], height)
    alpha = np.ones(colour.shape[:2], np.float32)
    alpha[0] = 0  # the far edge: fades in over its first pixel
    return layers.layer(colour, alpha, top, -margin, plane)


def _perspective(
    rng: Rng, texture: Array, below: Array, width: int, height: int
) -> Array:
    """Lays the texture on a floor, `below` pixels under its horizon.

    A floor point at picture place (x, y) lies at (x, f) / (y - horizon) times the
    camera's height, f the focal length in pixels. Each row reads the texture from
    the level of its pyramid that has about one texel per pixel.
    """
    pyramid: list[Array] = [texture]
    while min(pyramid[-1].shape[:2]) > 8:
        pyramid.append(cv2.pyrDown(pyramid[-1]))
    unit = 0.8 * height  # texels per camera height: one texel per pixel up close
    finer = 4  # rows per row: a floor is foreshortened, so it is fine in y
    part = (np.arange(finer) + 0.5) / finer - 0.5
    depth = unit / (below[:, None] + part).reshape(-1, 1)
    across = np.arange(width) - width / 2
    start = rng.uniform(0, 1000)
    level = np.clip(np.log2(unit / below * 1.4), 0, len(pyramid) - 1).round()
    rows = np.empty((len(below), width, 3), np.float32)
    for k in np.unique(level):
        chosen = np.repeat(level == k, finer)
        x = (depth[chosen] * across + start) / 2**k
        y = np.broadcast_to(depth[chosen] * height * 0.8 / 2**k, x.shape)
        source = pyramid[int(k)]
        x, y = (_mirrored(place, len(source)) for place in (x, y))
        fine = cv2.remap(source, x, y, cv2.INTER_LINEAR)
        rows[level == k] = fine.reshape(-1, finer, width, 3).mean(1)
    return rows


def _mirrored(place: Array, count: int) -> Array:
    """Places folded into [0, count - 1], as between two mirrors."""
    period = 2 * (count - 1)
    folded = np.mod(place, period)
    return np.minimum(folded, period - folded).astype(np.float32)
