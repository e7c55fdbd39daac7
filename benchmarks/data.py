"""Compares how fast samples are made with how fast a training takes them, in Markdown.

  python -m benchmarks.data --levels 7,1
  python -m benchmarks.data --levels 7 --size 128x192 --scenes 100 --memory

Scenes of EBB!'s layout and size (JPEG, JPEG and PNG) are made of noise, decoded by the
training's own samples, then taken from a cache (`--cache`). What a GPU trains follows
from the counted multiply-adds; what a CPU does, `python -m benchmarks.pynet` measures.
One core makes the samples.
"""

from __future__ import annotations

import dataclasses
import pathlib
import tempfile
import time
from typing import NamedTuple

from benchmarks import macs, table
from darkroom import cli, program

_ROUNDS = 2  # over the scenes; the first brings files into the system's cache


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.data."""

    levels: str = cli.flag("7,6,5,4,3,2,1", "levels to measure")
    scenes: int = cli.flag(12, "to make", lower_bound=1)
    size: str = cli.flag("1024x1600", "HxW of a photo; EBB!'s are 1024 high")
    patch_size: int = cli.flag(512, "side of a patch, half the photo's")
    teraflops: float = cli.flag(
        19.5, "a GPU's published float32 TFLOP/s (19.5: NVIDIA A100)", lower_bound=0.1
    )
    reached: float = cli.flag(
        0.35, "share of it that a training reaches", lower_bound=0.01, upper_bound=1.0
    )
    memory: bool = cli.flag(
        False, "measure only how much memory the first level's stream takes"
    )


class Making(NamedTuple):
    """CPU-seconds that one sample takes, decoded, and from the cache."""

    decoded: float
    cached: float


def main(config: Config) -> None:
    """Prints a row per level."""
    levels = [int(job) for job in parse_levels(config.levels)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        make_scenes(folder, config.scenes, cli.parse_size(config.size))
        if config.memory:
            _show_memory(folder, levels[0], config)
            return
        rows = [_row(folder, level, config) for level in levels]
    head = ["level", "decoded, photos/s a core", "from the cache", "a GPU trains"]
    print(table.markdown([*head, "cores for it", "with a cache"], rows))
    print(
        f"\nPhotos of {config.size}, patches of {config.patch_size}; a GPU of "
        f"{config.teraflops:g} TFLOP/s, of which a training reaches {config.reached:g}."
    )


def parse_levels(text: str) -> list[str]:
    """Reads levels from a list with commas.

    Raises:
      ValueError: one is none.
    """
    for level in text.split(","):
        if level not in set("7654321"):
            raise ValueError(f"--levels has {level!r}; expected levels 7 to 1: 7,5,1")
    return text.split(",")


def make_scenes(folder: pathlib.Path, count: int, size: tuple[int, int]) -> None:
    """Writes scenes in EBB!'s layout: noise of all sizes, about as hard as a photo."""
    import cv2
    import numpy as np
    from PIL import Image

    from darkroom import pixels

    rng = np.random.default_rng(0)
    for number in range(count):
        photo = np.full((*size, 3), 128, np.float32)
        for octave in range(2, 8):
            sides = [max(1, side >> octave) for side in size]
            noise = rng.normal(0, 5 * octave, (*sides, 3)).astype(np.float32)
            photo += cv2.resize(noise, size[::-1], interpolation=cv2.INTER_CUBIC)
        photo = np.clip(photo + rng.normal(0, 2, photo.shape), 0, 255).astype(np.uint8)
        half = pixels.resize(photo[..., 0], 0.5)
        for part, suffix, content in (
            ("original", "jpg", photo),
            ("original_depth", "png", half),
            ("bokeh", "jpg", photo[:, ::-1]),
        ):
            file = folder / "train" / part / f"{number}.{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.ascontiguousarray(content)).save(file, quality=95)


def measure(folder: pathlib.Path, level: int, patch_size: int) -> Making:
    """Measures one sample of a level in this process, which uses one core for it."""
    from darkroom.train import cache
    from pynet import data

    pairs = data.pairs(folder, "train")
    seconds = []
    for decoded in (cache.NONE, cache.Cache(str(folder / "cache"))):
        samples = data.train_sample(pairs, level, patch_size, decoded=decoded)
        for _ in range(_ROUNDS):
            before = time.process_time()
            for index in range(len(pairs)):
                samples(index)
            spent = time.process_time() - before
        seconds.append(spent / len(pairs))
    return Making(*seconds)


def _row(folder: pathlib.Path, level: int, config: Config) -> list[str]:
    from darkroom.litert import cost

    making = measure(folder, level, config.patch_size)
    work = cost.run_in_subprocess(work_of, level, config.patch_size)
    gpu = 1e12 * config.teraflops * config.reached / (2 * work.step)
    numbers = [
        (1 / making.decoded, 1),
        (1 / making.cached, 1),
        (gpu, 1),
        (gpu * making.decoded, 1),
        (gpu * making.cached, 1),
    ]
    return [str(level), *(table.number(*number) for number in numbers)]


def work_of(level: int, patch: int) -> macs.Work:
    """Returns the work of one patch of a level of PyNET at width 1."""
    from pynet import network

    return macs.of_level(network.pynet(), level, patch)


def _show_memory(folder: pathlib.Path, level: int, config: Config) -> None:
    from darkroom.litert import cost

    patch = min(config.patch_size, 64)
    for decoded in (None, str(folder / "cache")):
        peak = cost.run_in_subprocess(stream_all, str(folder), level, patch, decoded)
        kept = "without a cache" if decoded is None else "with one"
        print(f"{config.scenes} scenes of {config.size}, {kept}: {peak:.3f} GB at most")


def stream_all(folder: str, level: int, patch_size: int, decoded: str | None) -> float:
    """Streams two epochs as a training does; returns the process's peak, in GB."""
    from darkroom.litert import cost
    from darkroom.train import cache, data
    from pynet import data as pynet_data

    pairs = pynet_data.pairs(folder, "train")
    samples = pynet_data.train_sample(
        pairs, level, patch_size, decoded=cache.Cache(decoded)
    )
    for _ in data.iterate(data.stream(samples, 4, 0, 2 * len(pairs))):
        pass
    return cost.peak_memory()


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
