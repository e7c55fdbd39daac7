"""What a training reports of pairs that it does not learn from.

The loss needs no ground truth. Where there is one, it is scored beside the constant
that suits it best: a falling loss alone does not tell a right disparity from a wrong.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from darkroom import pixels
from darkroom.io import colours
from darkroom.metrics import reports
from monodepth import losses, metrics, middlebury, truth, warp

Array = np.ndarray[Any, Any]
Read = Callable[[], truth.Truth]
Run = Callable[[Array, Array], tuple[Any, dict[str, Any]]]

_NOTICED = 1 / 16  # a difference of colours in the middle of the error map's colours


@dataclasses.dataclass
class Result:
    """What `evaluate` found.

    Attributes:
      terms: the means of the loss and its parts.
      network: end-point error in pixels, bad pixels in percent; empty without truths.
      constant: the same of one disparity for all, the truths' median.
      rows: left | disparity | rebuilt left | error, uint8, of the first pairs.
    """

    terms: dict[str, float]
    network: dict[str, float]
    constant: dict[str, float]
    rows: list[list[Array]]


def compiled(model: keras.Model, **options: Any) -> Run:
    """A function `(input, truth) -> (finest disparities, terms)` of batches of one.

    Args:
      model: as `network.monodepth` makes it.
      **options: of `losses.terms`.
    """

    def run(picture: Any, pair: Any) -> tuple[Any, dict[str, Any]]:
        outputs = model(picture, training=False)
        return outputs["disparity_1"], losses.terms(pair, outputs, **options)

    if keras.backend.backend() != "tensorflow":
        return run
    import tensorflow as tf

    return tf.function(run)


def truths(data_dir: str | pathlib.Path) -> dict[pathlib.Path, Read]:
    """How to read what was measured of the left pictures of a folder, if it was."""
    with contextlib.suppress(ValueError):  # there is no ground truth
        return {scene.left: scene.read for scene in middlebury.scenes(str(data_dir))}
    return {}


def evaluate(
    run: Run,
    samples: Iterable[tuple[pathlib.Path, Array, Array]],
    known: Mapping[pathlib.Path, Read],
    edges: warp.Edges = "black",
    pictures: int = 3,
) -> Result:
    """Scores a network on held-out pairs, one after the other.

    Args:
      run: what `compiled` made.
      samples: left file, input `[H, W, 3 or 6]` and truth `[H, W, 6]` of each pair.
      known: what `truths` found.
      edges: of the rebuilt picture that is shown, as in `warp.shift`.
      pictures: rows to make.

    Raises:
      OSError, ValueError: a ground truth is broken.
    """
    terms: list[dict[str, float]] = []
    rows: list[list[Array]] = []
    shifts: list[tuple[truth.Truth, Array]] = []
    for left, picture, pair in samples:
        disparities, found = run(picture[None], pair[None])
        terms.append({name: float(term) for name, term in found.items()})
        disparity = keras.ops.convert_to_numpy(disparities)[0, ..., :1]
        if len(rows) < pictures:
            rows.append(row(pair, disparity, edges))
        if left in known:
            measured = known[left]()
            shifts.append((measured, shift(disparity, measured.shift.shape)))
    network = [scores(*each) for each in shifts]
    return Result(
        reports.mean_scores(terms),
        reports.mean_scores(network),
        constant([t for t, _ in shifts]),
        rows,
    )


def constant(measured: Sequence[truth.Truth]) -> dict[str, float]:
    """The scores of one disparity for all: the median of what is known of them."""
    if not measured:
        return {}
    fractions = [each.shift[each.counted] / each.shift.shape[1] for each in measured]
    middle = np.median(np.concatenate(fractions))
    return reports.mean_scores(
        [scores(t, np.full(t.shift.shape, middle * t.shift.shape[1])) for t in measured]
    )


def shift(disparity: Array, size: tuple[int, ...]) -> Array:
    """A disparity `[h, w, 1]` in pixels of a picture of another size, `[H, W]`."""
    large = pixels.resize_to(disparity[..., 0], (size[0], size[1]))
    return large * size[1]


def scores(measured: truth.Truth, found: Array) -> dict[str, float]:
    """The errors of a disparity in pixels, over the pixels that count."""
    pair = measured.shift[measured.counted], found[measured.counted]
    return {"epe": metrics.end_point_error(*pair), "d1": metrics.d1(*pair)}


def row(pair: Array, disparity: Array, edges: warp.Edges = "black") -> list[Array]:
    """Left | disparity | the left rebuilt from the right | how far off that is.

    Args:
      pair: `[H, W, 6]`, left and right.
      disparity: `[H, W, 1]` of the left picture.
      edges: as in `warp.shift`.

    Returns:
      Four pictures `[H, W, 3]` uint8.
    """
    left, right = pair[..., :3], pair[..., 3:]
    rebuilt = warp.from_right(right[None], disparity[None], edges)
    rebuilt = keras.ops.convert_to_numpy(rebuilt)[0]
    error = np.abs(rebuilt - left).mean(axis=-1)
    return [
        pixels.to_uint8(left),
        colours.disparity(disparity[..., 0], low=0.0),
        pixels.to_uint8(rebuilt),
        colours.error(error, _NOTICED),
    ]
