"""Scores a level on whole pictures, as training and evaluation report it.

Ignatov et al. 2020, section 4: PSNR, SSIM, MS-SSIM (and LPIPS, Zhang et al. 2018), and
detail in focus and out of focus (`darkroom.metrics.detail`), means over pictures.
Outputs are clipped, a border is left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import cv2
import keras
import numpy as np

from darkroom import pixels
from darkroom.metrics import detail, lpips, reports
from darkroom.metrics import image as metrics
from darkroom.pixels import Array
from darkroom.render import MARGIN, network
from darkroom.train import compiling
from pynet import data, windows
from pynet.layers import Tensor

Distance = Callable[[Tensor, Tensor], Tensor]

BORDER = 32  # pixels at level 1; half as many at each coarser level
_GRID_HEIGHT = 240


@dataclasses.dataclass
class Result:
    """The scores of `evaluate`, and pictures to show.

    Attributes:
      names: of the pictures.
      output: the scores of each picture's output.
      photo: the scores of the photo as it was, or empty.
      along: the scores of the output as `darkroom.render` shows it, or empty.
      rows: of a grid, input | depth | output | target, uint8.
      left_out: the metrics that the smallest picture has no room for.
    """

    names: list[str] = dataclasses.field(default_factory=list)
    output: list[dict[str, float]] = dataclasses.field(default_factory=list)
    photo: list[dict[str, float]] = dataclasses.field(default_factory=list)
    along: list[dict[str, float]] = dataclasses.field(default_factory=list)
    rows: list[list[Array]] = dataclasses.field(default_factory=list)
    left_out: set[str] = dataclasses.field(default_factory=set)

    @property
    def mean(self) -> dict[str, float]:
        """Returns each score's mean over the outputs that have it."""
        return reports.mean_scores(self.output)


def scores(
    truth: Array,
    output: Array,
    border: int = 0,
    distance: Distance | None = None,
    photo: Array | None = None,
) -> dict[str, float]:
    """Scores one picture: psnr, ssim, ms_ssim; lpips with a `distance`; both details.

    Args:
      truth: `[H, W, 3]`.
      output: as large; clipped here.
      border: pixels left out all around, of both.
      distance: `darkroom.metrics.lpips.network(...)`.
      photo: the sharp photo, as large: for detail in focus and out of focus.

    Returns:
      Those of the scores that the picture is large enough for.

    Raises:
      ValueError: nothing is left inside the border, or the sizes differ.
    """
    if truth.shape != output.shape:
        raise ValueError(
            f"the output is {pixels.hxw(output)}, the target {pixels.hxw(truth)}; "
            "they must be of one size"
        )
    inside = slice(border, -border or None)
    truth, output = (
        picture[None, inside, inside] for picture in (truth, np.clip(output, 0, 1))
    )
    smallest = min(truth.shape[1:3])
    if smallest < 1:
        raise ValueError(
            f"nothing is left of a picture inside a border of {border} pixels; use "
            "larger pictures"
        )
    chosen: dict[str, tuple[int, Distance]] = {
        "psnr": (1, metrics.psnr),
        "ssim": (metrics.WINDOW, metrics.ssim),
        "ms_ssim": (metrics.SMALLEST_MS_SSIM, metrics.ms_ssim),
    }
    if distance is not None:
        chosen["lpips"] = lpips.SMALLEST, distance
    found = {
        name: float(np.ravel(keras.ops.convert_to_numpy(metric(truth, output)))[0])
        for name, (needed, metric) in chosen.items()
        if smallest >= needed
    }
    if photo is not None and smallest >= detail.SMALLEST:
        found |= detail.details(photo[inside, inside], truth[0], output[0])
    return found


def compiled(model: keras.Model) -> Callable[[Array], Tensor]:
    """Compiles the model, `[1, H, W, 4] -> picture`, as one function for all sizes."""
    return compiling.compiled(
        lambda inputs: model(inputs, training=False), (1, None, None, 4)
    )


