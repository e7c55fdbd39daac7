"""The person of a portrait: cut out of a picture, pasted over one.

A mask is 1 on the person and 0 outside; a matte between the two blends. Pictures
are in [-1, 1], so that the black around a cut-out is -1.
"""

from __future__ import annotations

from typing import Any

from keras import ops

BLACK = -1.0


def person(picture: Any, mask: Any) -> Any:
    """The picture with black outside the mask; the m(x) of the mask loss."""
    return paste(picture, BLACK, mask)


def paste(person: Any, picture: Any, mask: Any) -> Any:
    """The picture with the mask's part taken from `person`.

    Args:
      person: `[B, H, W, 3]`, in place with the picture.
      picture: `[B, H, W, 3]`, or a number.
      mask: `[B, H, W, 1]`.
    """
    mask = ops.cast(mask, ops.dtype(person))
    return mask * person + (1 - mask) * picture
