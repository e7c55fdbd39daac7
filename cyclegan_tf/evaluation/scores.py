"""How good a picture is that a generator made: a portrait, or a depth map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cyclegan_tf.data.encoding import Encoding, metres
from darkroom import pixels
from darkroom.metrics import depth as depth_metrics
from darkroom.pixels import Array

Scores = dict[str, float]


def portrait(before: Array, after: Array, person: Array) -> Scores:
    """Measures whether the person stayed, and the background lost its detail.

    Args:
      before: the sharp portrait, `[H, W, 3]` in [0, 1].
      after: what became of it.
      person: where the person is, `[H, W]` bool.

    Returns:
      subject: mean absolute difference inside the person, 0 is best. background: the
      gradients' energy outside the person, as a share of what it was; 1 is as sharp
      as before, 0 is one colour.

    Raises:
      ValueError: there is nothing inside the mask, or nothing to see outside.
    """
    if not person.any():
        raise ValueError("the mask is empty; expected white where the person is")
    detail = gradient_energy(before, ~person)
    if not detail > 0:
        raise ValueError("there is no background, or nothing to see in it")
    return {
        "subject": float(np.abs(after - before)[person].mean()),
        "background": gradient_energy(after, ~person) / detail,
    }


def gradient_energy(picture: Array, valid: Array) -> float:
    """Sums the squares of the steps between neighbours that are both valid."""
    total = 0.0
    for axis in (0, 1):
        near, far = np.delete(valid, -1, axis), np.delete(valid, 0, axis)
        steps = np.diff(picture.astype(np.float64), axis=axis)
        total += float(np.sum(steps[near & far] ** 2))
    return total


def depth(greys: Array, stored: Array, encoding: Encoding) -> Scores:
    """Measures a network's depth map, in metres where the truth has them.

    Args:
      greys: what the network made, `[h, w]` in [0, 1], of any size.
      stored: the truth as its file holds it, `[H, W]`.
      encoding: how depth becomes a grey.

    Returns:
      Those of `depth_metrics.errors`, and `compat_rms`, which "Bokeh Effect: Deep
      Learning Framework for Depth Estimation" calls RMS: the root of 255 times the
      mean square, of greys in [0, 1].

    Raises:
      ValueError: no pixel of the truth has a reading within the encoding's reach.
    """
    enlarged = pixels.resize_to(greys, (stored.shape[0], stored.shape[1]))
    truth, valid = true_greys(stored, encoding)
    reach = encoding.farthest or 1.0
    errors = depth_metrics.errors(
        truth * reach, enlarged * reach, valid, reach / 1000, reach
    )
    off = (enlarged - truth)[valid]
    return {**errors, "compat_rms": float(np.sqrt(np.mean(255 * off**2)))}


def true_greys(stored: Array, encoding: Encoding) -> tuple[Array, Array]:
    """Returns the truth in units of the encoding's white, and where it is valid.

    It is not where there is no reading, nor beyond the encoding's reach: all is white
    there, and how far it is nobody can tell.
    """
    if encoding.farthest is None:
        truth = pixels.to_float(stored)
    else:
        truth = metres(stored) / encoding.farthest
    return truth, (truth > 0) & (truth <= 1)


def baselines(truths: Sequence[Array], encoding: Encoding) -> dict[str, list[Array]]:
    """Returns the best constant, and the best slope from top to bottom.

    Both know the very truths that they are scored on.

    Args:
      truths: maps as their files hold them.
      encoding: how depth becomes a grey.

    Returns:
      For each truth greys of its size, in [0, 1].
    """
    heights, values = [], []
    for stored in truths:
        truth, valid = true_greys(stored, encoding)
        heights.append(((np.nonzero(valid)[0] + 0.5) / len(truth)).ravel())
        values.append(truth[valid])
    middle = np.median(np.concatenate(values))
    slope, start = np.polyfit(np.concatenate(heights), np.concatenate(values), 1)

    def sloped(size: tuple[int, ...]) -> Array:
        column = start + slope * (np.arange(size[0]) + 0.5) / size[0]
        return np.repeat(np.clip(column, 0, 1)[:, None], size[1], axis=1)

    return {
        "constant": [np.full(truth.shape, middle) for truth in truths],
        "gradient": [sloped(truth.shape) for truth in truths],
    }
