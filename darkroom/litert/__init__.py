"""LiteRT files (`.tflite`), what phones run: written, checked, and run.

from darkroom import litert

bokeh = litert.Network("pynet.tflite")(photo_and_depth)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from darkroom.litert.network import Network, format_shape

__all__ = ["Network", "format_shape"]


def __getattr__(name: str) -> object:
    """Imports what is asked for: `--help` of an export needs no NumPy."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from darkroom.litert import network

    return getattr(network, name)
