"""What every preset must do, whatever flags there are."""

from __future__ import annotations

import dataclasses
import typing


def left_unset(config: object) -> set[str]:
    """Flags without a value, though their type says that they have one once resolved.

    A flag that may stay unset is of a type with None, as `cache: str | None`.
    """
    kinds = typing.get_type_hints(type(config))
    return {
        name
        for name, value in dataclasses.asdict(config).items()
        if value is None and type(None) not in typing.get_args(kinds[name])
    }
