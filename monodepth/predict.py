"""Finds the disparity of photos: how near each thing is, from one photo.

  python -m monodepth.predict photo.jpg --output depths \\
      --weights checkpoints/monodepth/monodepth.weights.h5
  python -m monodepth.predict holidays --weights monodepth.tflite --formats png

PHOTO... are files, folders or patterns; or --filenames_file names one a line. NAME
becomes NAME_disparity.png (16 bits, near is light, for darkroom.render --depth),
NAME_disp.npy (fractions of the width), NAME_disparity_colour.png (to look at).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program

if TYPE_CHECKING:
    from darkroom.io.files import Job
    from darkroom.pixels import Array
    from monodepth.prediction import Network


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of monodepth.predict."""

    weights: str | None = cli.flag(
        None, "a .weights.h5 or an exported .tflite; without it, monodepth.train's"
    )
    encoder: Literal["vgg", "resnet50"] | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    width: float | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    size: str | None = cli.flag(
        None, "HxW that photos are brought to; without it, as in training"
    )
    right: str | None = cli.flag(
        None, "the right photo, for a network that takes both; or a folder of them"
    )
    filenames_file: str | None = cli.flag(
        None, "list of photos, or of pairs, one a line"
    )
    data_dir: str = cli.flag(".", "folder of the list's photos")
    output: str | None = cli.flag(
        None,
        "folder, or a file for one format; without it, beside the photo",
    )
    formats: str = cli.flag("npy,png,colour", "what to write")
    overwrite: bool = cli.flag(False, "replaces outputs that are there already")


def main(config: Config, *photos: str) -> None:
    """Predicts one photo after the other; a bad one does not stop the rest."""
    from darkroom.depth import writing
    from darkroom.io import batch, companions, lists
    from monodepth import prediction

    formats = writing.formats(config.formats, prediction.ENDINGS)
    size = cli.parse_size(config.size) if config.size else None
    todo = lists.jobs(
        photos,
        config.filenames_file,
        config.data_dir,
        config.output,
        {name: prediction.ENDINGS[name] for name in formats},
        companions.Companions(right=config.right or ""),
    )

    network = prediction.load(config.weights, config.encoder, config.width, size)
    if config.right and not network.stereo:
        raise ValueError(
            f"the network takes one photo, and got --right {config.right}; leave it out"
        )

    def work(job: Job) -> str:
        prediction.write(job.outputs, predict(network, job))
        return str(job)

    batch.each(todo, work, "have no disparity", config.overwrite)


def predict(network: Network, job: Job) -> Array:
    """Reads one photo and predicts its disparity, `[H, W]`.

    Raises:
      OSError, ValueError: a photo is bad, or smaller than the network's picture.
    """
    from darkroom.io import images

    right = job.companions.right if network.stereo else ""
    return network(
        images.read(job.photo).pixels, images.read(right).pixels if right else None
    )


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
