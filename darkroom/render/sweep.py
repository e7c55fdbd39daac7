"""The focus pulled from near to far: as a film, or a GIF, which comes back."""

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

_STEPS = {".gif": 20, ".mp4": 60}  # focuses on the way
_GIF_RATE, _FILM_RATE = 12.5, 25  # pictures per second
_HOLD = 0.5  # seconds that both ends stay
ENDINGS = tuple(_STEPS)


def check(path: pathlib.Path) -> None:
    """Refuses a file that cannot be written here, before any work.

    Raises:
      ValueError: another ending, or a film without the package for it.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(f"--sweep {path} must end in {' or '.join(ENDINGS)}")
    if path.suffix.lower() == ".mp4":
        try:
            import av  # noqa: F401
        except ImportError:
            raise ValueError(
                f"--sweep {path} needs a package for films: pip install av; or name a "
                "file that ends in .gif"
            ) from None


def write(path: pathlib.Path, disparity: Array, draw: Callable[[float], Array]) -> None:
    """Draws the pictures and writes them.

    Args:
      path: ends in `.gif` or `.mp4`.
      disparity: of the photo.
      draw: the picture for a focus, `[H, W, 3]` uint8, always of one size.

    Raises:
      OSError: it cannot be written.
    """
    save = _save_gif if path.suffix.lower() == ".gif" else _save_film
    every = focuses(disparity, _STEPS[path.suffix.lower()])
    bar = auto.tqdm(every, path.name, unit="picture", leave=False)
    pictures = [draw(float(focus)) for focus in bar]
    saving.write(path, lambda to: save(to, pictures))


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


def _save_gif(path: pathlib.Path, pictures: Sequence[Array]) -> None:
    """Writes there and back, in one palette: palettes of their own would flicker."""
    some = Image.fromarray(np.concatenate(pictures[:: max(1, len(pictures) // 3)]))
    palette = some.quantize(256, Image.Quantize.FASTOCTREE)
    there = [Image.fromarray(picture).quantize(palette=palette) for picture in pictures]
    shown = there + there[-2:0:-1]
    step, rest = 1000 / _GIF_RATE, 1000 * _HOLD
    times = [step + rest * (k in (0, len(there) - 1)) for k in range(len(shown))]
    shown[0].save(path, save_all=True, append_images=shown[1:], duration=times, loop=0)


def _save_film(path: pathlib.Path, pictures: Sequence[Array]) -> None:
    """Writes H.264 in halved colour, which everything plays; its sides are even."""
    import av

    height, width = (side - side % 2 for side in pictures[0].shape[:2])
    rest = round(_HOLD * _FILM_RATE)
    shown = [pictures[0]] * rest + [*pictures] + [pictures[-1]] * rest
    with av.open(path, "w", options={"movflags": "faststart"}) as file:
        stream = file.add_stream("libx264", _FILM_RATE, options={"crf": "18"})
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        codec = stream.codec_context  # BT.709, of video range
        codec.colorspace = codec.color_primaries = codec.color_range = 1
        for picture in shown:
            even = np.ascontiguousarray(picture[:height, :width])
            frame = av.VideoFrame.from_ndarray(even)
            frame = frame.reformat(format=stream.pix_fmt, dst_colorspace="ITU709")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
