"""Nights: coloured lamps, clipped and blooming, before what a lens makes of them.

A scene of `darkroom.scenes` is darkened, lamps many times brighter than white are put
into it at several distances, and its light passes a thin lens, exactly as in `optics`,
and then the glare that every camera adds: part of each point's light falls around it.
The photo and the truth are the pinhole's and the lens's light, both with the glare, and
both clipped at white. So a lamp's core tells neither its brightness nor its colour, as
in photos; its halo does.
"""

from __future__ import annotations

import dataclasses
import math

import cv2
import numpy as np

from benchmarks.lens.truth import Shot
from darkroom import pixels
from darkroom.pixels import Array
from darkroom.scenes import layers, optics, stage
from darkroom.scenes.photos import Rng
from darkroom.scenes.shots import APERTURES

RAYS = 512

# Linear sRGB, the largest channel 1: sodium twice, tungsten, warm and cold LEDs, a red
# and a green signal, a blue sign.
_COLOURS = np.array(
    [
        (1.0, 0.42, 0.04),
        (1.0, 0.5, 0.1),
        (1.0, 0.6, 0.25),
        (1.0, 0.75, 0.5),
        (0.8, 0.9, 1.0),
        (1.0, 0.06, 0.03),
        (0.1, 1.0, 0.45),
        (0.15, 0.3, 1.0),
    ]
)
_LAMPS = (12, 40)
_BRIGHTNESS = (2.0, 60.0)  # of the largest channel, over white; any doubling as likely
_RADIUS = (0.002, 0.008)  # of the picture's height
_NIGHT = (0.04, 0.15)  # what is left of daylight
_TINT = np.array((1.0, 0.85, 0.7), np.float32)
# Share and deviation, of the picture's height, of what glare takes from each point:
# three Gaussians for the steep core and the long tails of measured ones.
_GLARE = ((0.10, 0.0025), (0.04, 0.009), (0.02, 0.035))


def generate(count: int, size: tuple[int, int], seed: int) -> list[Shot]:
    """Makes `count` nights, each seen by three lenses focused on its subject.

    Args:
      count: scenes.
      size: height and width, in pixels.
      seed: another seed, other scenes.
    """
    return [shot for n in range(count) for shot in _shots(size, seed, n)]


def _shots(size: tuple[int, int], seed: int, n: int) -> list[Shot]:
    rng = np.random.default_rng([seed, n, 2])  # a stream apart from the stage's
    scene = lit(rng, stage.scene(seed, n, size, "test", lamps=0))
    photo = _photo(optics.pinhole(scene))
    disparity = optics.disparity(scene)
    shots = []
    for k, aperture in enumerate(APERTURES):
        radius = aperture * max(size)
        truth = _photo(optics.shoot(scene, radius, rays=RAYS))
        name = f"night_{n}/{k}"
        shots.append(Shot(name, photo, disparity, scene.focus, radius, truth))
    return shots


def _photo(linear: Array) -> Array:
    return pixels.to_srgb(glare(linear), np.uint8)


def glare(linear: Array) -> Array:
    """Spreads part of each point's light around it, `[H, W, 3]`; none is lost."""
    direct = 1 - sum(share for share, _ in _GLARE)
    total = linear * np.float32(direct)
    for share, deviation in _GLARE:
        sigma = deviation * len(linear)
        around = cv2.GaussianBlur(linear, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
        total += np.float32(share) * around
    return total


def lit(rng: Rng, scene: layers.Scene) -> layers.Scene:
    """Darkens a scene and hangs lamps behind its subject, at several distances."""
    daylight = float(rng.uniform(*_NIGHT))
    dark = [_darkened(layer, daylight) for layer in scene.layers]
    far = scene.layers[-1].plane.at_origin
    lamps: list[layers.Layer] = []
    for share in np.sort(rng.uniform(0, 0.85, int(rng.integers(*_LAMPS))))[::-1]:
        # Most hang far away: streets recede.
        disparity = far + float(share) ** 2 * max(scene.focus - 0.1 - far, 0.01)
        lamps.append(_lamp(rng, scene, disparity + 0.005))
    # Before the far view and behind everything else.
    return dataclasses.replace(scene, layers=(*dark[:-1], *lamps, dark[-1]))


def _darkened(layer: layers.Layer, daylight: float) -> layers.Layer:
    rgba = layer.rgba.copy()
    rgba[..., :3] *= np.float32(daylight) * _TINT
    return dataclasses.replace(layer, rgba=rgba)


def _lamp(rng: Rng, scene: layers.Scene, disparity: float) -> layers.Layer:
    """Draws a small disc of light at a place of the upper two thirds."""
    height, width = scene.size
    radius = height * rng.uniform(*_RADIUS)
    reach = math.ceil(radius) + 2
    place = rng.uniform((0, 0), (0.66 * height, width))
    top, left = (math.floor(at) - reach for at in place)
    y, x = (
        np.mgrid[: 2 * reach + 1, : 2 * reach + 1] - (place % 1 + reach)[:, None, None]
    )
    alpha = np.clip(radius + 0.5 - np.hypot(y, x), 0, 1).astype(np.float32)
    least, most = np.log(_BRIGHTNESS)
    glow = _COLOURS[int(rng.integers(len(_COLOURS)))] * np.exp(rng.uniform(least, most))
    colour = np.broadcast_to(glow.astype(np.float32), (*alpha.shape, 3))
    return layers.layer(colour, alpha, top, left, layers.Plane(disparity))
