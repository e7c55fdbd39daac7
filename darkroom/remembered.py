"""Keeps what is worked out of an array that is asked about again and again.

A page draws a photo anew for each click. What depends on the photo alone, such as its
linear light and the lights that it shows, is worked out once.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from darkroom.pixels import Array

_KEPT: dict[int, dict[object, Any]] = {}  # by an array's id: results by their function

P = ParamSpec("P")
R = TypeVar("R")


def keep(array: Array) -> None:
    """Has everything `remembered` kept of an array, as long as the array lives.

    It cannot be written to any more: what is kept would not be of it.
    """
    array.flags.writeable = False
    _KEPT.setdefault(id(array), {})
    weakref.finalize(array, _KEPT.pop, id(array), None).atexit = False


def forget() -> None:
    """Forgets what was worked out; it is again when it is asked for."""
    for results in list(_KEPT.values()):
        results.clear()


def remembered(
    function: Callable[Concatenate[Array, P], R],
) -> Callable[Concatenate[Array, P], R]:
    """Wraps a function of an array whose other arguments follow from it."""

    @functools.wraps(function)
    def result(array: Array, *rest: P.args, **named: P.kwargs) -> R:
        kept = _KEPT.get(id(array))
        if kept is None:
            return function(array, *rest, **named)
        if function not in kept:
            made = function(array, *rest, **named)
            if isinstance(made, np.ndarray):
                keep(made)
            kept[function] = made
        found: R = kept[function]
        return found

    return result
