"""PyNET in place of the lens: photo and disparity in, the photo with its blur out.

The network takes the halved photo and its disparity. Its convolutions take what is
outside for black, which darkens a picture's rim: so the photo is continued by its
mirror image, by a margin all around and to sides that fit, and what was added is cut
off again. An exported file takes one size only, its margin included: a larger photo is
made smaller, and what the network draws is carried back to its size by `guided`.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from darkroom import litert, pixels
from darkroom.io import shipped
from darkroom.lens import focus as lens_focus
from darkroom.pixels import Array
from darkroom.render import MARGIN, guided, light, look

Size = tuple[int, int]  # HxW

MULTIPLE = 64  # of the photo's sides: halved once, and five times in the network
SHARE = 8  # of a fixed size's shorter side: no margin takes more of it
_STRETCH = 1.1  # by how much a map's proportions may differ from its photo's


@dataclasses.dataclass(frozen=True)
class Network:
    """A PyNET that is ready for photos of any size.

    Attributes:
      run: `[1, H, W, 4]` to `[1, 2H, 2W, 3]`, or smaller of a coarse level.
      limit: the one size of photos that it takes; None if it takes every `MULTIPLE`.
      margin: pixels of the photo's mirror image on each side, rounded up to even; at
        most an eighth of the shorter side of `limit`. 0 as the network was published.
      trained: the size of the photos that it was trained on, in which larger ones are
        drawn, upright or lying; None draws them in their own.
      radius: of a network that was trained on disparities folded at the focus
        (`darkroom.lens.focus.folded`): its blur radius in pixels, as it draws, for each
        unit below 1. None of one that guesses where the focus is, as EBB!'s.
    """

    run: Callable[[Array], Any]
    limit: Size | None = None
    margin: int = MARGIN
    trained: Size | None = None
    radius: float | None = None

    def __call__(
        self,
        photo: Array,
        disparity: Array,
        focus: float | None = None,
        radius: float | None = None,
    ) -> Array:
        """Returns what the network makes of a photo, at the photo's own size.

        Args:
          photo: `[H, W, 3]` uint8, uint16 or float.
          disparity: `[h, w]` in [0, 1] of any size, brought to half the photo's.
          focus: the disparity that is to be sharp; None where the network guesses it,
            or the disparity is folded already.
          radius: of a network that has one, the blur radius wanted with this focus, in
            pixels of the photo per unit of disparity; at most its own (the default).

        Returns:
          `[H, W, 3]` float32 in [0, 1].

        Raises:
          ValueError: the disparity has other proportions, or the network is of one blur
            and another one is wanted.
        """
        _check_proportions(photo, disparity)
        if radius is not None and self.radius is None:
            raise ValueError(
                "this network draws the one blur that it was trained on; leave "
                "strength, f_number and radius out, or take the method lens"
            )
        if focus is not None:
            disparity = self._told(disparity, focus, radius, photo.shape[:2])
        height, width = size = self.drawn_size(photo.shape[:2])
        margin = self._margin()
        limit = self.limit or _next_multiple((height + 2 * margin, width + 2 * margin))
        is_larger = photo.shape[:2] != size
        small = pixels.resize_to(photo, size) if is_larger else photo
        inputs = np.empty((1, limit[0] // 2, limit[1] // 2, 4), np.float32)
        halved = pixels.resize(_continued(small, limit, margin), 0.5)
        inputs[0, ..., :3] = pixels.to_float(halved)
        depth = pixels.resize_to(disparity, ((height + 1) // 2, (width + 1) // 2))
        inputs[0, ..., 3] = _continued(depth, inputs.shape[1:3], margin // 2)
        picture = np.clip(np.asarray(self.run(inputs))[0], 0, 1)
        seen = inputs[0, ..., :3]
        if len(picture) < len(seen):  # a coarse level has no room for finer detail
            seen = pixels.resize_to(seen, picture.shape[:2])
        if picture.shape[:2] != limit:
            picture = pixels.resize_to(picture, limit)
        inside = np.s_[margin : margin + height, margin : margin + width]
        if self.radius is None and not is_larger:
            return picture[inside]
        seen = _bilinear(seen, limit)[inside]
        if self.radius is None:
            return guided.enlarge(picture[inside], seen, photo)
        return along(picture[inside], seen, photo, disparity, self.radius)

    def _told(
        self, disparity: Array, focus: float, radius: float | None, photo: Size
    ) -> Array:
        """Returns a disparity that says where the focus is, as the network knows it."""
        if self.radius is None:
            return nearest_at(disparity, focus)
        if radius is None:
            return lens_focus.folded(disparity, focus)
        scale = self.drawn_size(photo)[0] / photo[0]
        return lens_focus.folded(disparity, focus, radius * scale / self.radius)

    def drawn_size(self, photo: Size) -> Size:
        """Returns the size at which a photo is drawn: its own, or the largest in it."""
        if self.limit is None:
            return photo if self.trained is None else fitted(photo, self.trained)
        height, width = (side - 2 * self._margin() for side in self.limit)
        return fitted(photo, (height, width))

    def _margin(self) -> int:
        margin = self.margin
        if self.limit is not None:
            margin = min(margin, min(self.limit) // SHARE)
        return margin + margin % 2


def along(
    drawn: Array, seen: Array, photo: Array, folded: Array, radius: float
) -> Array:
    """Returns what a network of a known `radius` drew, sharp as its photo in focus.

    And as bright as it: its light around each place is the photo's (`light.kept`).

    Args:
      drawn: `[h, w, 3]` float32, the network's picture.
      seen: as large, what it was drawn from, no sharper than the network saw it.
      photo: `[H, W, 3]` uint8, uint16 or float, of the same proportions.
      folded: a disparity of any size, folded at the focus.
      radius: as of `Network`.

    Returns:
      `[H, W, 3]` float32 in [0, 1].
    """
    blur = np.float32(radius) * (1 - pixels.resize_to(folded, drawn.shape[:2]))
    lit = light.kept(drawn, seen, blur, radius)
    return guided.enlarge(lit, seen, photo, guided.in_focus(blur))


def nearest_at(disparity: Array, focus: float) -> Array:
    """Folds a disparity at the focus: what is there becomes what is nearest.

    It is for a network that no input tells where the focus is, as one that was trained
    on EBB!. It has learned that the nearest large thing is sharp, and that blur grows
    with the difference to it (`darkroom.scenes.stage`). What is nearer than the focus
    goes as far behind it.

    Args:
      disparity: `[H, W]` in [0, 1].
      focus: the disparity that is to be sharp.

    Returns:
      `[H, W]` float32 in [0, 1], largest at the focus.
    """
    folded = focus - np.abs(disparity.astype(np.float32) - np.float32(focus))
    return np.clip(folded + max(0.0, 1 - 2 * focus), 0, 1)


def load(method: str, margin: int = MARGIN) -> Network:
    """Loads the network of an exported `.tflite`, without TensorFlow.

    Args:
      method: the file, or the name of a shipped one.
      margin: as of `Network`, inside the file's one size.

    Raises:
      FileNotFoundError, ValueError: the file is missing, damaged or of another network.
    """
    if method not in look.NETWORKS:
        return _load(method, margin)
    file = shipped.find(look.NETWORKS[method], "--method FILE.tflite")
    return _load(str(file), margin)


@functools.cache
def _load(path: str, margin: int) -> Network:
    run = litert.Network(path, lean=True)
    (shape, *others), output = run.inputs.values(), run.output
    if others or (shape[0], *shape[3:], *output[3:]) != (1, 4, 3):
        raise ValueError(
            f"{path} turns "
            f"{', '.join(map(litert.format_shape, (shape, *others)))} into "
            f"{litert.format_shape(output)}; expected an exported PyNET: photo and "
            "depth 1xHxWx4 in, a picture out"
        )
    limit = (2 * shape[1], 2 * shape[2])
    return Network(run, limit, margin, radius=radius_of(run.card))


def radius_of(about: Mapping[str, Any] | None) -> float | None:
    """Returns what the card of a LiteRT file says of `Network.radius`."""
    training = (about or {}).get("weights")
    radius = training.get("radius") if isinstance(training, dict) else None
    return float(radius) if isinstance(radius, float | int) and radius > 0 else None


def fitted(size: Size, limit: Size) -> Size:
    """Returns the largest size of the same proportions that is within `limit`."""
    scale = min(1.0, limit[0] / size[0], limit[1] / size[1])
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _next_multiple(size: Size) -> Size:
    height, width = size
    return height + -height % MULTIPLE, width + -width % MULTIPLE


def _check_proportions(photo: Array, disparity: Array) -> None:
    ratios = (picture.shape[1] / picture.shape[0] for picture in (photo, disparity))
    stretch = next(ratios) / next(ratios)
    if not 1 / _STRETCH < stretch < _STRETCH:
        raise ValueError(
            f"the photo is {pixels.hxw(photo)}, its depth map "
            f"{pixels.hxw(disparity)}; expected the same proportions: is it of "
            "another photo, or not turned upright as this one is?"
        )


def _bilinear(picture: Array, size: Size) -> Array:
    """Enlarges the softest way: what a network draws in focus is no softer."""
    import cv2

    return cv2.resize(picture, size[::-1], interpolation=cv2.INTER_LINEAR)


def _continued(picture: Array, size: tuple[int, ...], margin: int) -> Array:
    """Mirrors all around: `margin` above and to the left, what is left elsewhere."""
    more = [
        (margin, new - old - margin)
        for new, old in zip(size, picture.shape, strict=False)
    ]
    return np.pad(picture, more + [(0, 0)] * (picture.ndim - 2), mode="reflect")
