"""One photo: read with all that belongs to it, drawn, written."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import NamedTuple

from darkroom import depth, pixels, subjects
from darkroom.depth import embedding
from darkroom.io import decoding, files, images, saving
from darkroom.lens import focus
from darkroom.pixels import Array
from darkroom.render import (
    autofocus,
    look,
    masks,
    methods,
    network,
    own_lens,
    sweep,
)
from darkroom.render.options import RenderOptions
from darkroom.subjects.box import Boxed


@dataclasses.dataclass(frozen=True)
class Shot:
    """A photo and what the lens must know of it.

    Attributes:
      photo: the picture.
      disparity: `[H, W]` in [0, 1], 1 is nearest.
      focus: the disparity that is sharp.
      message: where depth and focus came from.
      sharp: `[H, W]`, what must be sharp wherever the focus is; or None.
      blurred: `[H, W]`, what must be blurred; or None.
      band: how deep what is in focus is, in disparity: the focal range if the look
        leaves it to the photo.
      lens: the photo's own, for f-numbers; None if it is not known.
      matte: `[H, W]`, how much of each pixel is the subject's; or None.
    """

    photo: images.Photo
    disparity: Array
    focus: float
    message: str
    sharp: Array | None = None
    blurred: Array | None = None
    band: float = 0.0
    lens: own_lens.OwnLens | None = None
    matte: Array | None = None


class NetworkShot(NamedTuple):
    """A photo, its disparity, what a network drew of them, and a message on it."""

    photo: images.Photo
    disparity: Array
    picture: Array
    message: str


def render(job: files.Job, options: RenderOptions) -> str:
    """Writes all that is wanted of one photo; returns what was done, in words.

    It is what processes of their own are given to do (`batch.each`).

    Raises:
      OSError, ValueError: as `read`, or as `by_network`; or a file cannot be written.
    """
    decoding.allow(options.max_megapixels)
    outputs, how = job.outputs, options.look
    if look.is_network(how.method):
        return by_network(job, options, network.load(how.method)).message
    shot = read(job, options)
    if "picture" in outputs:
        picture = draw(shot, how)
        _write(outputs["picture"], picture, shot.photo, shot.disparity, options)
    if "view" in outputs:
        images.write(outputs["view"], depth_view(shot))
    if "sweep" in outputs:
        small = dataclasses.replace(shrunk(shot, options.sweep_size), band=0.0)
        smaller = look.scaled(how, len(small.disparity) / len(shot.disparity))
        sweep.write(
            outputs["sweep"],
            small.disparity,
            lambda at: draw(dataclasses.replace(small, focus=at), smaller),
        )
    return f"{job}: {shot.message}"


def _write(
    path: pathlib.Path,
    picture: Array,
    photo: images.Photo,
    disparity: Array,
    options: RenderOptions,
) -> None:
    """Writes a picture, with its depth in it if that is wanted."""
    if not options.embed_depth:
        images.write(path, picture, like=photo)
        return

    def save(to: pathlib.Path) -> None:
        images.write(to, picture, like=photo)
        to.write_bytes(embedding.embedded(to.read_bytes(), disparity))

    saving.write(path, save)


def read(job: files.Job, options: RenderOptions) -> Shot:
    """Reads a photo, finds its depth and its focus.

    Who was found to focus on is moved into focus as a whole: a wrong depth cannot blur
    a face.

    Raises:
      OSError, ValueError: a file is bad or of another size, the photo has no depth, or
        there is nothing to focus on.
    """
    photo = images.read(job.photo)
    request, wanted = options.focus, options.look.focal_range
    size, own = photo.pixels.shape[:2], job.companions
    matte = masks.read_matte(own.matte, size)
    boxed = subjects.boxed(photo.pixels, request.box) if request.box else None
    near = _depth(job, photo, options, boxed=boxed, matte=matte)
    at = autofocus.find(request, photo.pixels, near.disparity, wanted, boxed, matte)
    middle, band = at.band(wanted)
    disparity = subjects.pull(near.disparity, middle, at.subject)
    message = f"depth from {near.origin}, focus on {at.name} at {middle:.2f}"
    if band >= 0.01:
        low, high = max(0.0, middle - band / 2), min(1.0, middle + band / 2)
        message += f", sharp from {low:.2f} to {high:.2f}"
    lens = own_lens.find(photo.exif, photo.pixels.shape[:2], near.inverse_metres)
    if (f_number := options.look.f_number) is not None:
        message += (
            f", f/{f_number:g} of its own {lens} lens"
            if lens
            else (f", as of f/{f_number:g}")
        )
    if photo.gain_map is not None:
        message += ", lights as bright as the photo's gain map says"
    message += near.note + remarks(near, at, photo)  # sentences come last
    sharp, blurred = (masks.read(path, size) for path in (own.mask, own.blur_mask))
    return Shot(photo, disparity, middle, message, sharp, blurred, band, lens, matte)


def remarks(near: depth.PhotoDepth, at: autofocus.Focus, photo: images.Photo) -> str:
    """Returns what should be known of a focus and a file besides the depth's note."""
    of_focus = "" if at.note == near.note else at.note
    return of_focus + (f"; {photo.note}" if photo.note else "")


