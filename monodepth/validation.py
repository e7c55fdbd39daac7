"""Scores a training on pairs that it does not learn from.

The loss needs no ground truth. Where there is one, it is scored beside the constant
that suits it best: a falling loss alone does not tell a right disparity from a wrong.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from collections.abc import Callable, Iterable, Mapping, Sequence

import keras
import numpy as np

from darkroom import pixels
from darkroom.io import colours
from darkroom.metrics import reports
from darkroom.pixels import Array
from darkroom.train import compiling
from monodepth import losses, warp
from monodepth.evaluation import metrics, middlebury, truth
from monodepth.network import Tensor

Read = Callable[[], truth.Truth]
Run = Callable[[Array, Array], tuple[Tensor, losses.Terms]]

_NOTICED = 1 / 16  # a difference of colours in the middle of the error map's colours


@dataclasses.dataclass
class Result:
    """The scores of `evaluate`.

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


def compiled(
    model: keras.Model,
    smoothness: losses.Smoothness = "horizontal",
    edges: warp.Edges = "black",
) -> Run:
    """Compiles `(input, truth) -> (finest disparities, terms)` for batches of one.

    Args:
      model: as `network.monodepth` makes it.
      smoothness, edges: as in `losses.terms`.
    """

    def run(picture: Tensor, pair: Tensor) -> tuple[Tensor, losses.Terms]:
        outputs = model(picture, training=False)
        return outputs["disparity_1"], losses.terms(pair, outputs, smoothness, edges)

    return compiling.compiled(run)


def truths(data_dir: str | pathlib.Path) -> dict[pathlib.Path, Read]:
    """Lists how to read what was measured of a folder's left pictures, if it was."""
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
      known: as of `truths`.
      edges: of the rebuilt picture that is shown, as in `warp.resample`.
      pictures: rows to make.

    Raises:
      OSError, ValueError: a ground truth is broken.
    """
    terms: list[dict[str, float]] = []
    rows: list[list[Array]] = []
    measured: list[tuple[truth.Truth, Array]] = []
    for left, picture, pair in samples:
        disparities, losses_of_pair = run(picture[None], pair[None])
        terms.append({name: float(term) for name, term in losses_of_pair.items()})
        disparity = keras.ops.convert_to_numpy(disparities)[0, ..., :1]
        if len(rows) < pictures:
            rows.append(row(pair, disparity, edges))
        if left in known:
            known_of_left = known[left]()
            size = known_of_left.disparity_px.shape
            measured.append((known_of_left, in_pixels(disparity, size)))
    network = [scores(*each) for each in measured]
    return Result(
        reports.mean_scores(terms),
        reports.mean_scores(network),
        constant([each for each, _ in measured]),
        rows,
    )


def constant(measured: Sequence[truth.Truth]) -> dict[str, float]:
    """Scores one disparity for all: the median of what is known of them."""
    if not measured:
        return {}
    disparities = [
        each.disparity_px[each.valid] / each.valid.shape[1] for each in measured
    ]
    middle = np.median(np.concatenate(disparities))
    return reports.mean_scores(
        [
            scores(each, np.full(each.valid.shape, middle * each.valid.shape[1]))
            for each in measured
        ]
    )


def in_pixels(disparity: Array, size: tuple[int, ...]) -> Array:
    """Converts a disparity `[h, w, 1]` to pixels of a picture of another size."""
    large = pixels.resize_to(disparity[..., 0], (size[0], size[1]))
    return large * size[1]


def scores(known: truth.Truth, disparity_px: Array) -> dict[str, float]:
    """Returns the errors of a disparity, over the valid pixels."""
    pair = known.disparity_px[known.valid], disparity_px[known.valid]
    return {"epe": metrics.end_point_error(*pair), "d1": metrics.d1(*pair)}


def row(pair: Array, disparity: Array, edges: warp.Edges = "black") -> list[Array]:
    """Draws left | disparity | the left rebuilt from the right | how far off that is.

    Args:
      pair: `[H, W, 6]`, left and right.
      disparity: `[H, W, 1]` of the left picture.
      edges: as in `warp.resample`.

    Returns:
      Four pictures `[H, W, 3]` uint8.
    """
    left, right = pair[..., :3], pair[..., 3:]
    rebuilt = warp.resample(right[None], -disparity[None], edges)
    rebuilt = keras.ops.convert_to_numpy(rebuilt)[0]
    error = np.abs(rebuilt - left).mean(axis=-1)
    return [
        pixels.to_uint8(left),
        colours.disparity(disparity[..., 0], low=0.0),
        pixels.to_uint8(rebuilt),
        colours.error(error, _NOTICED),
    ]
