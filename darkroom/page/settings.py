"""What the page's controls and its brush say.

Controls are read as the command line of darkroom.render is, so a look in the page and
the same look by command cannot differ. `strokes` paints what the brush has drawn.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from absl import flags

from darkroom import cli
from darkroom.page.strokes import KINDS, Stroke, cost
from darkroom.render import autofocus, look

# A method may name any file here; a radius in pixels is none of a preview's.
_CONTROLS = frozenset(look.NAMES) - {"method", "filter", "radius"}


Json: TypeAlias = Any  # a value that came as JSON, of whatever type
_MOST_PAINT = 3_000  # what all strokes together may cost, 4 s on 12 megapixels
_LONGEST = 60  # characters of one control


@dataclasses.dataclass(frozen=True)
class Settings:
    """A look, where it is sharp, and what the brush has painted.

    Attributes:
      look: the lens' controls.
      focus: `x,y` in fractions of width and height; None to look for a subject.
      strokes: of the brush, the first one first.
      turn: grows from one request of the page to its next.
    """

    look: look.Look
    focus: str | None = None
    strokes: tuple[Stroke, ...] = ()
    turn: int = 0

    def focus_request(self) -> autofocus.FocusRequest:
        """Returns where the focus is to be."""
        return autofocus.parse(self.focus, None, None)

    def without_turn(self) -> Settings:
        """Returns the same, whenever it was asked for."""
        return dataclasses.replace(self, turn=0)


def read(values: Json) -> Settings:
    """Reads settings from the page's JSON: look, focus, strokes, turn.

    Raises:
      ValueError: it is of another form, or a control is unknown or out of its limits.
    """
    if not isinstance(values, dict):
        raise ValueError(f"got {str(values)[:60]}; expected an object of settings")
    kinds: dict[str, type | tuple[type, ...]] = {
        "look": dict,
        "focus": (str, type(None)),
        "strokes": list,
        "turn": int,
    }
    for name, kind in kinds.items():
        if name in values and not isinstance(values[name], kind):
            raise ValueError(f"{name} came as {str(values[name])[:60]}")
    focus = values.get("focus") or ""
    if len(focus) > _LONGEST:
        raise ValueError(f"focus came as {focus[:_LONGEST]}...; expected x,y")
    settings = Settings(
        read_look(values.get("look", {})),
        values.get("focus"),
        tuple(map(_read_stroke, values.get("strokes", []))),
        values.get("turn", 0),
    )
    settings.focus_request()  # refuses what is no point
    _check_paint(settings.strokes)
    return settings


def _check_paint(strokes: Sequence[Stroke]) -> None:
    """Refuses strokes that would take minutes."""
    if sum(map(cost, strokes)) > _MOST_PAINT:
        raise ValueError(
            f"the brush came with {len(strokes)} strokes, which would take too long to "
            "paint; undo some, or take fewer and wider ones"
        )


def _read_stroke(values: Json) -> Stroke:
    try:
        points = np.array(values["points"], np.float64)
        fits = points.ndim == 2 and points.shape[1] == 2 and len(points)
        inside = (points >= 0).all() and (points <= 1).all()
        size, kind, soft = values["size"], values["kind"], values.get("soft", 0)
        if not (fits and inside and 0 < size <= 1 and 0 <= soft <= 1 and kind in KINDS):
            raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise ValueError(
            f"a brush stroke came as {str(values)[:80]}; expected a kind (sharp, "
            "blurred or erase), a size (above 0, to 1), softness (0 to 1) and points "
            "(pairs from 0 to 1)"
        ) from None
    return Stroke(kind, size, tuple((x, y) for x, y in points.tolist()), float(soft))


def read_look(values: Mapping[str, object]) -> look.Look:
    """Reads the lens' controls.

    Raises:
      ValueError: as `read`.
    """
    unknown = sorted(set(values) - _CONTROLS)
    if unknown:
        raise ValueError(
            f"there is no control {unknown[0]!r}; expected "
            f"{', '.join(sorted(_CONTROLS))}"
        )
    for name, value in values.items():
        if len(str(value)) > _LONGEST:
            raise ValueError(
                f"{name} came as {str(value)[:_LONGEST]}...; it is too long"
            )
    try:
        chosen = cli.parse(look.Look, *_spell(values))
    except flags.Error as error:
        raise ValueError(str(error)) from None
    look.check(chosen)
    return chosen


def _spell(values: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in values.items()]


def command_line(
    settings: Settings, photo: str, sources: Mapping[str, str], to: str
) -> str:
    """Returns the command that writes what the page saves.

    Args:
      settings: the page's.
      photo: the photo's name.
      sources: further files by the flags that name them, such as `depth`.
      to: the name of what is written.
    """
    chosen: dict[str, object] = {**sources, **look.given(settings.look)}
    if settings.focus is not None:
        chosen["focus"] = settings.focus
    flags = map(shlex.quote, _spell({**chosen, "output": to}))
    program = shlex.join(["python", "-m", "darkroom.render", photo])
    return " \\\n  ".join([program, *flags])
