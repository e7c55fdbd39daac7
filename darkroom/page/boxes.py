"""A box around what should be sharp, as the page sends it."""

from __future__ import annotations

from darkroom.subjects.box import Box

_LEAST = 0.02  # of the photo's width and height: less is a click


def parse(text: str) -> Box:
    """Reads `x,y,w,h` in fractions of the photo's width and height.

    Raises:
      ValueError: it is no box inside the photo, or one too small to hold anything.
    """
    try:
        x, y, width, height = map(float, text.split(","))
        fits = 0 <= x <= x + width <= 1 + 1e-6 and 0 <= y <= y + height <= 1 + 1e-6
    except ValueError:
        fits = False
    if not (fits and min(width, height) >= _LEAST):
        raise ValueError(
            f"the box came as {text[:60]}; expected x,y,w,h in fractions of the photo, "
            "such as 0.2,0.1,0.5,0.8"
        )
    return x, y, min(width, 1 - x), min(height, 1 - y)


def spelled(box: Box) -> str:
    """Returns a box as `parse` reads it."""
    return ",".join(f"{part:.4g}" for part in box)
