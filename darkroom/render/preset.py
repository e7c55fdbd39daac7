"""A look in a file: a JSON object of its controls, {"strength": 70, "shape": "ring"}.

It holds the look only: no file of a photo, and not where the photo is sharp.
"""

from __future__ import annotations

import json
import pathlib
import typing
from collections.abc import Sequence
from typing import Any, Literal

from darkroom import cli
from darkroom.io import saving
from darkroom.render import look


def chosen(flags: look.Look, path: str | None) -> look.Look:
    """Reads the look that flags ask for on top of a preset.

    Raises:
      OSError, ValueError: as `read` and `look.check`.
    """
    how = look.over(flags, read(pathlib.Path(path)) if path else look.Look())
    look.check(how)
    return how


def read(path: pathlib.Path) -> look.Look:
    """Reads the look that a file holds.

    Raises:
      OSError: there is no such file.
      ValueError: it is no JSON object, or has an unknown control, or a wrong value.
    """
    try:
        values = json.loads(cli.read_text(path))
    except RecursionError:
        raise ValueError(f"{path}: it is not JSON (it is nested too deep)") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: it is not JSON ({error})") from None
    if not isinstance(values, dict):
        raise ValueError(f'{path}: expected a JSON object, such as {{"strength": 70}}')
    kinds = typing.get_type_hints(look.Look)
    for name, value in values.items():
        if name not in kinds:
            raise ValueError(
                f"{path}: there is no control {name!r}; a preset may hold "
                f"{', '.join(kinds)}"
            )
        expected = _fault(typing.get_args(kinds[name])[:-1], value)
        if expected:
            raise ValueError(
                f"{path}: {name} is {json.dumps(value)}; expected {expected}"
            )
    return look.Look(**values)


def _fault(kinds: Sequence[Any], value: Any) -> str:
    """Says what was expected in place of a value; nothing if it is of such a kind."""
    expected = []
    for kind in kinds:
        if typing.get_origin(kind) is Literal:
            names = typing.get_args(kind)
            if value in names:
                return ""
            expected.append(f"one of {', '.join(names)}" if names[1:] else names[0])
        elif type(value) is kind or (kind is float and type(value) is int):
            return ""
        else:
            expected.append(
                {str: "text", int: "a whole number", float: "a number"}[kind]
            )
    return " or ".join(expected)


def write(path: str, how: look.Look, overwrite: bool) -> None:
    """Writes the controls that are set.

    Raises:
      OSError: it cannot be written.
      ValueError: there is such a file already.
    """
    saving.reject_overwrite(pathlib.Path(path), overwrite)
    text = json.dumps(look.given(how), indent=2) + "\n"
    saving.write(pathlib.Path(path), lambda to: to.write_text(text, encoding="utf-8"))
