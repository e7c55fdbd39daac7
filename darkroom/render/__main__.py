"""Turns photos into photos of a wide-aperture lens.

  python -m darkroom.render photo.jpg --depth photo_depth.png --focus 0.4,0.6
  python -m darkroom.render holidays --output bokeh --f_number 1.4 --shape blades

PHOTO... are files, folders or patterns. A depth is larger where it is nearer, of any
size: a map (PNG, TIFF, npy, PFM, EXR), a depth network's .tflite or .onnx, "small" (the
network that comes along) or "prior" (lower is nearer). Without --depth, NAME_depth.*
beside the photo is taken, else what the photo itself tells, else the network that
python -m darkroom.depth fetch brought, else a portrait is guessed, else small finds it
("none": no network). NAME becomes NAME_bokeh beside it, 8 or 16 bits, EXIF and profile
kept.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program
from darkroom.render import look

if TYPE_CHECKING:
    from darkroom.io import companions
    from darkroom.render import options


@dataclasses.dataclass(frozen=True)
class Settings(look.Look):
    """How photos are rendered, whichever they are; what makes the look is in `look`."""

    depth: str | None = cli.flag(
        None, "a map, a .tflite, .onnx, small, prior, none; or a folder of maps by name"
    )
    invert_depth: bool = cli.flag(False, "for maps that are larger where farther")
    depth_unit: Literal["disparity", "depth", "metres"] | None = cli.flag(
        None, "of the map (disparity) or network (its own); others grow with distance"
    )
    depth_scaling: str | None = cli.flag(
        None, "the picture a network wants: 0..1, -1..1, 0..255, imagenet, 6 numbers"
    )
    right: str | None = cli.flag(None, "a photo from the right, rectified")
    focus: str | None = cli.flag(
        None, "x,y of what is sharp, fractions of width and height, as in 0.5,0.4"
    )
    focus_disparity: float | None = cli.flag(
        None, "the disparity that is sharp", lower_bound=0.0, upper_bound=1.0
    )
    focus_on: Literal["face", "faces", "person", "nearest"] | None = cli.flag(
        None,
        "what is sharp (default: a face, else a person, else what is nearest); faces: "
        "as many as one band holds",
    )
    subject: str | None = cli.flag(
        None,
        "x,y,width,height of a box around what is sharp, in fractions; for photos "
        "without a depth, too",
    )
    mask: str | None = cli.flag(None, "picture, white where it must be sharp")
    blur_mask: str | None = cli.flag(None, "picture, white where it must not be")
    matte: str | None = cli.flag(
        None, "picture or alpha, how much of each pixel is the subject's: hair, fur"
    )
    overwrite: bool = cli.flag(False, "replaces files that are there already")
    embed_depth: bool = cli.flag(
        False, "writes the depth into the JPEG as phones do, for programs that refocus"
    )
    show_depth: bool = cli.flag(
        False, "also writes NAME_depth_view.png: the depth, white where in focus"
    )
    max_megapixels: int = cli.flag(
        200, "of a photo or a map; larger ones are refused", lower_bound=1
    )
    preset: str | None = cli.flag(None, "JSON file of a look; flags count more")


@dataclasses.dataclass(frozen=True)
class Config(Settings):
    """Flags of darkroom.render."""

    output: str | None = cli.flag(None, "picture to write, or a folder for them")
    sweep: str | None = cli.flag(
        None,
        "the focus, near to far: a file that ends in .webp, .gif or .mp4; or webp, gif "
        "or mp4 for NAME_sweep of each photo",
    )
    sweep_size: int = cli.flag(720, "its longer side in pixels", lower_bound=16)
    workers: int = cli.flag(
        1, "how many photos are rendered at once, each by a process", lower_bound=1
    )
    save_preset: str | None = cli.flag(None, "writes the look to this file")


def main(config: Config, *photos: str) -> None:
    """Renders all photos; a bad one does not stop the rest."""
    from darkroom.io import batch
    from darkroom.render import options, preset

    wanted, named = requested(config)
    wanted = dataclasses.replace(
        wanted, sweep=config.sweep, sweep_size=config.sweep_size
    )
    if config.save_preset:
        preset.write(config.save_preset, wanted.look, config.overwrite)
    todo = options.jobs(photos, config.output, named, wanted)

    from darkroom.render import shot

    work = functools.partial(shot.render, options=wanted)
    lack = "could not be rendered"
    batch.each(todo, work, lack, config.overwrite, config.workers)


def requested(
    config: Settings,
) -> tuple[options.RenderOptions, companions.Companions]:
    """Returns what the flags ask for of every photo, and the files that go with them.

    Raises:
      OSError, ValueError: the preset or the focus is none, or the look contradicts
        itself.
    """
    from darkroom.io import companions
    from darkroom.render import autofocus, options, preset

    wanted = options.RenderOptions(
        preset.chosen(config, config.preset),
        autofocus.parse(
            config.focus, config.focus_disparity, config.focus_on, config.subject
        ),
        config.invert_depth,
        config.depth_unit or "",
        config.show_depth,
        depth_scaling=config.depth_scaling or "",
        embed_depth=config.embed_depth,
        max_megapixels=config.max_megapixels,
    )
    named = companions.Companions(
        config.depth or "",
        config.right or "",
        config.mask or "",
        config.blur_mask or "",
        config.matte or "",
    )
    return wanted, named


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
