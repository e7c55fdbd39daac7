"""Photo textures in endless variations.

Few photos go a long way by random crops, mirrors, colour, contrast, and fine detail
borrowed from another texture.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
from skimage import data

from darkroom import pixels
from darkroom.io import images
from darkroom.pixels import Array
from darkroom.scenes.textures import Textures

Rng = np.random.Generator


@functools.cache
def read(name: str) -> Array:
    """Reads a file, or what scikit-image calls so: `[h, w, 3]`, sRGB in [0, 1]."""
    if "." in name:
        return pixels.to_float(images.read(name).pixels)
    if name == "motorcycle":
        photo = data.stereo_motorcycle()[0]
    else:
        photo = getattr(data, name)()
    if photo.ndim == 2:
        photo = np.repeat(photo[..., None], 3, axis=2)
    return photo.astype(np.float32) / 255


def view(rng: Rng, textures: Textures, height: int, width: int) -> Array:
    """Cuts a part of a photo of a place or a thing, `[height, width, 3]`, linear."""
    if rng.random() < 0.2:
        return surface(rng, textures, height, width)
    photo = _crop(rng, read(str(rng.choice(textures.views))), height, width)
    return detailed(rng, textures, pixels.to_linear(graded(rng, photo)))


def surface(rng: Rng, textures: Textures, height: int, width: int) -> Array:
    """Cuts a part of a photo of stone, grass and the like, often recoloured."""
    photo = _crop(rng, read(str(rng.choice(textures.surfaces))), height, width)
    if rng.random() < 0.5:
        photo = photo.transpose(1, 0, 2) if height == width else photo[::-1]
    return detailed(rng, textures, pixels.to_linear(graded(rng, _toned(rng, photo))))


def anything(rng: Rng, textures: Textures, height: int, width: int) -> Array:
    """Cuts a view or a surface, `[height, width, 3]`, linear."""
    draw = view if rng.random() < 0.5 else surface
    return draw(rng, textures, height, width)


def _crop(rng: Rng, photo: Array, height: int, width: int) -> Array:
    """Cuts a random part of the right shape; of small photos the largest that fits."""
    high, wide = photo.shape[:2]
    fit = min(high / height, wide / width)  # photo pixels per pixel, whole photo
    zoom = fit * rng.uniform(0.55, 1.0) if fit > 0.9 else fit
    rows, columns = max(1, round(height * zoom)), max(1, round(width * zoom))
    y = int(rng.integers(0, high - rows + 1))
    x = int(rng.integers(0, wide - columns + 1))
    part = photo[y : y + rows, x : x + columns]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    how = cv2.INTER_AREA if zoom > 1 else cv2.INTER_CUBIC
    part = cv2.resize(np.ascontiguousarray(part), (width, height), interpolation=how)
    return np.clip(part, 0, 1)


def graded(rng: Rng, photo: Array, turn: float = 15) -> Array:
    """Changes hue (by `turn` degrees or so), saturation, contrast and light."""
    hsv = cv2.cvtColor(photo, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0] + rng.normal(0, turn)) % 360
    hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.6, 1.25), 0, 1)
    light = rng.uniform(0.8, 1.0, 3) * rng.uniform(0.75, 1.1)
    photo = cv2.pow(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), rng.uniform(0.75, 1.3))
    return np.clip(photo * light, 0, 1).astype(np.float32)


def _toned(rng: Rng, photo: Array) -> Array:
    """Puts the photo's greys between a dark and a light colour, sometimes."""
    few = photo[::8, ::8]
    if rng.random() < 0.25 and np.ptp(few, axis=2).max() > 0.1:  # it has colour
        return photo
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    hue = rng.uniform(0, 360)
    pair = np.array(
        [
            [hue, rng.uniform(0.1, 0.7), rng.uniform(0.02, 0.25)],
            [hue + rng.normal(0, 25), rng.uniform(0, 0.5), rng.uniform(0.6, 1.0)],
        ],
        np.float32,
    )
    pair[:, 0] %= 360
    dark, light = cv2.cvtColor(pair[None], cv2.COLOR_HSV2RGB)[0]
    return dark + grey[..., None] * (light - dark)


def detailed(rng: Rng, textures: Textures, linear: Array) -> Array:
    """Adds fine detail of a texture: enlarged photos have none of their own."""
    name, least, most = textures.grain, 0.1, 0.8
    if textures.photographic:  # most of these photos have detail of their own
        name, least, most = str(rng.choice(textures.surfaces)), 0.0, 0.3
    grain = read(name)[..., 1]
    side = min(grain.shape)
    height, width = linear.shape[:2]
    y = np.arange(height) + int(rng.integers(0, side))
    x = np.arange(width) + int(rng.integers(0, side))
    # tiled by mirrors, so that there is no seam
    mirrored = np.concatenate([np.arange(side), np.arange(side)[::-1]])
    rows, columns = (np.take(mirrored, n, mode="wrap") for n in (y, x))
    strength = np.float32(rng.uniform(least, most))
    light = cv2.exp(strength * (grain[np.ix_(rows, columns)] - np.float32(0.5)))
    return np.clip(linear * light[..., None], 0, 1)
