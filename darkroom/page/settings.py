"""What the page's controls say, read as the command line of darkroom.render is.

So a look in the page and the same look by command cannot differ.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from absl import flags

from darkroom import cli
from darkroom.page import strokes
from darkroom.render import autofocus, look

# A method may name any file here; a radius in pixels is none of a preview's.
_CONTROLS = frozenset(look.NAMES) - {"method", "filter", "radius"}


@dataclasses.dataclass(frozen=True)
class Settings:
    """A look, where it is sharp, and what the brush has painted.

    Attributes:
      look: the lens' controls.
      focus: `x,y` in fractions of width and height; None to look for a subject.
      strokes: of the brush, see `strokes.mask`.
      turn: grows from one request of the page to its next.
    """

    look: look.Look
    focus: str | None = None
    strokes: Sequence[Any] = ()
    turn: int = 0

    def focus_request(self) -> autofocus.FocusRequest:
        """Returns where the focus is to be."""
        return autofocus.parse(self.focus, None, None)

    def without_turn(self) -> Settings:
        """The same, whenever it was asked for."""
        return dataclasses.replace(self, turn=0)


def read(values: Any) -> Settings:
    """Settings from the page's JSON: look, focus, strokes, turn.

    Raises:
      ValueError: it is of another form, or a control is unknown or out of its limits.
    """
    if not isinstance(values, dict):
        raise ValueError(f"got {str(values)[:60]}; expected an object of settings")
    kinds = {"look": dict, "focus": (str, type(None)), "strokes": list, "turn": int}
    for name, kind in kinds.items():
        if name in values and not isinstance(values[name], kind):  # type: ignore[arg-type]
            raise ValueError(f"{name} came as {str(values[name])[:60]}")
    chosen = {name: values[name] for name in kinds if name in values}
    settings = Settings(**chosen | {"look": read_look(values.get("look", {}))})
    settings.focus_request()
    strokes.check(settings.strokes)
    return settings


def read_look(values: Mapping[str, object]) -> look.Look:
    """The lens' controls.

    Raises:
      ValueError: as `read`.
    """
    unknown = sorted(set(values) - _CONTROLS)
    if unknown:
        raise ValueError(
            f"there is no control {unknown[0]!r}; expected "
            f"{', '.join(sorted(_CONTROLS))}"
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
    """The command that writes what the page saves.

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
