"""How good a picture is that a generator made: a portrait, or a depth map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cyclegan_tf.encoding import Encoding, metres
from darkroom import pixels
from darkroom.metrics import depth as depth_metrics

Array = np.ndarray[Any, Any]
Scores = dict[str, float]


def portrait(before: Array, after: Array, person: Array) -> Scores:
    """Whether the person stayed, and whether the background lost its detail.

    Args:
      before: the sharp portrait, `[H, W, 3]` in [0, 1].
      after: what was made of it.
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
    detail = energy(before, ~person)
    if not detail > 0:
        raise ValueError("there is no background, or nothing to see in it")
    return {
        "subject": float(np.abs(after - before)[person].mean()),
        "background": energy(after, ~person) / detail,
    }


def energy(picture: Array, counted: Array) -> float:
    """The summed squares of the steps between neighbours that both count."""
    total = 0.0
    for axis in (0, 1):
        near, far = np.delete(counted, -1, axis), np.delete(counted, 0, axis)
        steps = np.diff(picture.astype(np.float64), axis=axis)
        total += float(np.sum(steps[near & far] ** 2))
    return total


def depth(painted: Array, stored: Array, encoding: Encoding) -> Scores:
    """The errors of a painted depth map, in metres where the truth has them.

    Args:
      painted: `[h, w]` in [0, 1], of any size.
      stored: the truth as its file holds it, `[H, W]`.
      encoding: how the truth is painted.

    Returns:
      Those of `depth_metrics.errors`, and `compat_rms` of the depth project: the root
      of 255 times the mean square, of pictures in [0, 1].

    Raises:
      ValueError: no pixel of the truth has a reading within the encoding's reach.
    """
    picture = pixels.resize_to(painted, (stored.shape[0], stored.shape[1]))
    truth = greys(stored, encoding)
    # Beyond the reach all is white: how far it is nobody can tell.
    counted = (truth > 0) & (truth <= 1)
    reach = encoding.farthest or 1.0
    errors = depth_metrics.errors(
        truth * reach, picture * reach, counted, reach / 1000, reach
    )
    off = (picture - truth)[counted]
    return {**errors, "compat_rms": float(np.sqrt(np.mean(255 * off**2)))}


def greys(stored: Array, encoding: Encoding) -> Array:
    """The truth in units of the encoding's white: 0 is no reading, above 1 too far."""
    if encoding.farthest is None:
        return pixels.to_float(stored)
    return metres(stored) / encoding.farthest


def guesses(truths: Sequence[Array], encoding: Encoding) -> dict[str, list[Array]]:
    """What an average tells: the best constant, the best slope from top to bottom.

    Both know the very truths that they are scored on.

    Args:
      truths: maps as their files hold them.
      encoding: how they are painted.

    Returns:
      For each truth a painted map of its size, in [0, 1].
    """
    heights, values = [], []
    for stored in truths:
        truth = greys(stored, encoding)
        counted = (truth > 0) & (truth <= 1)
        heights.append(((np.nonzero(counted)[0] + 0.5) / len(truth)).ravel())
        values.append(truth[counted])
    middle = np.median(np.concatenate(values))
    slope, start = np.polyfit(np.concatenate(heights), np.concatenate(values), 1)

    def sloped(size: tuple[int, ...]) -> Array:
        column = start + slope * (np.arange(size[0]) + 0.5) / size[0]
        return np.repeat(np.clip(column, 0, 1)[:, None], size[1], axis=1)

    return {
        "constant": [np.full(truth.shape, middle) for truth in truths],
        "gradient": [sloped(truth.shape) for truth in truths],
    }
