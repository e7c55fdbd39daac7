"""Sets up a random scene: a far view, often a floor, objects, one subject.

The rule of focus, which a network must be able to see in photo and disparity: the
subject, which is in focus, is the nearest object that covers at least 8 % of the
picture. What stands nearer covers at most 4 %, and floors are no objects.

Near things are large and stand low, as in real photos. All sizes follow the size
of the picture.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from darkroom.pixels import Array
from darkroom.scenes import layers, objects, optics, surroundings, textures
from darkroom.scenes.photos import Rng
from darkroom.scenes.textures import Split, Textures

SUBJECT_COVERS = 0.08
NEARER_COVERS = 0.04
MARGIN = 0.12  # of the picture's longer side
_TRIES = 20


def scene(
    seed: int,
    index: int,
    size: tuple[int, int],
    split: Split = "train",
    portrait: bool = False,
    lamps: float = surroundings.LAMPS,
    photos: str | None = None,
) -> layers.Scene:
    """Sets up the scene of a number.

    Args:
      seed: of the whole data set.
      index: of the scene; each (seed, index, split) is a stream of its own.
      size: height and width of the picture in pixels, at least 32 each.
      split: scenes of "train" and "test" share no photo.
      portrait: whether the subject is a person.
      lamps: how often the far view has lamps in it, 0 to 1.
      photos: a folder of pictures to take textures from, too (`textures.of`).

    Raises:
      ValueError: the picture is smaller than 32 pixels.
    """
    if min(size) < 32:
        raise ValueError(
            f"a scene of {size[0]}x{size[1]} pixels is too small to hold anything; "
            "take at least 32x32"
        )
    rng = np.random.default_rng([seed, index, split == "test"])
    sources = textures.of(split, photos)
    height, width = size
    margin = math.ceil(MARGIN * max(size))
    canvas = (height + 2 * margin, width + 2 * margin)
    far = surroundings.far(rng, sources, size, canvas, lamps)
    back, edge = [far], surroundings.nearest(far, size)
    floor = None
    if rng.random() < 0.65:
        edge += float(rng.uniform(0.02, 0.1))
        floor = surroundings.floor(rng, sources, size, canvas, edge)
        back.insert(0, floor)
    stage = objects.Stage(size, margin, floor.plane if floor else None)
    subject, shown = _subject(rng, sources, stage, portrait)
    nearest, start = subject.plane.at_origin, max(0.2, edge + 0.01)
    farther = [
        objects.behind(rng, sources, stage, disparity)
        for disparity in rng.uniform(start, nearest - 0.07, int(rng.integers(1, 5)))
    ]
    nearer = _before(rng, sources, stage, nearest, shown) if rng.random() < 0.4 else []
    things = sorted([*nearer, subject, *farther], key=lambda t: -t.plane.at_origin)
    staged = layers.Scene((*things, *back), size, margin, len(nearer))
    return _stretched(rng, staged) if sources.photographic else staged


def _stretched(rng: Rng, scene: layers.Scene) -> layers.Scene:
    """Half of the scenes: disparities from about 0 to about 1, as depth maps are."""
    if rng.random() < 0.5:
        return scene
    shown = optics.disparity(scene)
    least, most = float(rng.uniform(0, 0.08)), float(rng.uniform(0.85, 1))
    scale = (most - least) / float(shown.max() - shown.min())
    offset = least - scale * float(shown.min())

    def stretched(plane: layers.Plane) -> layers.Plane:
        return layers.Plane(
            scale * plane.at_origin + offset,
            scale * plane.along_x,
            scale * plane.along_y,
        )

    return dataclasses.replace(
        scene,
        layers=tuple(
            dataclasses.replace(layer, plane=stretched(layer.plane))
            for layer in scene.layers
        ),
    )


def _subject(
    rng: Rng, sources: Textures, stage: objects.Stage, portrait: bool
) -> tuple[layers.Layer, Array]:
    """Draws a big near object; returns it and what of the picture it covers."""
    scale = 1.0
    while True:
        subject = objects.subject(rng, sources, stage, scale, portrait)
        shown = covered(subject, stage.size)
        if 1.6 * SUBJECT_COVERS < shown.mean() < 0.55:
            return subject, shown
        scale *= 1.15 if shown.mean() < 0.55 else 0.87  # it fits sooner or later


def _before(
    rng: Rng, sources: Textures, stage: objects.Stage, disparity: float, subject: Array
) -> list[layers.Layer]:
    """Draws something small, nearer than the subject and hiding little of it."""
    for _ in range(_TRIES):
        nearer = float(rng.uniform(min(disparity + 0.1, 0.95), 1.0))
        thing = objects.before(rng, sources, stage, nearer)
        shown = covered(thing, stage.size)
        left = (subject * (1 - shown)).mean()
        if 0.004 < shown.mean() < NEARER_COVERS and left > 1.2 * SUBJECT_COVERS:
            return [thing]
    return []


def covered(layer: layers.Layer, size: tuple[int, int]) -> Array:
    """Returns a layer's alpha in the picture, `[H, W]`, as if it were in front."""
    whole = np.zeros(size, np.float32)
    alpha = layer.rgba[max(0, -layer.top) :, max(0, -layer.left) :, 3]
    top, left = max(0, layer.top), max(0, layer.left)
    alpha = alpha[: max(0, size[0] - top), : max(0, size[1] - left)]
    whole[top : top + alpha.shape[0], left : left + alpha.shape[1]] = alpha
    return whole
