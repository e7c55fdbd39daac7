"""What a depth network's file cannot tell: its picture's scale, its answer's unit.

Both come, in this order, from the flags, our card, `preprocessor_config.json` beside
the file (as transformers writes it), the quantisation of a whole number input, and the
names of published files. What is left is a guess, and is said to be one.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
from collections.abc import Sequence

import numpy as np

from darkroom.depth import scaling
from darkroom.depth.runtimes import Tensor
from darkroom.litert.card import Card
from darkroom.pixels import Array

PREPROCESSOR = "preprocessor_config.json"
_CLOSE = 0.02  # a share of a quantised input's range that is none


@dataclasses.dataclass(frozen=True)
class PictureScale:
    """How a picture in [0, 1] is scaled for a network: `(x - mean) / deviation`.

    Attributes:
      mean, deviation: of each channel, in the network's order.
      bgr: whether its channels are blue, green, red.
    """

    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    deviation: tuple[float, ...] = (1.0, 1.0, 1.0)
    bgr: bool = False

    def __call__(self, picture: Array) -> Array:
        """Scales `[H, W, 3]` float32 in [0, 1], RGB."""
        channels = picture[..., ::-1] if self.bgr else picture
        if self == UNIT:
            return channels
        mean, deviation = (
            np.array(each, np.float32) for each in (self.mean, self.deviation)
        )
        return (channels - mean) / deviation


def _between(low: float, high: float) -> PictureScale:
    return PictureScale((-low / (high - low),) * 3, (1 / (high - low),) * 3)


UNIT = PictureScale()
# The mean and standard deviation of ImageNet's pictures, as torchvision has them.
IMAGENET = PictureScale((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
SCALES = {
    "0..1": UNIT,
    "-1..1": _between(-1, 1),
    "0..255": _between(0, 255),
    "imagenet": IMAGENET,
}
_HELP = (
    f"{', '.join(SCALES)}, or six numbers (mean and deviation of a picture in [0, 1]), "
    "with ,bgr behind it where blue comes first"
)


@dataclasses.dataclass(frozen=True)
class Contract:
    """What goes into a network and comes out.

    Attributes:
      scale: of its picture.
      unit: of its answer, one of `scaling.UNITS`; empty to go by the answer's name.
      guesses: in words, what nobody said.
      side: the short side of a picture for free sizes, in pixels.
      multiple: that its sides are multiples of.
    """

    scale: PictureScale
    unit: str
    guesses: tuple[str, ...] = ()
    side: int = 518
    multiple: int = 14


@dataclasses.dataclass(frozen=True)
class _Known:
    """What is published of files with such names; None is not published."""

    pattern: str
    scale: PictureScale | None
    unit: str


# The first that fits holds. Names are lower case, with - for all that separates.
_PUBLISHED = (
    _Known(r"depth-anything-(3|v3)|\bda3", IMAGENET, "depth"),
    _Known(r"depth-anything.*metric|metric.*depth-anything", IMAGENET, "metres"),
    # Qualcomm's files normalise inside.
    _Known(r"^(depth-anything-v2|midas-v2)(-qualcomm)?\.tflite$", UNIT, "disparity"),
    _Known(r"depth-anything.*\.onnx$", IMAGENET, "disparity"),
    _Known(r"depth-anything", None, "disparity"),
    _Known(r"midas.*\.onnx$|midas|^model-opt\.tflite$", IMAGENET, "disparity"),
    _Known(r"depth-?pro", SCALES["-1..1"], "metres"),
    _Known(r"moge", UNIT, "metres"),
    _Known(r"fast-?depth|dense-?depth|\bnyu", UNIT, "metres"),
    _Known(r"metric3d|tips|zoe-?depth|unidepth", None, "metres"),
)
_GENERIC = re.compile(r"(model|network|depth)([-_](opt|fp16|int8|uint8|quantized))?")


def parse_scale(text: str) -> PictureScale:
    """Reads what --depth_scaling says.

    Raises:
      ValueError: it is something else.
    """
    name = text.strip().lower().removesuffix(",bgr")
    bgr = name != text.strip().lower()
    if name in SCALES:
        return dataclasses.replace(SCALES[name], bgr=bgr)
    try:
        numbers = tuple(map(float, name.split(",")))
    except ValueError:
        numbers = ()
    if len(numbers) != 6 or not np.isfinite(numbers).all() or min(numbers[3:]) <= 0:
        raise ValueError(f"--depth_scaling is {text}; expected {_HELP}")
    return PictureScale(numbers[:3], numbers[3:], bgr)


def resolve(
    path: pathlib.Path,
    picture: Tensor,
    card: Card | None,
    scale: str = "",
    unit: str = "",
) -> Contract:
    """Finds out what a network's file does not tell of itself.

    Args:
      path: of the file.
      picture: its input.
      card: ours, if it has one.
      scale, unit: what the flags say; empty for nothing.

    Raises:
      ValueError: a flag or `preprocessor_config.json` says what cannot be.
    """
    if unit and unit not in scaling.UNITS:
        raise ValueError(
            f"--depth_unit is {unit}; expected {', '.join(scaling.UNITS[:-1])} or "
            f"{scaling.UNITS[-1]}"
        )
    beside = _preprocessor(path)
    known = _published(path)
    guesses = []
    chosen = (
        (parse_scale(scale) if scale else None)
        or _scale_of_card(card)
        or (beside.scale if beside else None)
        or _scale_of_quantisation(picture)
        or (known.scale if known else None)
    )
    if chosen is None:
        is_onnx = path.suffix.lower() == ".onnx"
        chosen = IMAGENET if is_onnx else UNIT
        if picture.dtype.kind in "iu":
            chosen = SCALES["0..255"]
        name = next(name for name, each in SCALES.items() if each == chosen)
        guesses.append(f"the picture as {name} (--depth_scaling)")
    told = unit or _unit_of_card(card) or (known.unit if known else "")
    contract = beside or Contract(chosen, told)
    return dataclasses.replace(
        contract, scale=chosen, unit=told, guesses=tuple(guesses)
    )


def _scale_of_card(card: Card | None) -> PictureScale | None:
    about = (card or {}).get("input", {})
    if "range" not in about:
        return None
    low, high = about["range"]
    scale = _between(low, high)
    bgr = str(about.get("colour", "")).upper().startswith("BGR")
    return dataclasses.replace(scale if scale != _between(0, 1) else UNIT, bgr=bgr)


def _unit_of_card(card: Card | None) -> str:
    """Returns the unit; a card of ours says "its disparity", or the unit in "means"."""
    about = (card or {}).get("output", {})
    words = f"{about.get('means', '')} {about.get('what', '')}"
    return next((unit for unit in scaling.UNITS if unit in words.split()), "")


def _scale_of_quantisation(picture: Tensor) -> PictureScale | None:
    """Returns the scale whose range is that of the real numbers of a whole one."""
    if picture.dtype.kind not in "iu" or not picture.scale:
        return None
    ends = np.iinfo(picture.dtype)
    range_ = picture.real(np.array([ends.min, ends.max]))
    for scale in SCALES.values():
        mean, deviation = np.array(scale.mean), np.array(scale.deviation)
        expected = (-mean / deviation).min(), ((1 - mean) / deviation).max()
        slack = _CLOSE * (expected[1] - expected[0])
        if np.allclose(range_, expected, rtol=0, atol=slack):
            return scale
    return None


def _preprocessor(path: pathlib.Path) -> Contract | None:
    """Reads transformers' file, beside the network or beside its folder."""
    files = [folder / PREPROCESSOR for folder in (path.parent, path.parent.parent)]
    if path.parent.name != "onnx":
        files = files[:1]
    file = next((each for each in files if each.is_file()), None)
    if file is None:
        return None
    try:
        return _of_transformers(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f"{file} is not what transformers writes ({error}); take it away and pass "
            "--depth_scaling"
        ) from error


