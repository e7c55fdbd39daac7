"""Disparity by any depth network that people have, `.tflite` or `.onnx`.

A file's shapes say how its picture lies: `[1, H, W, 3]` or `[1, 3, H, W]`, of a fixed
size or of free ones. They also say which of its outputs is the map: by name, else the
one of as many numbers as the picture has pixels. The rest is for `contracts` to find.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import pathlib
import threading
from collections.abc import Mapping
from typing import NamedTuple

import cv2
import numpy as np

from darkroom import pixels
from darkroom.depth import checks, contracts, runtimes, scaling
from darkroom.io import reading
from darkroom.litert.network import format_shape
from darkroom.pixels import Array

# Names of outputs that are the map, the surest first, and what some say of its unit.
_NAMES = {
    "predicted_depth": "",
    "depth": "depth",
    "disparity": "disparity",
    "depths": "depth",
    "inverse_depth": "disparity",
    "metric_depth": "metres",
}
_POINTS, _MASK = "points", "mask"
_TOKENS = "num_tokens"  # of MoGe: how many patches the picture is cut into
_PATCH = 14  # pixels
_TOKENS_OF_MOGE = (1200, 3600)
_LONGEST = 3  # short sides; of a longer panorama the network's memory would grow

_LOCK = threading.Lock()  # an interpreter serves one thread at a time


class Answer(NamedTuple):
    """What a network says of a photo.

    Attributes:
      disparity: `[h, w]` float32, stretched to [0, 1], 1 is nearest, at the network's
        size.
      note: what of its meaning was guessed, in words; empty where nothing was.
    """

    disparity: Array
    note: str


@dataclasses.dataclass(frozen=True)
class _Layout:
    """How a network's picture lies in its inputs.

    Attributes:
      place: which input it is.
      channel: its axis of colours, from the end: -1 or -3.
      size: height and width; 0 where they are free.
    """

    place: int
    channel: int
    size: tuple[int, int]


def disparity(
    path: pathlib.Path, picture: Array, scale: str = "", unit: str = ""
) -> Answer:
    """Runs a network on a picture, brought to the network's size.

    Args:
      path: of the `.tflite` or `.onnx`.
      picture: `[H, W, 3]` uint8, RGB, upright.
      scale: how the network wants its picture, as `contracts.parse_scale` reads it;
        empty to find out.
      unit: of its answer, one of `scaling.UNITS`; empty to find out.

    Raises:
      OSError: there is no such file.
      ValueError: it is no depth network, or what it answers is no map.
    """
    path = pathlib.Path(path)
    runtimes.reject_weights(path)
    state = path.stat()
    with _LOCK:
        runtime = _load(path, (state.st_mtime_ns, state.st_size))
        layout = _find_layout(path, runtime)
        tensor = runtime.inputs[layout.place]
        contract = contracts.resolve(path, tensor, runtime.card, scale, unit)
        turned = _is_turned(layout.size, picture.shape[:2])
        seen = np.rot90(picture) if turned else picture
        size = _size(layout.size, seen.shape[:2], contract)
        reading.check_size(path, 12 * math.prod(size))  # three floats a pixel
        is_smaller = size[0] <= seen.shape[0] and size[1] <= seen.shape[1]
        how = cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC
        small = cv2.resize(seen, size[::-1], interpolation=how)
        values = contract.scale(pixels.to_float(small))
        answers = runtime.run(_inputs(runtime, layout, values))
    name, map_, of_name, note = _pick(path, answers, size)
    unit = unit or contract.unit or of_name
    guesses = [*contract.guesses, *([note] if note else [])]
    if not unit or (unit == of_name == "depth" and not contract.unit):
        unit = unit or "disparity"
        guesses.append(f"its answer as {unit} (--depth_unit)")
    map_ = _visible(answers, map_, unit)
    result = _to_disparity(path, name, map_, unit)
    result = np.ascontiguousarray(np.rot90(result, -1)) if turned else result
    words = f"; guessed: {', '.join(guesses)}" if guesses else ""
    return Answer(result, words)


def is_plain(path: pathlib.Path) -> bool:
    """Tells whether a network takes a photo and answers with its disparity as it is.

    So do this project's own: `[1, H, W, 3]` in [0, 1] in, one map that is larger where
    nearer out. A runtime that knows of no contracts, such as a browser's, runs these
    and no others right.

    Raises:
      OSError, ValueError: as `disparity`.
    """
    state = path.stat()
    with _LOCK:
        runtime = _load(path, (state.st_mtime_ns, state.st_size))
        layout = _find_layout(path, runtime)
        tensor = runtime.inputs[layout.place]
        contract = contracts.resolve(path, tensor, runtime.card)
    is_simple = len(runtime.inputs) == len(runtime.outputs) == 1
    lies_so = layout.channel == -1 and len(tensor.shape) == 4 and min(layout.size) > 0
    is_scaled_so = contract.scale == contracts.UNIT and tensor.dtype.kind == "f"
    is_near = contract.unit in ("", "disparity") and runtime.outputs[0].scale == 0
    return is_simple and lies_so and is_scaled_so and is_near


@functools.lru_cache(maxsize=1)
def _load(path: pathlib.Path, version: tuple[int, int]) -> runtimes.Runtime:
    """Opens a file once for all photos; `version` tells it from a newer one."""
    return runtimes.load(path)


def _find_layout(path: pathlib.Path, runtime: runtimes.Runtime) -> _Layout:
    """Finds the picture among the inputs.

    Raises:
      ValueError: there is none, there are two, or something else is asked for.
    """
    layouts = []
    for place, tensor in enumerate(runtime.inputs):
        layout = _lies(tensor, place, path.suffix.lower() == ".onnx")
        if layout is not None:
            layouts.append(layout)
        elif tensor.name != _TOKENS:
            layouts.clear()
            break
    if len(layouts) != 1 or min(layouts[0].size) == 1:
        raise ValueError(
            f"{path} takes {' and '.join(map(str, runtime.inputs))} and gives "
            f"{' and '.join(map(str, runtime.outputs))}; expected a depth network: one "
            "picture in, 1xHxWx3 or 1x3xHxW, and a map out; bring one: python -m "
            "darkroom.depth fetch"
        )
    return layouts[0]


def _lies(tensor: runtimes.Tensor, place: int, is_onnx: bool) -> _Layout | None:
    """Returns how a picture lies in an input; None where none can."""
    shape = tensor.shape
    if len(shape) < 3 or any(side > 1 for side in shape[:-3]):
        return None
    *_, a, b, c = shape
    first, last = a in (0, 3), c in (0, 3)
    if first and last:  # both may be: what is written counts, else the file's habit
        first = a == 3 or (c == 0 and is_onnx)
        last = not first or (c == 3 and not is_onnx)
    if last:
        return _Layout(place, -1, (a, b))
    return _Layout(place, -3, (b, c)) if first else None


def _is_turned(size: tuple[int, int], photo: tuple[int, ...]) -> bool:
    """Tells whether one stands upright and the other lies."""
    upright = (size[0] - size[1]) * (photo[0] - photo[1]) < 0
    return upright and min(size) > 0


def _size(
    size: tuple[int, int], photo: tuple[int, ...], contract: contracts.Contract
) -> tuple[int, int]:
    """Returns the picture's size: the fixed one, or the photo's proportions."""
    scale = contract.side / min(photo)
    step = contract.multiple
    most = _LONGEST * contract.side
    free = [max(step, round(min(side * scale, most) / step) * step) for side in photo]
    return size[0] or free[0], size[1] or free[1]


def _inputs(runtime: runtimes.Runtime, layout: _Layout, values: Array) -> list[Array]:
    """Returns the inputs in order and type, the picture `[H, W, 3]` among them."""
    height, width = values.shape[:2]
    arrays = []
    for place, tensor in enumerate(runtime.inputs):
        if place == layout.place:
            picture = values.transpose(2, 0, 1) if layout.channel == -3 else values
            lead = (1,) * (len(tensor.shape) - 3)
            arrays.append(tensor.stored(picture.reshape(lead + picture.shape)))
        else:
            tokens = np.clip(height * width // _PATCH**2, *_TOKENS_OF_MOGE)
            shape = tuple(side or 1 for side in tensor.shape)
            arrays.append(np.full(shape, tokens, tensor.dtype))
    return arrays


def _pick(
    path: pathlib.Path, answers: Mapping[str, Array], size: tuple[int, int]
) -> tuple[str, Array, str, str]:
    """Finds the map among the answers.

    Returns:
      Its name, itself `[h, w]` float32, its unit if that is clear from the answer, and
      what was guessed in choosing it.

    Raises:
      ValueError: there is none.
    """
    planes = {
        name: plane
        for name, answer in answers.items()
        if (plane := _plane(answer, size)) is not None
    }
    for name, unit in _NAMES.items():
        if name in planes:
            return name, planes[name], unit, ""
    if _POINTS in answers:
        points = np.squeeze(answers[_POINTS])
        if points.ndim == 3 and 3 in (points.shape[0], points.shape[-1]):
            depth = points[..., 2] if points.shape[-1] == 3 else points[2]
            return _POINTS, depth, "metres", ""
    exact = {name: plane for name, plane in planes.items() if plane.shape == size}
    chosen = exact or planes
    if not chosen:
        shapes = " and ".join(
            f"{name} {format_shape(each.shape)}" for name, each in answers.items()
        )
        raise ValueError(
            f"{path} gives {shapes} for a picture of {size[0]}x{size[1]}; expected a "
            "map of its proportions: a depth network, such as python -m darkroom.depth "
            "fetch brings"
        )
    name = next(iter(chosen))
    others = len(chosen) > 1
    return name, chosen[name], "", f"its output {name} as the map" if others else ""


def _plane(answer: Array, size: tuple[int, int]) -> Array | None:
    """Returns an answer as `[h, w]`; None if it is no map of the picture's shape."""
    if answer.dtype.kind != "f" or answer.size < 4:
        return None
    sides = [side for side in answer.shape if side != 1]
    if len(sides) != 2:
        return None
    return answer.reshape(sides) if checks.same_ratio(tuple(sides), size) else None


def _visible(answers: Mapping[str, Array], map_: Array, unit: str) -> Array:
    """Puts what MoGe's mask leaves out infinitely far: there is sky."""
    mask = answers.get(_MASK)
    if unit == "disparity" or mask is None or mask.size != map_.size:
        return map_
    return np.where(mask.reshape(map_.shape) >= 0.5, map_, np.float32(np.inf))


def _to_disparity(path: pathlib.Path, name: str, map_: Array, unit: str) -> Array:
    values = map_.astype(np.float32)
    if np.isnan(values).any() or (unit == "disparity" and np.isinf(values).any()):
        raise ValueError(
            f"{path} answers with numbers that are not finite ({name}); expected "
            "finite ones: export it again, in float32 if it is of float16"
        )
    if unit == "disparity":
        return scaling.stretched(values)
    try:
        return scaling.to_disparity(values, unit)
    except ValueError as error:
        raise ValueError(
            f"{path}: as {unit}, {error}; if it is larger where nearer, pass "
            "--depth_unit disparity"
        ) from error
