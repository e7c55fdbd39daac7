"""Turns photos into portraits with a shallow depth of field, or into depth maps.

  python -m cyclegan_tf.translate photo.jpg --output bokeh \\
      --weights checkpoints/cyclegan_tf/cyclegan_portrait/generator_a.weights.h5
  python -m cyclegan_tf.translate holidays \\
      --weights checkpoints/cyclegan_tf/pix2pix_depth/generator.weights.h5

PHOTO... are files, folders or patterns; or --filenames_file names one a line. NAME
becomes the portrait NAME_bokeh, 8 or 16 bits, EXIF and profile kept; or the depth
NAME_metres.npy, NAME_millimetres.png (16 bits), NAME_disparity.png (near is light, for
darkroom.render) and NAME_disparity_colour.png (to look at).
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Literal

from darkroom import cli

if TYPE_CHECKING:
    from cyclegan_tf.generator import Generator, Size
    from darkroom.io.jobs import Job


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of cyclegan_tf.translate."""

    weights: str | None = cli.flag(
        None, "a generator's .weights.h5, or a portrait's exported .tflite"
    )
    task: Literal["depth", "portrait"] | None = cli.flag(
        None, "what the network makes, if the weights file does not say"
    )
    size: str | None = cli.flag(
        None,
        "HxW that the network sees photos at; without it portraits as they are, up to "
        "1024 pixels, and all else as in training",
    )
    filenames_file: str | None = cli.flag(None, "list of photos, one a line")
    data_dir: str = cli.flag(".", "folder of the list's photos")
    output: str | None = cli.flag(
        None, "folder to write to; without it, beside the photo"
    )
    formats: str | None = cli.flag(
        None, "of depths: some of npy,millimetres,png,colour; all without it"
    )
    overwrite: bool = cli.flag(False, "replaces outputs that are there already")


def main(config: Config, *photos: str) -> None:
    """Translates one photo after the other; a bad one does not stop the rest."""
    if config.weights is None:
        raise ValueError("no weights were named; pass --weights NAME.weights.h5")
    if photos and config.filenames_file:
        raise ValueError(
            f"got photos and the list {config.filenames_file}; pass only one of them"
        )
    from cyclegan_tf import generator, outputs
    from darkroom.io import jobs

    asked = cli.size(config.size) if config.size else None
    if config.filenames_file:
        todo = jobs.listed(config.filenames_file, config.data_dir, config.output)
    else:
        todo = jobs.named(photos, config.output, outputs.is_one)
    network = generator.load(config.weights, config.task)
    work = functools.partial(portrait, network, asked, config.overwrite)
    if network.kind.task == "depth":
        formats = outputs.formats(config.formats, network.kind.encoding)
        work = functools.partial(depth, network, asked, config.overwrite, formats)
    elif config.formats is not None:
        raise ValueError(
            f"--formats {config.formats} is for depths, and {config.weights} makes "
            "portraits; leave it out"
        )
    jobs.each(todo, work, f"have no {network.kind.task}")


def portrait(network: Generator, asked: Size | None, overwrite: bool, job: Job) -> str:
    """Reads one photo, writes it with a shallow depth of field, and says where.

    Raises:
      OSError, ValueError: the photo is bad, or a file would be replaced.
    """
    from cyclegan_tf import generator
    from darkroom.io import images, saving

    known = job.photo.suffix.lower() in images.SUFFIXES
    suffix = job.photo.suffix if known else ".jpg"
    path = job.becomes.with_name(f"{job.becomes.name}_bokeh{suffix}")
    saving.reject_overwrite(path, overwrite, job.photo)
    photo = images.read(job.photo)
    picture = generator.portrait(network, photo.pixels, asked)
    images.write(path, picture, like=photo)
    return str(path)


def depth(
    network: Generator,
    asked: Size | None,
    overwrite: bool,
    formats: list[str],
    job: Job,
) -> str:
    """Reads one photo, writes its depth in all formats, and says where.

    Raises:
      OSError, ValueError: the photo is bad, or a file would be replaced.
    """
    from cyclegan_tf import generator, outputs
    from darkroom.depth import writing
    from darkroom.io import images, saving

    files = writing.files(job.becomes, formats, outputs.ENDINGS)
    for path in files.values():
        saving.reject_overwrite(path, overwrite, job.photo)
    grey = generator.grey(network, images.read(job.photo).pixels, asked)
    outputs.write(files, grey, network.kind.encoding)
    return ", ".join(map(str, files.values()))


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
