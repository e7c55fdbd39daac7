"""Portraits with hair in focus before a blurred photo: what hard edges cannot show.

With the matte a, the person's own colours F and the background B the sharp photo is
a F + (1 - a) B, and a lens focused on the person makes a F + (1 - a) blur(B) of it,
all in linear light. The disparity is what a perfect but hard depth map says.
"""

from __future__ import annotations

import math
import pathlib

import cv2
import numpy as np

from benchmarks.lens.truth import Shot
from darkroom import pixels
from darkroom.io import images
from darkroom.lens import aperture
from darkroom.pixels import Array
from darkroom.scenes import hair, photos, textures

NEAR, FAR = 0.75, 0.1  # disparities of the person, in focus, and of the background
RADII = (12.0, 24.0, 40.0)  # of the background's blur in pixels, in turns
HEIGHT = 960  # of the shots that are made of cut-outs

_PARTIAL = (0.02, 0.98)  # alpha of hair


def generate(count: int, size: tuple[int, int], seed: int) -> list[Shot]:
    """Draws persons with hair before photos that no network is trained on.

    Args:
      count: how many.
      size: height and width, in pixels.
      seed: another seed, other portraits.
    """
    shots = []
    for n in range(count):
        rng = np.random.default_rng([seed, n])
        colour, alpha = hair.portrait(rng, textures.of("test"), *size)
        border = math.ceil(RADII[n % len(RADII)]) + 1
        height, width = (side + 2 * border for side in size)
        behind = photos.anything(rng, textures.of("test"), height, width) * np.float32(
            0.95
        )
        shots.append(composite(f"portrait/{n}", colour, alpha, behind, n))
    return shots


def read(cutouts: pathlib.Path, backgrounds: pathlib.Path) -> list[Shot]:
    """Puts cut-outs with a matte before photos, which are taken in turns.

    Args:
      cutouts: a folder with `original/NAME.*` and `alpha/NAME.png`.
      backgrounds: a folder of JPEG and PNG photos.

    Raises:
      OSError: a picture is missing or cannot be read.
      ValueError: there is no cut-out, or no background.
    """
    originals = sorted((cutouts / "original").glob("*"))
    behind = sorted(
        p for p in backgrounds.glob("*") if p.suffix.lower() in (".jpg", ".png")
    )
    if not originals or not behind:
        empty = cutouts / "original" if not originals else backgrounds
        raise ValueError(
            f"{empty} holds no picture; expected cut-outs as original/NAME.jpg and "
            "alpha/NAME.png, and backgrounds as JPEG or PNG"
        )
    shots = []
    for n, path in enumerate(originals):
        photo = _scaled(images.read(path).pixels, HEIGHT)
        height, width = photo.shape[:2]
        matte = images.read(cutouts / "alpha" / f"{path.stem}.png").pixels
        matte = matte if matte.ndim == 2 else matte[..., 0]
        alpha = pixels.to_float(
            cv2.resize(matte, (width, height), interpolation=cv2.INTER_AREA)
        )
        border = math.ceil(RADII[n % len(RADII)]) + 1
        wanted = height + 2 * border, width + 2 * border
        other = images.read(behind[n % len(behind)]).pixels[..., :3]
        fill = max(w / s for w, s in zip(wanted, other.shape[:2], strict=True))
        other = _scaled(other, math.ceil(fill * other.shape[0]))
        other = other[: wanted[0], : wanted[1]]
        colour = foreground(pixels.to_linear(photo), alpha)
        shots.append(composite(path.stem, colour, alpha, pixels.to_linear(other), n))
    return shots


def _scaled(photo: Array, height: int) -> Array:
    factor = height / photo.shape[0]
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (math.ceil(photo.shape[1] * factor), height)
    return cv2.resize(photo, size, interpolation=how)


def composite(
    name: str, colour: Array, alpha: Array, behind: Array, number: int
) -> Shot:
    """Makes a shot; `scored` is the band of partial alpha.

    Args:
      name: of the shot.
      colour: `[H, W, 3]`, the person's own, linear light.
      alpha: `[H, W]` in [0, 1].
      behind: `[H + 2 n, W + 2 n, 3]`, linear light, the background and a border.
      number: which of `RADII` it gets.
    """
    radius, a = RADII[number % len(RADII)], alpha[..., None]
    disc = aperture.kernel(aperture.DISC, radius)
    blurred = cv2.filter2D(behind, -1, disc, borderType=cv2.BORDER_REFLECT)
    border = (len(behind) - len(alpha)) // 2
    inside = np.s_[border : border + len(alpha), border : border + alpha.shape[1]]
    photo, truth = (
        pixels.to_srgb(a * colour + (1 - a) * back[inside], np.uint8)
        for back in (behind, blurred)
    )
    disparity = np.where(alpha > 0.5, NEAR, FAR).astype(np.float32)
    hairs = (alpha > _PARTIAL[0]) & (alpha < _PARTIAL[1])
    return Shot(
        name, photo, disparity, NEAR, radius / (NEAR - FAR), truth, hairs, alpha
    )


def foreground(linear: Array, alpha: Array) -> Array:
    """Estimates the person's own colours, `[H, W, 3]`: blur fusion.

    Forte, "Approximate fast foreground colour estimation", ICIP 2021: a coarse and a
    fine pass.

    Args:
      linear: `[H, W, 3]`, the photo that was cut out.
      alpha: `[H, W]`.
    """
    front, back, a = linear, linear, alpha[..., None]
    for size in (91, 7):
        share = cv2.blur(alpha, (size, size))[..., None]
        front = cv2.blur(front * a, (size, size)) / (share + 1e-5)
        back = cv2.blur(back * (1 - a), (size, size)) / (1 - share + 1e-5)
        front = front + a * (linear - a * front - (1 - a) * back)
        front = np.clip(front, 0, None)
    return front
