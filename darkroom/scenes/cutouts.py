"""Real things cut out of the photos: persons, a motorcycle, a cup.

The packaged ones' outlines were traced by hand; the motorcycle's comes from the
photo's own disparity map (Middlebury 2014, as scikit-image has it). A file brings its
own alpha.
"""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np
from skimage import data

from darkroom import pixels
from darkroom.io import images
from darkroom.pixels import Array
from darkroom.scenes import photos

_OUTLINES = {  # x,y in pixels of the photo
    "astronaut": """
    176,39 158,56 153,68 156,101 177,131 176,138 167,147 145,155 132,166 121,184
    123,202 121,204 113,203 92,225 65,246 41,291 39,305 26,343 26,366 19,390 20,420
    24,432 23,460 29,492 25,504 26,512 512,512 511,501 507,497 505,487 506,471
    502,459 495,449 492,418 477,383 456,362 436,351 406,344 382,345 368,349 361,344
    356,303 341,264 329,251 304,233 293,209 285,198 276,188 265,180 255,174 258,160
    265,148 267,137 272,136 278,132 287,120 292,114 300,92 296,59 288,43 277,32
    262,24 235,16 205,21 186,35""",
    "camera": """
    239,78 219,69 191,70 173,86 160,105 149,108 128,125 117,125 104,129 76,143
    61,161 51,182 34,205 28,219 18,228 14,239 0,259 0,512 151,512 148,423 140,385
    142,380 169,357 178,336 205,296 210,295 235,309 249,311 266,303 282,290
    283,277 275,263 275,250 287,240 287,218 277,206 259,211 255,208 246,209
    239,203 241,182 253,167 251,152 254,149 260,150 266,145 257,134 269,126
    267,108""",
}


@functools.cache
def read(name: str) -> tuple[Array, Array]:
    """Cuts a thing out of its photo: `[h, w, 3]` in sRGB, and its alpha `[h, w]`."""
    if "." in name:
        return _trimmed(name)
    photo = photos.read(name)
    height, width = photo.shape[:2]
    inside = np.zeros((height, width), np.uint8)
    if name in _OUTLINES:
        pairs = [pair.split(",") for pair in _OUTLINES[name].split()]
        cv2.fillPoly(inside, [np.array(pairs, np.int32)], 255)
    elif name == "coffee":
        for center, axes in (((279, 239), (199, 149)), ((292, 115), (116, 96))):
            cv2.ellipse(inside, center, axes, 0, 0, 360, 255, -1)
    else:
        inside = _motorcycle()
    # outlines that leave the photo must not fade there
    soft = cv2.GaussianBlur(inside, (0, 0), 0.8, borderType=cv2.BORDER_REPLICATE)
    x, y, wide, high = cv2.boundingRect(soft)
    part = np.s_[y : y + high, x : x + wide]
    return photo[part], soft[part].astype(np.float32) / 255


def _trimmed(file: str) -> tuple[Array, Array]:
    """Takes a thing from a picture with alpha, without the empty space around it."""
    picture = images.read(file)
    if picture.alpha is None:
        raise ValueError(f"{file}: expected a picture with transparency")
    alpha = pixels.to_float(picture.alpha)
    x, y, wide, high = cv2.boundingRect((alpha > 0.02).astype(np.uint8))
    part = np.s_[y : y + high, x : x + wide]
    return pixels.to_float(picture.pixels)[part], alpha[part]


def _motorcycle() -> Array:
    """Outlines it: nearer than the wall by disparity, without the floor; two wheels."""
    disparity = data.stereo_motorcycle()[2]
    near = np.isfinite(disparity) & (disparity > 36)
    near[372:] = False  # the floor is near there, too
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(near.astype(np.uint8))
    largest = 1 + int(np.argmax(boxes[1:, cv2.CC_STAT_AREA]))
    inside = np.where(labels == largest, 255, 0).astype(np.uint8)
    cv2.ellipse(inside, (196, 317), (73, 83), 0, 0, 360, 255, -1)
    cv2.ellipse(inside, (605, 360), (70, 91), -12, 0, 360, 255, -1)
    engine = [(190, 330), (520, 330), (470, 375), (400, 388), (330, 383), (230, 383)]
    cv2.fillPoly(inside, [np.array(engine)], 255)
    return cv2.medianBlur(inside, 5)


def scaled(name: str, height: float, mirror: bool) -> tuple[Array, Array]:
    """Returns photo and alpha `height` pixels high, with a transparent border."""
    photo, alpha = read(name)
    scale = height / photo.shape[0]
    size = (max(2, math.ceil(photo.shape[1] * scale)), max(2, math.ceil(height)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    photo, alpha = (cv2.resize(v, size, interpolation=how) for v in (photo, alpha))
    if mirror:
        photo, alpha = photo[:, ::-1], alpha[:, ::-1]
    ring = ((1, 1), (1, 1))
    photo = np.pad(np.clip(photo, 0, 1), (*ring, (0, 0)), mode="edge")
    return photo, np.pad(np.clip(alpha, 0, 1), ring)