def _depth(
    job: files.Job,
    photo: images.Photo,
    options: RenderOptions,
    upsampled: bool = True,
    boxed: Boxed | None = None,
    matte: Array | None = None,
) -> depth.PhotoDepth:
    subject = boxed.mask if boxed else matte
    source, right = job.companions.depth or "", job.companions.right
    return depth.find(
        photo,
        job.photo,
        source,
        right,
        options.invert_depth,
        options.depth_unit,
        upsampled=upsampled,
        scale=options.depth_scaling,
        subject=subject,
        subject_name=depth.BOXED if boxed else depth.MATTED,
    )


def by_network(
    job: files.Job,
    options: RenderOptions,
    run: network.Network,
    upsample: bool = True,
) -> NetworkShot:
    """Draws and writes one photo with a network.

    Args:
      job: the photo and its files.
      options: of these, how a depth map is read, and a focus that was asked for.
      run: the network.
      upsample: brings a coarse depth map to the photo's edges before the network sees
        it; without it the network sees the map resized, as in its training.

    Raises:
      OSError, ValueError: a file is bad, the photo has no depth, or what to focus on
        is not there.
    """
    photo = images.read(job.photo)
    whole = photo.pixels.shape[:2]
    drawn = run.drawn_size(whole)
    seen = photo
    if drawn != whole and not job.companions.right:  # whose size must be the photo's
        seen = images.Photo(pixels.resize_to(photo.pixels, drawn))
    request = options.focus
    boxed = subjects.boxed(seen.pixels, request.box) if request.box else None
    near = _depth(job, seen, options, upsampled=upsample, boxed=boxed)
    message = f"{job}: depth from {near.origin}"
    disparity = near.disparity
    middle = None
    if request != autofocus.ANYTHING or run.radius is not None:
        at = autofocus.find(request, seen.pixels, disparity, boxed=boxed)
        middle, _ = at.band(None)
        disparity = subjects.pull(disparity, middle, at.subject)
        message += f", focus on {at.name} at {middle:.2f}"
    picture = run(photo.pixels, disparity, middle, look.amount(options.look, whole))
    _write(job.outputs["picture"], picture, photo, near.disparity, options)
    if drawn != whole:
        message += f", drawn at {drawn[0]}x{drawn[1]} and enlarged along the photo"
    return NetworkShot(photo, near.disparity, picture, message + near.note)


def draw(shot: Shot, how: look.Look) -> Array:
    """Draws the picture, `[H, W, 3]` of the photo's type."""
    painted = subjects.paint(shot.disparity, shot.focus, shot.sharp, shot.blurred)
    if how.f_number is not None and shot.lens is not None:
        own = shot.lens.radius(how.f_number, shot.focus)
        how = dataclasses.replace(how, f_number=None, radius=own)
    how = look.ranged(how, shot.band)
    return methods.draw(shot.photo, painted, shot.focus, how, shot.matte)


def depth_view(shot: Shot) -> Array:
    """Draws the depth as masks have changed it, white where it is sharp, uint8."""
    painted = subjects.paint(shot.disparity, shot.focus, shot.sharp, shot.blurred)
    return focus.depth_view(painted, shot.photo.pixels, shot.focus, shot.band)


def shrunk(shot: Shot, longest: int) -> Shot:
    """Shrinks a shot for a sweep: 8 bits of sRGB, no side longer than `longest`."""
    import cv2

    size = network.fitted(shot.disparity.shape, (longest, longest))
    colours = pixels.resize_to(pixels.to_uint8(shot.photo.pixels), size)

    def picked(array: Array) -> Array:
        """Takes no mean of two disparities: it would be a surface of its own."""
        return cv2.resize(array, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT)

    return dataclasses.replace(
        shot,
        lens=shot.lens.scaled(len(colours) / len(shot.disparity))
        if shot.lens
        else None,
        photo=images.Photo(
            sweep.in_srgb(colours, shot.photo.icc), gain_map=shot.photo.gain_map
        ),
        disparity=picked(shot.disparity),
        sharp=None if shot.sharp is None else picked(shot.sharp),
        blurred=None if shot.blurred is None else picked(shot.blurred),
        matte=None if shot.matte is None else pixels.resize_to(shot.matte, size),
    )
