"""One photo: read with all that belongs to it, drawn, written."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from darkroom import depth, pixels, subjects
from darkroom.io import companions, depth_maps, images
from darkroom.lens import focus
from darkroom.render import aim, look, methods, network, order, sweep

Array = np.ndarray[Any, Any]


@dataclasses.dataclass(frozen=True)
class Shot:
    """A photo and what the lens must know of it.

    Attributes:
      photo: the picture.
      disparity: `[H, W]` in [0, 1], 1 is nearest.
      focus: the disparity that is sharp.
      said: in words, where depth and focus came from.
      sharp: `[H, W]`, what must be sharp wherever the focus is; or None.
      blurred: `[H, W]`, what must be blurred; or None.
    """

    photo: images.Photo
    disparity: Array
    focus: float
    said: str
    sharp: Array | None = None
    blurred: Array | None = None


def render(job: companions.Job, asked: order.Order) -> str:
    """Writes all that was asked for of one photo; returns what was done, in words.

    Raises:
      OSError, ValueError: a file would be replaced; or as `read`.
    """
    job.check(asked.overwrite)
    if look.is_network(asked.look.method):
        return _by_network(job, asked)
    shot = read(job, asked)
    if job.output:
        images.write(job.output, draw(shot, asked.look), like=shot.photo)
    if job.view:
        band = asked.look.focal_range or 0.0
        picture = shot.photo.pixels
        images.write(
            job.view, focus.depth_view(shot.disparity, picture, shot.focus, band)
        )
    if job.sweep:
        small = shrunk(shot, asked.sweep_size)
        how = look.scaled(asked.look, len(small.disparity) / len(shot.disparity))
        sweep.write(
            job.sweep,
            small.disparity,
            lambda at: draw(dataclasses.replace(small, focus=at), how),
        )
    return f"{job.photo} -> {', '.join(map(str, job.writes()))}: {shot.said}"


def read(job: companions.Job, asked: order.Order) -> Shot:
    """Reads a photo, finds its depth and its focus.

    Who was found to focus on is moved into focus as a whole: a wrong depth cannot blur
    a face.

    Raises:
      OSError, ValueError: a file is bad or of another size, the photo has no depth, or
        there is nothing to focus on.
    """
    photo = images.read(job.photo)
    found = _depth(job, photo, asked)
    taken = aim.take(asked.aim, photo.pixels, found.disparity)
    disparity = subjects.pull(found.disparity, taken.focus, taken.subject)
    said = f"depth from {found.said}, focus on {taken.said} at {taken.focus:.2f}"
    size = photo.pixels.shape[:2]
    sharp, blurred = (_mask(path, size) for path in (job.sharp, job.blurred))
    return Shot(photo, disparity, taken.focus, said, sharp, blurred)


def _depth(job: companions.Job, photo: images.Photo, asked: order.Order) -> depth.Found:
    return depth.find(photo, job.photo, job.depth, job.right, asked.invert, asked.unit)


def _by_network(job: companions.Job, asked: order.Order) -> str:
    photo = images.read(job.photo)
    run, limit = network.load(asked.look.method)
    whole = photo.pixels.shape[:2]
    drawn = network.fitted(whole, limit)
    seen = photo
    if drawn != whole and not job.right:  # whose size must be the photo's
        seen = images.Photo(pixels.resize_to(photo.pixels, drawn))
    found = _depth(job, seen, asked)
    picture = network.bokeh(run, photo.pixels, found.disparity, limit)
    assert job.output
    images.write(job.output, picture, like=photo)
    said = f"{job.photo} -> {job.output}: depth from {found.said}"
    if drawn != whole:
        said += f", drawn at {drawn[0]}x{drawn[1]} and enlarged along the photo"
    return said


def _mask(path: str, size: tuple[int, int]) -> Array | None:
    if not path:
        return None
    mask = depth_maps.read(path)
    stretch = (mask.shape[1] / mask.shape[0]) / (size[1] / size[0])
    if not 0.9 < stretch < 1.1:
        raise ValueError(
            f"{path}: the mask is {pixels.size(mask)}, the photo {size[0]}x{size[1]}; "
            "expected the same proportions"
        )
    return mask if mask.shape == size else pixels.resize_to(mask, size)


def draw(shot: Shot, how: look.Look) -> Array:
    """The picture, `[H, W, 3]` of the photo's type."""
    pulled = subjects.pull(shot.disparity, shot.focus, shot.sharp, shot.blurred)
    return methods.draw(shot.photo, pulled, shot.focus, how)


def shrunk(shot: Shot, longest: int) -> Shot:
    """For a sweep: 8 bits of sRGB, and no side longer than `longest`."""
    import cv2

    size = network.fitted(shot.disparity.shape, (longest, longest))
    colours = pixels.resize_to(pixels.to_uint8(shot.photo.pixels), size)

    def picked(array: Array) -> Array:
        """No mean of two disparities: it would be a surface that does not exist."""
        return cv2.resize(array, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT)

    return dataclasses.replace(
        shot,
        photo=images.Photo(sweep.in_srgb(colours, shot.photo.icc)),
        disparity=picked(shot.disparity),
        sharp=None if shot.sharp is None else picked(shot.sharp),
        blurred=None if shot.blurred is None else picked(shot.blurred),
    )
