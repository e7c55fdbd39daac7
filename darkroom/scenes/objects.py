"""Things that stand in a scene: an outline or a cut-out, colour, light on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array
from darkroom.scenes import cutouts, layers, outlines, photos
from darkroom.scenes.layers import Plane
from darkroom.scenes.photos import Rng
from darkroom.scenes.textures import Textures

SUBJECT_BETWEEN = (0.5, 0.88)  # its disparity


@dataclasses.dataclass(frozen=True)
class Stage:
    """Where things can stand: picture, margin around it, and the floor, if any."""

    size: tuple[int, int]
    margin: int
    floor: Plane | None

    def foot(self, rng: Rng, disparity: float) -> float:
        """Returns the row on which a thing of this disparity stands."""
        height = self.size[0]
        if self.floor is not None:
            return (disparity - self.floor.at_origin) / self.floor.along_y
        return height * (1 + 0.25 * float(rng.uniform(-0.6, 1)) * disparity)


def behind(
    rng: Rng, textures: Textures, stage: Stage, disparity: float
) -> layers.Layer:
    """Draws a thing of any kind behind the subject, smaller the farther it is."""
    kinds = (_person, _cutout, _blob, _ellipse, _board, _branch)
    draw = kinds[rng.choice(6, p=[0.22, 0.2, 0.13, 0.1, 0.15, 0.2])]
    height = stage.size[0] * disparity * rng.uniform(0.6, 1.3)
    middle = stage.size[1] * rng.uniform(0, 1)
    foot = stage.foot(rng, disparity)
    return _stand(stage, disparity, *draw(rng, textures, height), foot, middle)


def subject(
    rng: Rng, textures: Textures, stage: Stage, scale: float, portrait: bool
) -> layers.Layer:
    """Draws the subject: large, near, not far from the middle of the picture.

    On a floor its foot says how near it is; `scale` makes it larger.
    """
    kinds = (_person, _person_in_photo, _cutout, _blob, _ellipse, _board)
    shares = [0.5, 0.5] if portrait else [0.3, 0.15, 0.2, 0.15, 0.1, 0.1]
    if textures.photographic and not portrait:  # rather real persons than drawn ones
        shares = [0.05, 0.35, 0.15, 0.2, 0.1, 0.15]
    kind = rng.choice(len(shares), p=shares)
    picture = stage.size[0]
    top = picture * rng.uniform(0.05, 0.3)
    # persons are shown to the waist or the chest, like most portraits
    foot = picture * (rng.uniform(1.0, 1.3) if kind < 2 else rng.uniform(0.75, 1.15))
    disparity = float(rng.uniform(*SUBJECT_BETWEEN))
    if stage.floor is not None:
        at_foot = stage.floor.at_origin + stage.floor.along_y * foot
        disparity = float(np.clip(at_foot, *SUBJECT_BETWEEN))
        foot = stage.foot(rng, disparity)
    height = max(foot - top, 0.4 * picture) * scale
    middle = stage.size[1] * rng.uniform(0.25, 0.75)
    colour, alpha = kinds[kind](rng, textures, height)
    return _stand(stage, disparity, colour, alpha, foot, middle)


def before(
    rng: Rng, textures: Textures, stage: Stage, disparity: float
) -> layers.Layer:
    """Draws a twig, a post or a leaf that looks into the picture from its edge."""
    height, width = stage.size
    draw = (_branch, _board, _blob)[rng.choice(3, p=[0.6, 0.2, 0.2])]
    tall = height * rng.uniform(0.3, 1.1)
    aside = rng.uniform(-0.05, 0.25)
    middle = width * (aside if rng.random() < 0.5 else 1 - aside)
    foot = height * rng.uniform(1.0, 1.12)
    return _stand(stage, disparity, *draw(rng, textures, tall), foot, middle)


def _stand(
    stage: Stage,
    disparity: float,
    colour: Array,
    alpha: Array,
    foot: float,
    middle: float,
) -> layers.Layer:
    """Puts a thing on its place, cut off where the margin ends."""
    rows, columns = alpha.shape
    top, left = round(foot) - rows + 1, round(middle - columns / 2)
    (height, width), margin = stage.size, stage.margin
    y0, x0 = max(0, -margin - top), max(0, -margin - left)
    y1 = max(y0, min(rows, height + margin - top))
    x1 = max(x0, min(columns, width + margin - left))
    part = np.s_[y0:y1, x0:x1]
    return layers.layer(
        colour[part], alpha[part], top + y0, left + x0, Plane(disparity)
    )


def _filled(
    rng: Rng, textures: Textures, outline: Sequence[outlines.Polygon], height: float
) -> tuple[Array, Array]:
    """Fills an outline with a photo: linear colour `[h, w, 3]`, alpha `[h, w]`."""
    if textures.photographic and rng.random() < 0.25:
        outline = outlines.hairy(rng, outline)
    alpha = _softened(rng, textures, outlines.alpha(outline, outline, height))
    colour = photos.anything(rng, textures, *alpha.shape)
    return _lit(rng, colour, alpha, height), alpha


def _blob(rng: Rng, textures: Textures, height: float) -> tuple[Array, Array]:
    return _filled(rng, textures, outlines.blob(rng), height)


def _ellipse(rng: Rng, textures: Textures, height: float) -> tuple[Array, Array]:
    return _filled(rng, textures, outlines.ellipse(rng), height)


def _board(rng: Rng, textures: Textures, height: float) -> tuple[Array, Array]:
    return _filled(rng, textures, outlines.board(rng), height)


def _branch(rng: Rng, textures: Textures, height: float) -> tuple[Array, Array]:
    return _filled(rng, textures, outlines.branch(rng), height)


def _person(rng: Rng, textures: Textures, height: float) -> tuple[Array, Array]:
    """Draws a clothed silhouette: a photo's texture, and a head of skin and hair."""
    parts = outlines.person(rng)
    frame = outlines.hairy(rng, parts) if textures.photographic else parts
    whole = _softened(rng, textures, outlines.alpha(frame, frame, height))
    colour = photos.surface(rng, textures, *whole.shape)
    grain = colour.mean(axis=2, keepdims=True)
    grain = 0.9 + 0.1 * np.minimum(grain / (grain.mean() + 1e-3), 3)
    skin = np.array([0.75, 0.45, 0.32]) * rng.uniform(0.12, 1.0)
    hair = np.array([0.3, 0.18, 0.1]) * np.exp(rng.uniform(-3, 0.3))
    for part, tone in ((parts[1:2], skin), (parts[2:3], skin), (frame[3:], hair)):
        shown = outlines.alpha(part, frame, height)[..., None]
        colour = colour * (1 - shown) + shown * tone * grain
    return _lit(rng, colour, whole, height), whole


