"""Whether freed memory is mapped afresh, counted by the kernel in page faults."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

BLOCKS = """
import ctypes, resource
from darkroom import heap
{call}
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.memset.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
def touch():
    block = libc.malloc(40 << 20)
    libc.memset(block, 1, 40 << 20)
    libc.free(block)
touch()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    touch()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="mallopt is glibc's"
)


def _faults(call: str) -> int:
    program = [sys.executable, "-c", BLOCKS.format(call=call)]
    return int(subprocess.run(program, capture_output=True, check=True).stdout)


def test_a_training_s_blocks_are_kept() -> None:
    assert _faults("heap.keep_what_is_freed()") < 100


@pytest.mark.parametrize("call", ["", "heap.give_back_what_is_freed()"])
def test_otherwise_each_is_mapped_again(call: str) -> None:
    pages = 5 * (40 << 20) / 4096  # a fault may bring a huge page: 512 of them
    assert _faults(call) >= pages / 512