def mirrored(
    run: Callable[[Array], Tensor], level: int, margin: int = MARGIN
) -> Callable[[Array], Array]:
    """Lets a level look into the mirror image of its input, as rendering does.

    Convolutions take what is outside for black: without a margin it darkens the rim.

    Args:
      run: `[1, H, W, 4]` to the level's picture.
      level: 7 (coarsest) to 1.
      margin: pixels at level 1, rounded up to whole pixels of the level; 0 for none.

    Returns:
      A function of the same arrays, the picture cut to what belongs to the input.
    """
    if not margin:
        return lambda inputs: keras.ops.convert_to_numpy(run(inputs))
    whole = max(2, 2 ** (level - 1))
    margin += -margin % whole

    def inside(inputs: Array) -> Array:
        before = margin // 2
        height, width = inputs.shape[1:3]
        rows, columns = (
            (before, before + -(side + 2 * before) % windows.MULTIPLE)
            for side in (height, width)
        )
        around = np.pad(inputs, ((0, 0), rows, columns, (0, 0)), mode="reflect")
        picture = keras.ops.convert_to_numpy(run(around))
        step = 2 ** (level - 1)
        top, bottom, right = (m // step for m in (margin, 2 * height, 2 * width))
        return picture[:, top : top + bottom, top : top + right]

    return inside


def evaluate(
    model: Callable[[Array], Tensor],
    pairs: Iterable[windows.Pair],
    level: int,
    distance: Distance | None = None,
    untouched: bool = True,
    pictures: int = 8,
    margin: int = MARGIN,
    radius: float | None = None,
) -> Result:
    """Scores a level on whole scenes, one after the other.

    Args:
      model: a Keras model `[1, H, W, 4] -> picture`, or what `compiled` made.
      pairs: as `data.pairs` lists them.
      level: of the network's picture.
      distance: `darkroom.metrics.lpips.network(...)`, for LPIPS.
      untouched: scores the sharp photo at the level's size, too.
      pictures: rows of the grid to keep, small.
      margin: of `mirrored`.
      radius: of a network whose maps are folded at the focus; its output is scored as
        it is rendered, too (`darkroom.render.network.along`).

    Raises:
      OSError, ValueError: a file is bad, or too small.
    """
    whole = compiled(model) if isinstance(model, keras.Model) else model
    run = mirrored(whole, level, margin)
    border, result = BORDER >> (level - 1), Result()
    wanted = ["psnr", "ssim", "ms_ssim"] + ["lpips"] * (distance is not None)
    for pair in pairs:
        inputs, truth = data.full_picture(pair, level)
        output = run(inputs[None])[0]
        photo = _photo(pair, level, *inputs.shape[:2])
        try:
            of_output = scores(truth, output, border, distance, photo)
        except ValueError as error:
            raise ValueError(f"{pair.photo}: {error}") from error
        result.names.append(pair.name)
        result.output.append(of_output)
        result.left_out.update(set(wanted) - of_output.keys())
        if radius is not None and level == 1:
            shown = _along(output, inputs, photo, radius)
            result.along.append(scores(truth, shown, border, distance, photo))
        if untouched:
            result.photo.append(scores(truth, photo, border, distance, photo))
        if len(result.rows) < pictures:
            parts = inputs[..., :3], inputs[..., 3], output, truth
            result.rows.append([_small(part) for part in parts])
    return result


def _along(output: Array, inputs: Array, photo: Array, radius: float) -> Array:
    """Returns the output of level 1 with the photo's own detail in focus."""
    drawn = np.clip(output, 0, 1).astype(np.float32)
    size = drawn.shape[1::-1]
    seen = cv2.resize(inputs[..., :3], size, interpolation=cv2.INTER_LINEAR)
    return network.along(drawn, seen, photo, inputs[..., 3], radius)


def _photo(pair: windows.Pair, level: int, height: int, width: int) -> Array:
    """Reads the sharp photo, made as small as the target was."""
    photo, _ = windows.read_photos(pair)
    return pixels.to_float(windows.target_window(photo, level, 0, 0, height, width))


def _small(picture: Array) -> Array:
    height, width = picture.shape[:2]
    shape = _GRID_HEIGHT, max(1, round(width * _GRID_HEIGHT / height))
    return pixels.to_uint8(pixels.resize_to(np.clip(picture, 0, 1), shape))