def _person_in_photo(
    rng: Rng, textures: Textures, height: float
) -> tuple[Array, Array]:
    if not textures.persons:
        return _person(rng, textures, height)
    return _cut(rng, str(rng.choice(textures.persons)), height)


def _cutout(rng: Rng, textures: Textures, height: float) -> tuple[Array, Array]:
    names = textures.things + textures.persons
    name = str(rng.choice(names))
    return _cut(rng, name, height * (0.7 if name in textures.things else 1))


def _softened(rng: Rng, textures: Textures, alpha: Array) -> Array:
    """An edge a pixel or two wide, as a camera's are."""
    if not textures.photographic:
        return alpha
    soft = cv2.GaussianBlur(alpha, (0, 0), rng.uniform(0.3, 1.2))
    soft[[0, -1]] = 0
    soft[:, [0, -1]] = 0
    return soft


def _cut(rng: Rng, name: str, height: float) -> tuple[Array, Array]:
    photo, alpha = cutouts.scaled(name, height, mirror=bool(rng.random() < 0.5))
    return pixels.to_linear(photos.graded(rng, photo, turn=8)), alpha


def _lit(rng: Rng, colour: Array, alpha: Array, height: float) -> Array:
    """Lights a thing from one side, as if its outline were that of a rounded one."""
    rows, columns = (max(2, n // 4) for n in alpha.shape)
    reduced = cv2.resize(alpha, (columns, rows), interpolation=cv2.INTER_AREA)
    heights = cv2.GaussianBlur(reduced, (0, 0), max(1.0, height * 0.02))
    slope = np.stack(np.gradient(heights), axis=-1)
    slope /= np.abs(slope).max() + 1e-6
    turn = rng.uniform(-2.5, 2.5)
    light = 1 + 0.55 * (slope @ np.array([np.cos(turn), np.sin(turn)]))
    light = cv2.resize(light.astype(np.float32), alpha.shape[::-1])
    return np.clip(colour * light[..., None], 0, 1)
