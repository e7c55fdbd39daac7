"""What glibc does with memory that is freed: keeps it for the next, or gives it back.

Its own rule maps every block of over 32 MB afresh. The kernel fills it with zeros page
by page, and a training that frees and asks again for all that a step holds spends as
long on that as on its arithmetic.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys

# glibc's malloc.h: the options of mallopt
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -2, -3, -4, -8
_NEVER = 2**31 - 1


def keep_what_is_freed() -> None:
    """Keeps freed blocks of any size, for programs that ask for the same again.

    To be called before the large blocks are there. Measured with
    `python -m benchmarks.pynet --heap`.
    """
    _set({_MMAP_MAX: 0, _TRIM_THRESHOLD: _NEVER, _TOP_PAD: 2**26})


def give_back_what_is_freed() -> None:
    """Returns large blocks to the system as soon as they are freed, for servers.

    glibc learns from the first large one to keep them, in each thread's own heap. To be
    called before threads are there.
    """
    _set({_MMAP_THRESHOLD: 2**18, _TRIM_THRESHOLD: 2**18, _ARENA_MAX: 2})


def _set(options: dict[int, int]) -> None:
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError, OSError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in options.items():
            mallopt(option, value)
