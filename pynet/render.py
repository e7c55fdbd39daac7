"""Turns sharp photos into bokeh photos, at full size: darkroom.render with a PyNET.

  python -m pynet.render photo.jpg --depth photo_depth.png --output bokeh.jpg \\
      --weights checkpoints/pynet/level_1/pynet.weights.h5
  python -m pynet.render photos --depth depth_maps --output bokeh \\
      --weights pynet.tflite --sheet sheet.png

PHOTO... are files, folders or patterns. A depth is larger where it is nearer, of any
size: a map (PNG, TIFF, npy, PFM, EXR), a depth network's .tflite, or "prior" (lower is
nearer). Without --depth, NAME_depth.* beside the photo is taken, else what the photo
itself tells. NAME becomes NAME_bokeh beside it; colour profile, EXIF, transparency and
16 bits are kept. An exported pynet.tflite draws photos larger than its own size small,
and enlarges what it drew along the photo: what is in focus stays as sharp.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program
from darkroom.render import MARGIN

if TYPE_CHECKING:
    from darkroom.io import files
    from darkroom.pixels import Array
    from darkroom.render.shot import NetworkShot


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.render."""

    weights: str | None = cli.flag(
        None, "a .weights.h5 or an exported .tflite; without it, what pynet.train left"
    )
    depth: str | None = cli.flag(
        None, "a map, a .tflite, .onnx, prior or none; or a folder of maps by name"
    )
    depth_unit: Literal["disparity", "depth", "metres"] | None = cli.flag(
        None, "of the map (disparity) or network (its own); others grow with distance"
    )
    depth_scaling: str | None = cli.flag(
        None, "the picture a network wants: 0..1, -1..1, 0..255, imagenet, 6 numbers"
    )
    right: str | None = cli.flag(None, "a photo from the right, rectified")
    output: str | None = cli.flag(None, "picture to write, or a folder for them")
    level: int = cli.flag(
        1, "level of a .weights.h5: 7 (coarsest) to 1", lower_bound=1, upper_bound=7
    )
    width: float | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    margin: int = cli.flag(
        MARGIN, "pixels mirrored around a photo; 0 as it was published", lower_bound=0
    )
    invert_depth: bool = cli.flag(False, "for maps whose far end is light")
    overwrite: bool = cli.flag(False, "replaces outputs that are there already")
    sheet: str | None = cli.flag(
        None, "one picture more: photo | depth | bokeh, a row per photo"
    )


def main(config: Config, *photos: str) -> None:
    """Renders one photo after the other; a bad one does not stop the rest."""
    from darkroom import pixels
    from darkroom.io import batch, companions, images, saving
    from darkroom.render import look, options, shot

    named = companions.Companions(config.depth or "", config.right or "")
    wanted = options.RenderOptions(
        look.Look(),
        invert_depth=config.invert_depth,
        depth_unit=config.depth_unit or "",
        depth_scaling=config.depth_scaling or "",
    )
    todo = options.jobs(photos, config.output, named, wanted)
    if config.sheet:
        sources = [str(job.photo) for job in todo] + [*named.files().values()]
        saving.reject_overwrite(pathlib.Path(config.sheet), config.overwrite, *sources)

    from pynet import weights

    network = weights.load_for_photos(
        config.weights, config.level, config.width, config.margin
    )
    rows: list[list[Array]] = []

    def render(job: files.Job) -> str:
        drawn = shot.by_network(job, wanted, network, upsample=False)
        rows.append(_row(drawn))
        return drawn.message

    try:
        batch.each(todo, render, "could not be rendered", config.overwrite)
    finally:
        if config.sheet and rows:
            images.write(config.sheet, pixels.grid(rows))


def _row(drawn: NetworkShot) -> list[Array]:
    """Returns photo, depth and bokeh, small, for the sheet."""
    from darkroom import pixels

    photo = drawn.photo.pixels
    scale = min(1.0, 480 / photo.shape[0])
    size = tuple(max(1, round(side * scale)) for side in photo.shape[:2])
    parts = (photo, drawn.disparity, drawn.picture)
    return [pixels.to_uint8(pixels.resize_to(part, size)) for part in parts]


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
