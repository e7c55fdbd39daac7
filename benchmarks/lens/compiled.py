"""Loops over pixels, compiled by numba, which only the benchmark needs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from darkroom.pixels import Array


@functools.cache
def compiled(loops: Callable[..., Array]) -> Any:
    """Compiles a function once.

    Raises:
      ValueError: numba is not installed.
    """
    try:
        import numba
    except ImportError:
        raise ValueError(
            f"{loops.__name__.strip('_')} needs a compiler for its loops, and there is "
            "none: pip install numba"
        ) from None
    return numba.njit(fastmath=True)(loops)