def _of_transformers(words: dict[str, object]) -> Contract:
    factor = float(str(words.get("rescale_factor", 1 / 255)))
    if words.get("do_rescale") is False:
        factor = 1.0
    mean, deviation = np.zeros(3), np.ones(3)
    if words.get("do_normalize") is not False:
        mean = _channels(words.get("image_mean"), IMAGENET.mean)
        deviation = _channels(words.get("image_std"), IMAGENET.deviation)
    if deviation.min() <= 0 or factor <= 0:
        raise ValueError("a deviation or factor that is not above 0")
    # It counts in bytes times the factor; here a picture is in [0, 1].
    white = 255 * factor
    if abs(white - 1) < 1e-6:
        white = 1.0
    scale = PictureScale(tuple(mean / white), tuple(deviation / white))
    size = words.get("size")
    if isinstance(size, dict):
        sides = [int(side) for side in size.values()]
        side = min(sides) if sides else 518
    else:
        side = int(str(size)) if size else 518
    multiple = int(str(words.get("ensure_multiple_of") or 1))
    if multiple == 1:  # patches are 14 pixels wide, or 16 in half of the picture
        multiple = 14 if side % 14 == 0 else 32
    return Contract(scale, "", (), side, multiple)


def _channels(values: object, default: Sequence[float]) -> Array:
    channels = np.array(default if values is None else values, np.float64)
    if channels.shape not in ((3,), (1,), ()) or not np.isfinite(channels).all():
        raise ValueError(f"a mean or deviation of {values}")
    return np.broadcast_to(channels, (3,))


def _published(path: pathlib.Path) -> _Known | None:
    """Finds a file by its name, or by its folder's if its name says nothing."""
    names = [path.name]
    if _GENERIC.fullmatch(path.stem.lower()):
        folders = [folder.name for folder in path.absolute().parents][:2]
        names += [f"{folder}{path.suffix}" for folder in folders]
    for name in names:
        plain = re.sub(r"[^a-z0-9.]+", "-", name.lower())
        for known in _PUBLISHED:
            if re.search(known.pattern, plain):
                return known
    return None
