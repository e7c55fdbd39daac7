"""A network's small picture carried to its photo's size, guided by the photo.

Enlarged by itself it would be soft where it should be sharp; with all the photo's
detail it would be gritty where it should be soft. So detail comes back as far as the
network has kept what it saw of it. There are two kinds of network.

- `enlarge` is for one that draws the photo and its blur, as PyNET. Each pixel becomes
  `share * photo + rest`: a local linear model of the photo, found small and applied
  large, as in bilateral guided upsampling (Chen et al., SIGGRAPH Asia 2016) and the
  fast guided filter (He, Sun 2015). Those fit `share` by least squares and leave a blur
  some of what it took; here it is how much of the finest detail is left.
- `restore_detail` is for one that repaints the photo, as a CycleGAN: its picture is
  enlarged, and only what is finer than it can hold is taken from the photo.
"""

from __future__ import annotations

import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

DETAIL = 1.0  # what is finer is detail: a standard deviation in the small picture

# Of `enlarge`, standard deviations in the small picture's pixels.
AROUND = 2.0  # where detail is compared
TONE = 3.0  # what is coarser is tone
# A network is a little softer than its photo everywhere, so the share of its detail
# that a place kept is measured by what the sharpest kept: this quantile of the places
# with any, and no less than LEAST. A slight blur of the small picture takes much of the
# large one's detail: below BLURRED of the sharpest none comes back, from SHARP on all.
SHARPEST, LEAST = 0.85, 0.75
BLURRED, SHARP = 0.8, 0.93
FLAT = 1e-8  # the variance of no detail at all
SOME = 1e-5  # from which variance on there is detail
ROWS = 128  # of the large picture at a time

# Of `in_focus`: the radius up to which all detail comes back, from which on none. At
# two pixels a true picture has a third of it left.
_NO_BLUR, _BLUR = 0.8, 2.0

# Of `restore_detail`.
WINDOW = 9  # pixels of the small picture in which detail is measured
NOISE = 1e-5  # variance of what is no detail


def enlarge(
    drawn: Array, seen: Array, photo: Array, share: Array | None = None
) -> Array:
    """Returns what the network would have drawn at the photo's size.

    Args:
      drawn: `[h, w, 3]` float32, the network's picture.
      seen: `[h, w, 3]` float32, what it was drawn from, no sharper than the network saw
        it: of the photo itself, any detail would seem blurred.
      photo: `[H, W, 3]` uint8, uint16 or float, of the same proportions.
      share: `[h, w]`, how sharp each place is, if that is known (`in_focus`); else it
        is measured (`sharpness`).

    Returns:
      `[H, W, 3]` float32 in [0, 1].
    """
    share = (sharpness(drawn, seen) if share is None else share)[..., None]
    rest = (1 - share) * drawn + share * _blurred(drawn - seen, TONE)
    model = np.concatenate([rest, share], axis=-1)
    picture = np.empty(photo.shape, np.float32)
    for top in range(0, len(photo), ROWS):
        rows = slice(top, min(top + ROWS, len(photo)))
        # beside a step the cubics of both overshoot, and only together stay in tone
        large = _enlarged_rows(model, photo.shape[:2], rows)
        shown = large[..., 3:] * pixels.to_float(photo[rows])
        np.clip(shown + large[..., :3], 0, 1, out=picture[rows])
    return picture


def in_focus(radius: Array) -> Array:
    """Returns how sharp places are, of their blur radius in the small picture's pixels.

    A place counts as sharp up to a blur of about a pixel, which no network that halves
    its photo tells from none.
    """
    return np.clip((_BLUR - radius) / (_BLUR - _NO_BLUR), 0, 1).astype(np.float32)


def sharpness(drawn: Array, seen: Array) -> Array:
    """Measures how sharp each place is, `[h, w]` float32: 0 is blurred, 1 as before.

    The slope of the drawn detail over the seen one: what the network drew of its own
    (noise, the rims of discs) is like no detail of the photo, and does not count.
    """
    before, after = _detail(seen), _detail(drawn)
    both = _blurred((before * after).sum(axis=-1), AROUND)
    variance = _blurred((before * before).sum(axis=-1), AROUND)
    kept = both / (variance + FLAT)
    places = kept[variance > SOME]
    sharpest = np.quantile(places, SHARPEST) if places.size else 1.0
    share = kept / np.float32(np.clip(sharpest, LEAST, 1))
    return np.clip((share - BLURRED) / (SHARP - BLURRED), 0, 1)


def restore_detail(photo: Array, repainted: Array) -> Array:
    """Returns a repainted photo at the photo's size, with its finest detail.

    Args:
      photo: `[H, W, 3]` uint8, uint16 or float.
      repainted: `[h, w, 3]` float32: what became of the photo, resized.

    Returns:
      `[H, W, 3]` float32 in [0, 1]; `repainted` itself, if it has the photo's size.
    """
    size, small = photo.shape[:2], repainted.shape[:2]
    if size == small:
        return np.clip(repainted, 0, 1)
    whole = pixels.to_float(photo)
    seen = pixels.resize_to(whole, small)
    share = pixels.resize_to(kept_contrast(seen, repainted), size)
    fine = whole - pixels.resize_to(seen, size)
    enlarged = pixels.resize_to(np.clip(repainted, 0, 1), size)
    return np.clip(enlarged + share[..., None] * fine, 0, 1)


def kept_contrast(before: Array, after: Array) -> Array:
    """Measures the share of its contrast that fine detail kept, `[h, w]` in [0, 1].

    The ratio of standard deviations of brightness around each pixel; 1 where there is
    nothing to keep.

    Args:
      before: `[h, w, 3]` float32.
      after: of the same size.
    """
    import cv2

    def variance(picture: Array) -> Array:
        fine = _detail(picture.mean(axis=-1))
        return cv2.blur(fine**2, (WINDOW, WINDOW))

    ratio = (variance(after) + NOISE) / (variance(before) + NOISE)
    return np.sqrt(np.minimum(ratio, 1))


def _detail(picture: Array) -> Array:
    return picture - _blurred(picture, DETAIL)


def _blurred(picture: Array, deviation: float) -> Array:
    import cv2

    return cv2.GaussianBlur(picture, (0, 0), deviation)


def _enlarged_rows(small: Array, size: tuple[int, int], rows: slice) -> Array:
    """Returns some rows of `small` enlarged to `size`, by cubic interpolation."""
    import cv2

    down, across = small.shape[0] / size[0], small.shape[1] / size[1]
    # the pictures' edges lie on one another, a pixel's centre half a pixel inside
    start = (rows.start + 0.5) * down - 0.5
    matrix = np.array([[across, 0, across / 2 - 0.5], [0, down, start]])
    return cv2.warpAffine(
        small,
        matrix,
        (size[1], rows.stop - rows.start),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
