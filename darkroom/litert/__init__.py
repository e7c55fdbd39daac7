"""LiteRT files (`.tflite`), what phones run: written, checked, and run.

from darkroom import litert

bokeh = litert.Network("pynet.tflite")(photo_and_depth)
"""

from darkroom.litert.network import Network, format_shape

__all__ = ["Network", "format_shape"]
