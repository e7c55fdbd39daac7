"""Makes a data set of generated scenes with exact bokeh, disparity and masks.

An example: python -m darkroom.scenes --layout ebb --output data/scenes. Running
it again completes what an interrupted run has left out.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Literal

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """The flags."""

    layout: Literal["ebb", "stereo", "depth", "portrait", "lens"] = command.flag(
        "ebb",
        "whose files and folders: EBB!, stereo pairs, depth maps, portraits, or shots "
        "to test a lens on",
    )
    output: str | None = command.flag(None, "the folder, new, empty or begun before")
    train: int = command.flag(200, "number of training scenes", lower_bound=0)
    test: int = command.flag(
        24, "number of test scenes, of photos not used in training", lower_bound=0
    )
    size: str = command.flag("256x384", "height x width of the photos, in pixels")
    seed: int = command.flag(0, "another seed, other scenes", lower_bound=0)
    aperture: float = command.flag(
        0.04,
        "blur radius per unit of disparity, a fraction of the photo's width",
        lower_bound=0.0,
    )
    baseline: float = command.flag(
        0.08,
        "shift between left and right at disparity 1, a fraction of the width",
        lower_bound=0.0,
    )
    photos: str | None = command.flag(
        None,
        "a folder of pictures, sub-folders included, to take textures, cut-outs and "
        "scenes with depth from (how they are named: darkroom/scenes/textures.py)",
    )
    workers: int | None = command.flag(
        None, "processes that work side by side (default: one per core)", lower_bound=1
    )


def main(config: Config) -> None:
    size = re.fullmatch(r"(\d+)x(\d+)", config.size)
    if not size:
        raise ValueError(
            f"--size={config.size} is no size; write height x width, as in 256x384"
        )
    if not config.output:
        raise ValueError("no folder was named; pass --output DIR")
    from darkroom.scenes import dataset

    folder = dataset.generate(
        config.layout,
        config.output,
        config.train,
        config.test,
        (int(size[1]), int(size[2])),
        config.seed,
        config.aperture,
        config.baseline,
        config.workers,
        config.photos,
    )
    print(f"{config.train} training and {config.test} test scenes in {folder}")


def console() -> None:
    command.run(main, Config)


if __name__ == "__main__":
    console()
