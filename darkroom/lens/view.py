"""What a lens looks at: the photo, its depth and lights, at full size and coarser ones.

Large blurs look at grids of large cells, for which the photo at half or a quarter of
its size is enough: it is reduced once, not in every tile.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import cv2
import numpy as np

from darkroom.lens import coarse
from darkroom.lens.aperture import Aperture
from darkroom.lens.blocks import Blocks
from darkroom.lens.cutting import Cut, Window
from darkroom.lens.layers import Layers
from darkroom.lens.lights import Lights
from darkroom.lens.mixed import Mixed, as_items, joined
from darkroom.pixels import Array

_HALF, _QUARTER = 8, 32  # pixels per cell from which the photo may be as much smaller
# Of the photo's edge, which goes on as its last pixels do, not as their means.
_MARGIN = 4
_STRIP = 64  # rows that stay in the cache; a multiple of 4


@dataclasses.dataclass(frozen=True)
class View:
    """What is rendered, and by which lens.

    Attributes:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.
      lights: its lights above white.
      aperture: the lens opening.
      mixed: its mixed pixels; None for none.
    """

    photo: Array
    depth: Layers
    lights: Lights
    aperture: Aperture
    mixed: Mixed | None = None

    @functools.cached_property
    def blocks(self) -> Blocks:
        """Which layers are where."""
        return Blocks(self.depth, self.mixed)

    def nearest(self, window: Window) -> tuple[int, int]:
        """Returns the nearest label in a window, and the nearest beside a step."""
        rows, columns = window.at(1)
        here = np.s_[
            max(0, rows.start) : rows.stop, max(0, columns.start) : columns.stop
        ]
        labels, steps = (
            int(cv2.minMaxLoc(values[here])[1])
            for values in (self.depth.labels, self.depth.steps)
        )
        return labels, steps

    def reduced(self, step: int) -> Cut | None:
        """Returns all of it at the size that suits cells of `step` pixels.

        None if that is the photo's own. A margin of `_MARGIN` pixels is around it.
        """
        if step < _HALF:
            return None
        return self._half if step < _QUARTER else self._quarter

    def full(self, rows: slice, columns: slice) -> Cut:
        """Returns a part at the photo's own size; it may reach beyond the photo."""
        height, width = self.depth.labels.shape
        here = (
            slice(max(0, rows.start), min(rows.stop, height)),
            slice(max(0, columns.start), min(columns.stop, width)),
        )
        margins = (
            here[0].start - rows.start,
            rows.stop - here[0].stop,
            here[1].start - columns.start,
            columns.stop - here[1].stop,
        )
        labels = self.depth.labels[here]
        # With its margins at once: to add them would be to copy it.
        size = rows.stop - rows.start, columns.stop - columns.start
        rgba = np.empty((*size, 4), np.float32)
        inner = rgba[margins[0] :, margins[2] :][: len(labels), : labels.shape[1]]
        cv2.cvtColor(self.photo[here], cv2.COLOR_RGB2RGBA, dst=inner)
        mixed = self.mixed and self.mixed.within(*here)
        if mixed:
            places = (mixed.rows + margins[0]) * size[1] + mixed.columns + margins[2]
            as_items(rgba)[places] = as_items(mixed.front)
            # it is not asked for any more, and nothing is quickly copied
            mixed = dataclasses.replace(mixed, front=mixed.front[:, :0])
        cut = Cut(inner, labels, mixed or None)
        return cut.continued(*margins, whole=rgba)

    @functools.cached_property
    def _half(self) -> Cut:
        height, width = (
            -(-side // 4) * 4 + _MARGIN for side in self.depth.labels.shape
        )
        columns = slice(-_MARGIN, width)
        size = (height + _MARGIN) // 2, (width + _MARGIN) // 2
        rgba = np.empty((*size, 4), np.float32)
        labels, mixed = np.empty(size, np.uint8), []
        last = len(self.depth.labels)
        for top in range(-_MARGIN, last, _STRIP):
            # None lies beyond the photo as a whole: nothing could be continued there.
            stop = top + _STRIP if top + _STRIP < last else height
            strip = self.full(slice(top, stop), columns).halved()
            first = (top + _MARGIN) // 2
            here = slice(first, first + len(strip.labels))
            rgba[here], labels[here] = strip.rgba, strip.labels
            if (found := strip.mixed) is not None:
                mixed.append(found.moved(found.rows + first, found.columns))
        return Cut(rgba, labels, joined(mixed) if mixed else None, 2)

    @functools.cached_property
    def _quarter(self) -> Cut:
        return self._half.halved()


class Around:
    """The surroundings of a tile at the photo's own size, cut out once if possible.

    Args:
      view: what is rendered.
      rows, columns: the tile, in pixels.
      radii: of the layers that are near it.
    """

    def __init__(
        self, view: View, rows: slice, columns: slice, radii: Sequence[float]
    ) -> None:
        self._view = view
        fine = [radius for radius in radii if coarse.step(radius) < _HALF]
        # What most windows lie in; those of things hidden by large blurs are wider.
        wide = Window.around(rows, columns, _HALF // 2, max(fine, default=0))
        self._rows, self._columns = wide.at(1)
        self._cut: Cut | None = None

    def cut(self, window: Window, step: int) -> Cut:
        """Cuts a window out, at the size that suits cells of `step` pixels."""
        reduced = self._view.reduced(step)
        if reduced is not None:
            margin = _MARGIN // reduced.scale
            rows, columns = (
                slice(part.start + margin, part.stop + margin)
                for part in window.at(reduced.scale)
            )
            return reduced.part(rows, columns)
        rows, columns = window.at(1)
        wide = _both(self._rows, rows), _both(self._columns, columns)
        if self._cut is None or wide != (self._rows, self._columns):
            self._cut = self._view.full(*wide)
            self._rows, self._columns = wide
        top, left = self._rows.start, self._columns.start
        return self._cut.part(
            slice(rows.start - top, rows.stop - top),
            slice(columns.start - left, columns.stop - left),
        )


def _both(one: slice, other: slice) -> slice:
    return slice(min(one.start, other.start), max(one.stop, other.stop))
