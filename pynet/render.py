"""Turns sharp photos and their depth maps into bokeh photos, at full size.

  python -m pynet.render photo.jpg --depth photo_depth.png --output bokeh.jpg \\
      --weights checkpoints/pynet/level_1/pynet.weights.h5
  python -m pynet.render photos/*.jpg --depth depth_maps --output bokeh \\
      --weights pynet.tflite --sheet sheet.png

A depth map may have any size; near is light. Colour profile, EXIF, transparency and
16 bits are kept. An exported pynet.tflite draws photos larger than its own size small,
and enlarges what it drew along the photo: what is in focus stays as sharp.
"""

from __future__ import annotations

import dataclasses
import pathlib
import sys
from typing import Any

from darkroom import cli


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.render."""

    weights: str | None = cli.flag(
        None, "a .weights.h5 or an exported .tflite; without it, what pynet.train left"
    )
    depth: str | None = cli.flag(
        None, "depth map, light is near; or a folder of maps named like the photos"
    )
    output: str | None = cli.flag(None, "picture to write, or a folder for them")
    level: int = cli.flag(
        1, "level of a .weights.h5: 7 (coarsest) to 1", lower_bound=1, upper_bound=7
    )
    width: float | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    invert_depth: bool = cli.flag(False, "for maps whose far end is light")
    overwrite: bool = cli.flag(False, "replaces outputs that are there already")
    sheet: str | None = cli.flag(
        None, "one picture more: photo | depth | bokeh, a row per photo"
    )


def main(config: Config, *photos: str) -> None:
    """Renders one photo after the other; a bad one does not stop the rest."""
    for name in ("depth", "output"):
        if getattr(config, name) is None:
            raise ValueError(f"no --{name} was given; see --help for an example")
    from pynet import jobs

    batch = jobs.Batch(
        [pathlib.Path(photo) for photo in photos],
        pathlib.Path(str(config.depth)),
        pathlib.Path(str(config.output)),
        config.overwrite,
        pathlib.Path(config.sheet) if config.sheet else None,
    )
    batch.check()

    from tqdm import auto

    from pynet import bokeh

    network, size = bokeh.load(config.weights, config.level, config.width)
    rows, failed = [], 0
    for path in auto.tqdm(batch.photos, unit="photo"):
        try:
            rows.append(render(network, size, batch.job(path), config.invert_depth))
        except (ValueError, OSError) as error:
            if len(photos) == 1:
                raise
            failed += 1
            auto.tqdm.write(f"error: {cli.sentence(error)}", file=sys.stderr)
    if config.sheet and rows:
        from darkroom import pixels
        from darkroom.io import images

        images.write(config.sheet, pixels.sheet(rows))
    if failed:
        raise ValueError(f"{failed} of {len(photos)} photos could not be rendered")


def render(network: Any, size: tuple[int, int] | None, job: Any, invert: bool) -> Any:
    """Renders and writes one photo; returns photo, depth and bokeh, small.

    Raises:
      OSError, ValueError: a file is bad, or does not fit the network.
    """
    from darkroom import pixels
    from darkroom.io import depth_maps, images
    from pynet import bokeh

    photo, depth = images.read(job.photo), depth_maps.read(job.depth)
    depth = 1 - depth if invert else depth
    try:
        picture = bokeh.bokeh(network, photo.pixels, depth, size)
    except ValueError as error:
        raise ValueError(f"{job.photo}: {error}") from error
    images.write(job.output, picture, like=photo)
    small = min(1.0, 480 / photo.pixels.shape[0])
    shape = tuple(max(1, round(side * small)) for side in photo.pixels.shape[:2])
    parts = (photo.pixels, depth, picture)
    return [pixels.to_uint8(pixels.resize_to(part, shape)) for part in parts]


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
