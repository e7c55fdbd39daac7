"""Turns a frozen dataclass with one line of help a field into absl flags, and back.

The flags come into being when a program starts (`darkroom.program`), never when its
module is imported, so that one process (a test run, say) can import every program.
"""

from __future__ import annotations

import codecs
import dataclasses
import functools
import pathlib
import re
import sys
import typing
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from absl import flags

if typing.TYPE_CHECKING:
    from _typeshed import DataclassInstance

Config = TypeVar("Config")

_DEFINE: dict[type, Callable[..., Any]] = {
    bool: flags.DEFINE_bool,
    int: flags.DEFINE_integer,
    float: flags.DEFINE_float,
    str: flags.DEFINE_string,
}
_DEFINE_PARSED: Callable[..., Any] = flags.DEFINE

_LARGEST = 1e15  # number of a flag
_NESTED = 9  # flagfiles in flagfiles


def flag(default: Any, help: str, *, may_differ: bool = False, **limits: Any) -> Any:
    """Returns a dataclass field that is a flag.

    Args:
      default: its value where nothing is said; None for a flag without one.
      help: one line.
      may_differ: whether a resumed run may have another value than the run had before.
      limits: go to absl, as in `lower_bound=1`.
    """
    metadata = {"help": help, "may_differ": may_differ, "limits": limits}
    return dataclasses.field(default=default, metadata=metadata)


def may_differ(config_type: type) -> frozenset[str]:
    """Returns the names of the flags that may be others when a run is resumed."""
    fields = dataclasses.fields(config_type)
    return frozenset(f.name for f in fields if f.metadata.get("may_differ", False))


def define(config_type: type, flag_values: flags.FlagValues = flags.FLAGS) -> None:
    """Defines a flag for each field of `config_type`."""
    hints = typing.get_type_hints(config_type)
    for field in dataclasses.fields(config_type):
        kinds = [k for k in _alternatives(hints[field.name]) if k is not type(None)]
        limits = dict(field.metadata["limits"])
        if typing.get_origin(kinds[0]) is typing.Literal:
            make: Callable[..., Any] = flags.DEFINE_enum
            limits["enum_values"] = typing.get_args(kinds[0])
        elif len(kinds) > 1:  # `float | Literal["auto"]`
            make = functools.partial(_DEFINE_PARSED, _NumberOrWord(kinds))
        else:  # `int | None` is an integer flag without a default
            make = _DEFINE[kinds[0]]
        limits["help"] = field.metadata["help"]
        make(field.name, field.default, flag_values=flag_values, **limits)
        if make in (flags.DEFINE_float, flags.DEFINE_integer):
            said = f"expected a finite number below {_LARGEST:g}"
            flags.register_validator(field.name, _is_sane, said, flag_values)
        # --help lists the flags of argv[0]: of this program, however it was started
        flag_values.register_key_flag_for_module(sys.argv[0], flag_values[field.name])


def _is_sane(value: float | None) -> bool:
    """Whether a number may go on to libraries; a flag's bounds let NaN through."""
    return value is None or abs(value) < _LARGEST


def _alternatives(kind: Any) -> tuple[Any, ...]:
    is_union = type(None) in typing.get_args(kind)
    return typing.get_args(kind) if is_union else (kind,)


class _NumberOrWord(flags.ArgumentParser[float | str]):
    """Reads a flag that is a number, or one of a few words."""

    def __init__(self, kinds: Sequence[Any]) -> None:
        self._words: tuple[str, ...] = typing.get_args(kinds[1])
        self.syntactic_help = f"a number, or {' or '.join(self._words)}"

    def parse(self, argument: float | str) -> float | str:
        """Returns the number or the word.

        Raises:
          ValueError: it is neither.
        """
        if argument in self._words:
            return argument
        try:
            return float(argument)
        except ValueError:
            raise ValueError(f"expected {self.syntactic_help}") from None

    def flag_type(self) -> str:
        """Says what kind of flag it is."""
        return self.syntactic_help


def read_text(path: str | pathlib.Path) -> str:
    """Reads what a person wrote: UTF-8, or UTF-16 with its mark, as Windows saves it.

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: it is in another encoding.
    """
    if pathlib.Path(path).exists() and not pathlib.Path(path).is_file():
        raise ValueError(f"{path}: it is no file; expected one of text")
    data = pathlib.Path(path).read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(
            f"{path}, line {line}: it is not text in UTF-8; save it in that encoding"
        ) from None


def read(
    config_type: type[Config], flag_values: flags.FlagValues = flags.FLAGS
) -> Config:
    """Returns the config that the parsed flags spell."""
    fields = dataclasses.fields(config_type)  # type: ignore[arg-type]
    return config_type(
        **{field.name: _at_home(flag_values[field.name].value) for field in fields}
    )


def _at_home(value: Any) -> Any:
    """`~/x` as the home's x; shells leave it alone behind the `=` of a flag."""
    is_home = isinstance(value, str) and (value == "~" or value.startswith("~/"))
    return str(pathlib.Path(value).expanduser()) if is_home else value


def parse(config_type: type[Config], *args: str) -> Config:
    """Returns the config that `args` spell, apart from the process's own flags."""
    flag_values = flags.FlagValues()
    define(config_type, flag_values)
    flag_values(["", *args])
    return read(config_type, flag_values)


def spell(config: DataclassInstance) -> str:
    """Spells `config` as flags, a line each, for --flagfile to repeat the run."""
    values = dataclasses.asdict(config).items()
    return "".join(f"--{name}={value}\n" for name, value in values if value is not None)


def parse_size(text: str) -> tuple[int, int]:
    """Reads height and width from HxW, as the flags of all programs spell a size.

    Raises:
      ValueError: it is something else.
    """
    match = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", text)
    if match is None:
        raise ValueError(f"size is {text}; expected HxW, height first, such as 256x512")
    return int(match[1]), int(match[2])


def with_flagfiles(words: Sequence[str], depth: int = 0) -> list[str]:
    """The command line with the lines of each --flagfile in its place.

    absl reads them too, but only in the encoding of the locale.
    """
    if depth > _NESTED:
        raise ValueError("the --flagfile names itself; take that line away")
    result: list[str] = []
    rest = iter(words)
    for word in rest:
        name, is_given, path = word.lstrip("-").partition("=")
        if word == "--":
            return [*result, word, *rest]
        if not word.startswith("-") or name != "flagfile":
            result.append(word)
            continue
        lines = read_text(_at_home(path if is_given else next(rest, ""))).splitlines()
        flags_of_file = [line.strip() for line in lines if line.strip().startswith("-")]
        result += with_flagfiles(flags_of_file, depth + 1)
    return result
