"""The focus pulled from near to far: a film, or a picture that moves and comes back."""

from __future__ import annotations

import contextlib
import io
import pathlib
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageCms
from tqdm import auto

from darkroom.io import saving
from darkroom.pixels import Array

_STEPS = {"webp": 30, "gif": 20, "mp4": 60}  # focuses on the way
_RATES = {"webp": 18.0, "gif": 12.5, "mp4": 25.0}  # pictures per second
_HOLD = 0.5  # seconds that both ends stay
_MOST = 4_000_000  # bytes that a picture that moves may have where that can be reached
_QUALITIES = (85, 75, 60, 40, 20)  # of a WebP, the first that is small enough
# Colours of a GIF, and whether they are mixed from dots, which costs half as much again
_PALETTES = ((256, True), (256, False), (128, False), (64, False), (32, False))
_SAMPLE = 3  # every third pixel of both directions tells what colours there are


def ending(sweep: str) -> str:
    """Returns how a sweep's file ends, or is to end: "webp", "gif" or "mp4".

    Args:
      sweep: a file, or only its ending.

    Raises:
      ValueError: another ending, or a film without the package for it.
    """
    chosen = (pathlib.Path(sweep).suffix or sweep).removeprefix(".").lower()
    if chosen not in _STEPS:
        raise ValueError(
            f"--sweep {sweep} must end in .webp, .gif or .mp4; or be webp, gif or mp4, "
            "for a file NAME_sweep of each photo"
        )
    if chosen == "mp4":
        try:
            import av  # noqa: F401
        except ImportError:
            raise ValueError(
                f"--sweep {sweep} needs a package for films: pip install av; or take "
                "webp or gif"
            ) from None
    return chosen


def is_each(sweep: str) -> bool:
    """Tells whether it is only an ending, for a file of each photo's name."""
    return sweep.lower().removeprefix(".") in _STEPS


def write(path: pathlib.Path, disparity: Array, draw: Callable[[float], Array]) -> None:
    """Draws the pictures and writes them.

    Args:
      path: ends in `.webp`, `.gif` or `.mp4`.
      disparity: of the photo.
      draw: the picture for a focus, `[H, W, 3]` uint8, always of one size.

    Raises:
      OSError: it cannot be written.
    """
    kind = ending(str(path))
    every = focuses(disparity, _STEPS[kind])
    bar = auto.tqdm(every, path.name, unit="picture", leave=False)
    pictures = [draw(float(focus)) for focus in bar]
    saving.write(path, lambda to: SAVE[kind](to, pictures))


def in_srgb(picture: Array, icc: bytes | None) -> Array:
    """Turns a profile's colours into sRGB: these files carry no profile.

    Args:
      picture: `[H, W, 3]` uint8.
      icc: its profile; what cannot be read is taken for sRGB.
    """
    if icc is None:
        return picture
    with contextlib.suppress(ImageCms.PyCMSError, OSError):
        own = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        srgb = ImageCms.createProfile("sRGB")
        image = ImageCms.profileToProfile(Image.fromarray(picture), own, srgb)
        return np.asarray(image)
    return picture


def focuses(disparity: Array, steps: int) -> Array:
    """Returns the disparities to focus on, from near to far, slow at both ends.

    They cover what the picture holds but for the outermost percent: specks.
    """
    near, far = np.percentile(disparity, (99, 1))
    t = np.linspace(0, 1, steps)
    return near + (far - near) * t * t * (3 - 2 * t)


def _save_webp(path: pathlib.Path, pictures: Sequence[Array]) -> None:
    """Writes there and back, in the best quality that is small enough."""
    there = [Image.fromarray(picture) for picture in pictures]
    for quality in _QUALITIES:
        data = _there_and_back(there, "webp", quality=quality, method=4)
        if len(data) <= _MOST:
            break
    path.write_bytes(data)


def _save_gif(path: pathlib.Path, pictures: Sequence[Array]) -> None:
    """Writes there and back, in one palette: palettes of their own would flicker."""
    some = [p[::_SAMPLE, ::_SAMPLE] for p in pictures[:: max(1, len(pictures) // 3)]]
    sample = Image.fromarray(np.concatenate(some))
    for colours, dots in _PALETTES:
        # Rounds of k-means are worth 2 dB where colours are few
        palette = sample.quantize(colours, Image.Quantize.MEDIANCUT, kmeans=3)
        dither = Image.Dither.FLOYDSTEINBERG if dots else Image.Dither.NONE
        there = [
            Image.fromarray(picture).quantize(palette=palette, dither=dither)
            for picture in pictures
        ]
        data = _there_and_back(there, "gif")
        if len(data) <= _MOST:
            break
    path.write_bytes(data)


def _there_and_back(there: Sequence[Image.Image], kind: str, **how: int) -> bytes:
    """Encodes pictures and then the same backwards, for ever; the ends stay a while."""
    shown = [*there, *there[-2:0:-1]]
    step, rest = 1000 / _RATES[kind], 1000 * _HOLD
    times = [round(step + rest * (k in (0, len(there) - 1))) for k in range(len(shown))]
    target, rest_of = io.BytesIO(), shown[1:]
    shown[0].save(
        target,
        kind,
        save_all=True,
        append_images=rest_of,
        duration=times,
        loop=0,
        **how,
    )
    return target.getvalue()


def _save_film(path: pathlib.Path, pictures: Sequence[Array]) -> None:
    """Writes H.264 in halved colour, which everything plays; its sides are even."""
    import av

    height, width = (side - side % 2 for side in pictures[0].shape[:2])
    rate = round(_RATES["mp4"])
    rest = round(_HOLD * rate)
    shown = [pictures[0]] * rest + [*pictures] + [pictures[-1]] * rest
    with av.open(path, "w", options={"movflags": "faststart"}) as file:
        stream = file.add_stream("libx264", rate, options={"crf": "18"})
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        codec = stream.codec_context  # BT.709, of video range
        codec.colorspace = codec.color_primaries = codec.color_range = 1
        for picture in shown:
            even = np.ascontiguousarray(picture[:height, :width])
            frame = av.VideoFrame.from_ndarray(even)
            frame = frame.reformat(format=stream.pix_fmt, dst_colorspace="ITU709")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())


SAVE = {"webp": _save_webp, "gif": _save_gif, "mp4": _save_film}  # by the ending
