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
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program

if TYPE_CHECKING:
    from cyclegan_tf.generator import Generator, Size
    from darkroom.io.files import Job


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
        None,
        "folder, or a file for one photo; without it, beside the photo",
    )
    formats: str | None = cli.flag(
        None, "of depths: some of npy,millimetres,png,colour; all without it"
    )
    overwrite: bool = cli.flag(False, "replaces outputs that are there already")


def main(config: Config, *photos: str) -> None:
    """Translates one photo after the other; a bad one does not stop the rest."""
    if config.weights is None:
        raise ValueError("no weights were named; pass --weights NAME.weights.h5")
    from cyclegan_tf import generator, outputs
    from darkroom.io import batch, files, lists

    size = cli.parse_size(config.size) if config.size else None
    if not config.filenames_file:
        files.photos(photos)  # what is not there is told before TensorFlow starts
    network = generator.load(config.weights, config.task)
    is_depth = network.card.task == "depth"
    endings = {"picture": "_bokeh"}
    if is_depth:
        formats = outputs.formats(config.formats, network.card.encoding)
        endings = {name: outputs.ENDINGS[name] for name in formats}
    elif config.formats is not None:
        raise ValueError(
            f"--formats {config.formats} is for depths, and {config.weights} makes "
            "portraits; leave it out"
        )
    todo = lists.jobs(
        photos, config.filenames_file, config.data_dir, config.output, endings
    )

    def work(job: files.Job) -> str:
        (depth if is_depth else portrait)(network, size, job)
        return str(job)

    batch.each(todo, work, f"have no {network.card.task}", config.overwrite)


def portrait(network: Generator, size: Size | None, job: Job) -> None:
    """Reads one photo and writes it with a shallow depth of field.

    Raises:
      OSError, ValueError: the photo is bad, or a file cannot be written.
    """
    from cyclegan_tf import generator
    from darkroom.io import images

    photo = images.read(job.photo)
    picture = generator.portrait(network, photo.pixels, size)
    images.write(job.outputs["picture"], picture, like=photo)


def depth(network: Generator, size: Size | None, job: Job) -> None:
    """Reads one photo and writes its depth in all formats.

    Raises:
      OSError, ValueError: the photo is bad, or a file cannot be written.
    """
    from cyclegan_tf import generator, outputs
    from darkroom.io import images

    grey = generator.grey(network, images.read(job.photo).pixels, size)
    outputs.write(job.outputs, grey, network.card.encoding)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
