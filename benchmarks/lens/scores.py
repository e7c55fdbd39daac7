"""How close a picture is to the truth, in all of it and in the parts that are hard.

PSNR and SSIM are of sRGB values of 8 bits, as the field has them.

- `psnr`, `ssim` (Wang et al. 2004: Gaussian window of 11 pixels, sigma 1.5) of all.
- `scored`: PSNR of the pixels that the set is about, where it names them: hair, or
  what no blur reaches from beyond the picture.
- `edges`: PSNR of the pixels that a step of the disparity by over 0.03 reaches, where
  occlusion decides: those within the larger blur radius of the step's two sides.
- `lights`: PSNR of the discs that lights make, and `geometry`: of all else. A light is
  a spot of the photo that is clipped in all channels and at most 1/1000 of it; its disc
  is what lies within its blur radius and two pixels of it. How bright a light was
  cannot be seen, so `lights` rewards a lucky guess, and `geometry` does not.
- `energy`: the light of the picture over the truth's, less 1, in linear light; where
  nothing is clipped, and farther from the border than any blur reaches.
- `sharpness`: how much detail (the variance of the Laplacian) is left where the photo
  is in focus and no blur can reach; 1 is all.
"""

from __future__ import annotations

import numpy as np

from benchmarks.lens import truth
from darkroom import pixels
from darkroom.pixels import Array

STEP = 0.03  # of disparity, between neighbours
LIGHT = 1 / 1000  # of the picture's area: the largest spot taken for a light
IN_FOCUS = 0.25  # pixels of blur radius that cannot be seen
EQUAL = 100.0  # dB, of equal pictures; infinity has no mean
NAMES = (
    *("psnr", "ssim", "scored", "edges"),
    *("lights", "geometry", "energy", "sharpness"),
)

_ENOUGH = 100  # pixels; of fewer there is no score


def score(shot: truth.Shot, picture: Array) -> dict[str, float | None]:
    """Returns all scores of a picture by `NAMES`; None where nothing can be scored.

    Args:
      shot: what should have come out.
      picture: `[H, W, 3]` uint8, what came out.
    """
    lit = near_lights(shot)
    return {
        "psnr": psnr(shot.truth, picture),
        "ssim": ssim(shot.truth, picture),
        "scored": scored(shot, picture),
        "edges": psnr(shot.truth, picture, near_steps(shot)),
        "lights": psnr(shot.truth, picture, lit),
        "geometry": psnr(shot.truth, picture, ~lit),
        "energy": _energy(shot, picture, lit),
        "sharpness": _sharpness(shot, picture),
    }


def scored(shot: truth.Shot, picture: Array) -> float | None:
    """Returns the PSNR of the pixels that the set is about; None if it names none."""
    if shot.scored is None:
        return None
    return psnr(shot.truth, picture, shot.scored)


def psnr(one: Array, other: Array, where: Array | None = None) -> float | None:
    """Returns the PSNR of uint8 pictures in dB, at most `EQUAL`.

    Args:
      one: `[H, W, 3]`.
      other: `[H, W, 3]`.
      where: `[H, W]` bool, the valid pixels; all when omitted.
    """
    differ = one.astype(np.float32) - other
    if where is not None:
        if where.sum() < _ENOUGH:
            return None
        differ = differ[where]
    error = float(np.square(differ, dtype=np.float64).mean())
    return EQUAL if error == 0 else min(EQUAL, 10 * float(np.log10(255**2 / error)))


def ssim(one: Array, other: Array) -> float:
    """Returns the SSIM of uint8 pictures, Wang et al. 2004."""
    from skimage import metrics

    return float(
        metrics.structural_similarity(
            one,
            other,
            channel_axis=2,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )


def near_steps(shot: truth.Shot) -> Array:
    """Returns `[H, W]` bool: within the blur radius of a step of the disparity.

    Of its two sides' radii the larger counts: what is blurred covers what is sharp.
    """
    reach = np.zeros_like(shot.blur_radius)
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        step = np.abs(shot.disparity[one] - shot.disparity[other]) > STEP
        larger = step * np.maximum(shot.blur_radius[one], shot.blur_radius[other])
        for side in (one, other):
            reach[side] = np.maximum(reach[side], larger)
    near = np.zeros(reach.shape, bool)
    for radius in range(1, int(reach.max()) + 1):
        near |= _distance(reach >= radius) <= radius
    return near


def near_lights(shot: truth.Shot) -> Array:
    """Returns `[H, W]` bool: within their own blur radius, and 2 pixels, of a light."""
    import cv2

    clipped = (shot.photo == 255).all(axis=2).astype(np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(clipped)
    small = boxes[:, cv2.CC_STAT_AREA] <= LIGHT * clipped.size
    small[0] = False  # what is not clipped
    return _distance(small[labels]) <= shot.blur_radius + 2


def _distance(spots: Array) -> Array:
    """Returns `[H, W]` float32: how far the nearest of the `spots` is, in pixels."""
    import cv2

    if not spots.any():
        return np.full(spots.shape, np.inf, np.float32)
    return cv2.distanceTransform(
        (~spots).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )


def _energy(shot: truth.Shot, picture: Array, lit: Array) -> float | None:
    border = int(np.ceil(shot.blur_radius.max())) + 1
    inside = np.zeros(lit.shape, bool)
    inside[border:-border, border:-border] = True
    clipped = (shot.photo == 255).any(axis=2) | (shot.truth == 255).any(axis=2)
    inside &= ~lit & ~clipped
    if inside.sum() < _ENOUGH:
        return None
    light, there = (pixels.to_linear(p[inside]) for p in (picture, shot.truth))
    return float(light.mean(dtype=np.float64) / there.mean(dtype=np.float64)) - 1


def _sharpness(shot: truth.Shot, picture: Array) -> float | None:
    import cv2

    reach = float(shot.blur_radius.max()) + 2  # 2: the Laplacian's and lights' rims
    away = _distance(shot.blur_radius > IN_FOCUS) > reach
    if away.sum() < _ENOUGH:
        return None
    before, after = (
        cv2.Laplacian(p, cv2.CV_32F)[away].var() for p in (shot.photo, picture)
    )
    return float(after / before) if before else None
