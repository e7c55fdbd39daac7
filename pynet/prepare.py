"""Makes the depth maps of a training folder that has photos and bokeh photos only.

  python -m pynet.prepare --photos EBB/train --depth network.onnx

`original/N.jpg` gets `original_depth/N.png`: disparity, 8 bits, near is light, at half
the photo's size, as the network sees it. What is there stays; a run that was stopped
goes on. Without --depth the network that python -m darkroom.depth fetch brought.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Literal

from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.prepare."""

    photos: str | None = cli.flag(None, "a folder that holds original/")
    depth: str | None = cli.flag(
        None, "a depth network's .tflite or .onnx (default: the fetched one)"
    )
    depth_unit: Literal["disparity", "depth", "metres"] | None = cli.flag(
        None, "of its answer; depth and metres grow with distance"
    )
    depth_scaling: str | None = cli.flag(
        None, "the picture it wants: 0..1, -1..1, 0..255, imagenet, or six numbers"
    )
    invert_depth: bool = cli.flag(False, "turns near and far round")


def main(config: Config) -> None:
    """Finds the depth of one photo after the other."""
    from darkroom import depth, pixels
    from darkroom.depth import fetch
    from darkroom.io import batch, companions, files, folders, images

    if config.photos is None:
        raise ValueError("no folder was named; pass --photos EBB/train")
    folder = pathlib.Path(config.photos)
    if not (folder / "original").is_dir():
        raise ValueError(
            f"{folder}: there is no original/ in it; expected EBB!'s layout: "
            "original/N.jpg, bokeh/N.jpg"
        )
    network = config.depth or str(fetch.fetched() or "")
    if not companions.is_network(network):
        raise ValueError(
            f"--depth is {network or 'not given'}; expected a depth network's .tflite "
            f"or .onnx, or bring one: {fetch.COMMAND}"
        )
    maps = folder / "original_depth"
    there = folders.pictures(maps) if maps.is_dir() else {}
    todo = [
        files.Job(photo, {"map": maps / f"{name}.png"})
        for name, photo in folders.pictures(folder / "original").items()
        if name not in there
    ]
    print(f"{maps}: {len(there)} maps are there, {len(todo)} to make")

    def find(job: files.Job) -> str:
        photo = images.read(job.photo)
        near = depth.find(
            photo,
            source=network,
            invert=config.invert_depth,
            unit=config.depth_unit or "",
            scale=config.depth_scaling or "",
        )
        half = pixels.resize(pixels.to_uint8(near.disparity), 0.5)
        images.write(job.outputs["map"], half)
        return f"{job}: depth from {near}"

    batch.each(todo, find, "have no depth")


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
