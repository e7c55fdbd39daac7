"""Pictures of an open photo: small for a click, large for the eye and for a file.

They are drawn by `darkroom.render.shot`, as the command's are: what the page saves is
what the command writes.
"""

from __future__ import annotations

import io
import pathlib
from typing import Literal

import numpy as np
from PIL import Image

from darkroom import pixels, subjects
from darkroom.io import images
from darkroom.lens import aperture
from darkroom.page import photos, scenes, uploads
from darkroom.page.settings import Settings
from darkroom.page.strokes import BRUSHES, brush_mask
from darkroom.pixels import Array
from darkroom.render import autofocus, look, shot

_DIAL = 44.0  # radius of the point of light that shows the opening, in pixels


def shown(
    opened: photos.Opened, settings: Settings, size: Literal["small", "full"]
) -> shot.Shot:
    """Returns the photo in one of its sizes, with all that is to be drawn with it.

    Raises:
      ValueError: the focus is outside the picture, or the photo has no depth yet.
    """
    scene = opened.scene
    if scene is None:
        raise ValueError(f"{opened.file.name}: it has no depth yet; give it one first")
    view = scene.small if size == "small" else scene.full
    disparity, focused = view.disparity, scene.focus
    if settings.focus is not None:
        # of the full size always, or a preview would promise another focus
        request = settings.focus_request()
        focused = autofocus.find(request, view.photo.pixels, scene.full.disparity)
    at, band = focused.band(settings.look.focal_range)
    if settings.focus is None:  # who was found is moved into focus as a whole
        disparity = subjects.pull(disparity, at, view.subject)
    height, width = disparity.shape
    sharp, blurred = (
        brush_mask(settings.strokes, kind, (height, width)) for kind in BRUSHES
    )
    return shot.Shot(
        *(view.photo, disparity, at, scene.origin, sharp, blurred, band),
        lens=view.lens,
        matte=view.matte,
    )


def full(opened: photos.Opened, settings: Settings) -> photos.Drawing:
    """Draws the picture at full size, of the photo's type.

    It is kept: what is saved has mostly been looked at before. The caller holds
    `opened.slow`.

    Raises:
      ValueError: as `shown`.
    """
    last, settings = opened.drawing, settings.without_turn()
    if last and last.scene is opened.scene and last.settings == settings:
        return last
    one = shown(opened, settings, "full")
    assert opened.scene  # else `shown` has raised
    picture = shot.draw(one, settings.look)
    opened.drawing = photos.Drawing(opened.scene, settings, one.focus, picture)
    return opened.drawing


def depth_map(opened: photos.Opened, settings: Settings) -> Array:
    """Returns the depth at full size as a map for --depth, `[H, W]` uint16.

    Raises:
      ValueError: the photo has no depth yet.
    """
    return pixels.to_uint16(_view(opened, "full").disparity)


def matte(opened: photos.Opened, settings: Settings) -> Array:
    """Returns who or what is kept sharp, `[H, W]` uint8, for --mask.

    It is the subject that was found and what the brush has added, less what it blurs.

    Raises:
      ValueError: the photo has no depth yet, or there is neither.
    """
    view = _view(opened, "full")
    height, width = view.disparity.shape
    sharp, blurred = (
        brush_mask(settings.strokes, kind, (height, width)) for kind in BRUSHES
    )
    subject = None if view.subject is None else pixels.to_uint8(view.subject)
    parts = [part for part in (subject, sharp) if part is not None]
    if not parts:
        raise ValueError(
            f"{opened.file.name}: nobody was found in it; draw a box around what is to "
            "be sharp, or paint it with the brush"
        )
    whole = np.maximum.reduce(parts)
    return whole if blurred is None else np.minimum(whole, 255 - blurred)


def _view(opened: photos.Opened, size: Literal["small", "full"]) -> scenes.View:
    if opened.scene is None:
        raise ValueError(f"{opened.file.name}: it has no depth yet; give it one first")
    return opened.scene.small if size == "small" else opened.scene.full


def encode(opened: photos.Opened, picture: Array, ending: str) -> bytes:
    """Returns the file that darkroom.render writes.

    Raises:
      ValueError: an ending that cannot be written.
    """
    blank = uploads.File(pathlib.Path(opened.file.name).stem + ending, b"")
    with uploads.on_disk(blank) as [path]:
        images.write(path, picture, like=opened.photo)
        return path.read_bytes()


def jpeg(picture: Array, icc: bytes | None = None, quality: int = 90) -> bytes:
    """Returns a picture for the screen."""
    target = io.BytesIO()
    image = Image.fromarray(pixels.to_uint8(picture))
    image.save(target, "JPEG", quality=quality, subsampling=0, icc_profile=icc)
    return target.getvalue()


def png(grey: Array) -> bytes:
    """Returns a map `[H, W]` uint8 or uint16, as it is."""
    target = io.BytesIO()
    Image.fromarray(grey).save(target, "PNG")
    return target.getvalue()


def point_of_light(how: look.Look) -> Array:
    """Draws what the opening makes of a point of light, `[n, n]` uint8."""
    light = aperture.kernel(look.opening(how), _DIAL)
    return pixels.to_srgb(light / light.max(), np.uint8)
