"""Makes a matte of a mask, with hair: for --matte, where a photo's background is calm.

  python scripts/closed_form_matte.py photo.jpg mask.png matte.png

Within some pixels of the mask's edge alpha is what is closest to a linear function of
the colours in every window of 3 x 3 pixels: Levin, Lischinski and Weiss, "A closed-form
solution to natural image matting", CVPR 2006. It takes a minute a megapixel.
"""

from __future__ import annotations

import sys

import cv2
import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from darkroom import pixels
from darkroom.io import depth_maps, images
from darkroom.pixels import Array

_UNSURE = 0.012  # of the photo's longer side, on each side of the mask's edge
_EPSILON = 1e-5  # of colours' variances
_CERTAIN = 100.0  # how much more what is known counts than what is smooth


def matte(photo: Array, mask: Array) -> Array:
    """Returns alpha `[H, W]` in [0, 1].

    Args:
      photo: `[H, W, 3]` uint8 or uint16.
      mask: `[H, W]`, 1 for what is in front, up to its edge.
    """
    reach = max(2, round(_UNSURE * max(mask.shape)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    inside = (mask >= 0.5).astype(np.uint8)
    front, around = cv2.erode(inside, disc), cv2.dilate(inside, disc)
    unsure = (around != front).astype(np.uint8)
    laplacian, places = _laplacian(pixels.to_float(photo), unsure)
    known = _CERTAIN * (unsure.ravel()[places] == 0)
    alpha = front.astype(np.float64).ravel()
    solved = linalg.spsolve(
        (laplacian + sparse.diags(known)).tocsc(), known * alpha[places]
    )
    alpha[places] = np.clip(solved, 0, 1)
    return alpha.reshape(mask.shape).astype(np.float32)


def _laplacian(photo: Array, unsure: Array) -> tuple[sparse.csr_matrix, Array]:
    """Returns the matting Laplacian of all windows with unsure pixels, and its pixels.

    Equation 12 of the paper: of each window I - (1 + (I - m)(S + e)^-1 (I - m)^T) / 9.
    """
    height, width = unsure.shape
    rows, columns = np.nonzero(cv2.dilate(unsure, np.ones((3, 3), np.uint8)))
    rows, columns = np.clip(rows, 1, height - 2), np.clip(columns, 1, width - 2)
    middles = np.unique(rows * width + columns)
    around = (np.arange(-1, 2)[:, None] * width + np.arange(-1, 2)).ravel()
    windows = middles[:, None] + around  # [n, 9]
    colours = photo.reshape(-1, 3)[windows].astype(np.float64)
    away = colours - colours.mean(1, keepdims=True)
    scatter = np.einsum("nwc,nwd->ncd", away, away) / 9 + _EPSILON / 9 * np.eye(3)
    affinity = (1 + away @ np.linalg.solve(scatter, away.transpose(0, 2, 1))) / 9
    places, index = np.unique(windows, return_inverse=True)
    index = index.reshape(windows.shape)
    one = np.repeat(index[:, :, None], 9, axis=2).ravel()
    other = np.repeat(index[:, None, :], 9, axis=1).ravel()
    values = (np.eye(9) - affinity).ravel()
    size = (len(places), len(places))
    return sparse.coo_matrix((values, (one, other)), size).tocsr(), places


if __name__ == "__main__":
    photo_file, mask_file, matte_file = sys.argv[1:]
    seen = images.read(photo_file).pixels
    found = matte(seen, depth_maps.read(mask_file))
    images.write(matte_file, pixels.to_uint8(found))
