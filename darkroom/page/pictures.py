"""Pictures of an open photo: small for a click, large for the eye and for a file.

They are drawn by `darkroom.render.shot`, as the command's are: what the page saves is
what the command writes.
"""

from __future__ import annotations

import io
import pathlib
from typing import Any, Literal

import numpy as np
from PIL import Image

from darkroom import pixels, subjects
from darkroom.io import images
from darkroom.lens import aperture, focus
from darkroom.page import files, photos, scenes, strokes
from darkroom.page.settings import Settings
from darkroom.render import autofocus, look, shot

Array = np.ndarray[Any, Any]

_DIAL = 44.0  # radius of the point of light that shows the opening, in pixels


def shown(
    opened: photos.Opened, settings: Settings, size: Literal["small", "full"]
) -> shot.Shot:
    """The photo in one of its sizes, with everything that is to be drawn with it.

    Raises:
      ValueError: the focus is outside the picture, or the photo has no depth yet.
    """
    scene = opened.scene
    if scene is None:
        raise ValueError(f"{opened.file.name}: it has no depth yet; give it one first")
    view: scenes.View = getattr(scene, size)
    disparity, at = view.disparity, scene.focus
    if settings.focus is None:  # who was found is moved into focus as a whole
        disparity = subjects.pull(disparity, at, view.subject)
    else:  # of the full size always, or a preview would promise another focus
        request = settings.focus_request()
        found = autofocus.find(request, view.photo.pixels, scene.full.disparity)
        at = found.disparity
    height, width = disparity.shape
    sharp, blurred = (
        strokes.mask(settings.strokes, kind, (height, width)) for kind in strokes.KINDS
    )
    return shot.Shot(view.photo, disparity, at, scene.said, sharp, blurred)


def depth_view(one: shot.Shot, focal_range: float) -> Array:
    """The depth as the brush has changed it, with what is in focus."""
    pulled = subjects.pull(one.disparity, one.focus, one.sharp, one.blurred)
    return focus.depth_view(pulled, one.photo.pixels, one.focus, focal_range)


def full(opened: photos.Opened, settings: Settings) -> tuple[float, Array]:
    """The disparity in focus, and the picture at full size, of the photo's type.

    Both are kept: what is saved has mostly been looked at before. The caller holds
    `opened.slow`.

    Raises:
      ValueError: as `shown`.
    """
    wanted = (opened.scene, settings.without_turn())
    if opened.drawn is None or opened.drawn[0] != wanted:
        one = shown(opened, settings, "full")
        opened.drawn = (wanted, one.focus, shot.draw(one, settings.look))
    return opened.drawn[1:]


def encode(opened: photos.Opened, picture: Array, ending: str) -> bytes:
    """The file that darkroom.render writes.

    Raises:
      ValueError: an ending that cannot be written.
    """
    blank = files.File(pathlib.Path(opened.file.name).stem + ending, b"")
    with files.laid_out(blank) as [path]:
        images.write(path, picture, like=opened.photo)
        return path.read_bytes()


def jpeg(picture: Array, icc: bytes | None = None, quality: int = 90) -> bytes:
    """A picture for the screen."""
    target = io.BytesIO()
    image = Image.fromarray(pixels.to_uint8(picture))
    image.save(target, "JPEG", quality=quality, subsampling=0, icc_profile=icc)
    return target.getvalue()


def png(grey: Array) -> bytes:
    """A map `[H, W]` uint8, as it is."""
    target = io.BytesIO()
    Image.fromarray(grey).save(target, "PNG")
    return target.getvalue()


def point_of_light(how: look.Look) -> Array:
    """What the opening makes of a point of light, `[n, n]` uint8."""
    light = aperture.kernel(look.opening(how), _DIAL)
    return pixels.to_srgb(light / light.max(), np.uint8)
