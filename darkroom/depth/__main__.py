"""Brings depth networks, and finds the depth of photos.

  python -m darkroom.depth list
  python -m darkroom.depth fetch
  python -m darkroom.depth find photo.jpg holidays --depth network.onnx
  python -m darkroom.depth export --keras_hub depth_anything_v2_small --size 518 \\
      --precision float16 --output depth.tflite

A rough network, `small`, comes along. `fetch [NAME]` brings a better one once (by
itself Depth Anything V2 Small, Apache-2.0, 99 MB); from then on darkroom PHOTO takes
it. `find PHOTO...` writes NAME_depth.png (16 bits, near is light, for darkroom.render),
NAME_disparity_colour.png (to look at) and, with npy in --formats, NAME_disp.npy ([H, W]
float32). `export` makes a .tflite of KerasHub's network (pip install keras-hub
huggingface_hub).
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program

if TYPE_CHECKING:
    from darkroom.io.files import Job

ENDINGS = {
    "png": "_depth.png",
    "npy": "_disp.npy",
    "colour": "_disparity_colour.png",
}


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of darkroom.depth."""

    depth: str | None = cli.flag(
        None,
        "find: a network's .tflite or .onnx, small (comes along), or none; by itself "
        "the fetched one, else small",
    )
    right: str | None = cli.flag(
        None, "find: a photo taken from the right, or a folder of such with NAMEs"
    )
    depth_scaling: str | None = cli.flag(
        None, "the picture it wants: 0..1, -1..1, 0..255, imagenet, or six numbers"
    )
    depth_unit: Literal["disparity", "depth", "metres"] | None = cli.flag(
        None, "of its answer; depth and metres grow with distance"
    )
    invert_depth: bool = cli.flag(False, "turns near and far round")
    formats: str = cli.flag("png,colour", "find: what to write; some of png,npy,colour")
    output: str | None = cli.flag(
        None, "find: a folder, or a file for one format; export: NAME.tflite"
    )
    overwrite: bool = cli.flag(False, "replaces files that are there already")
    keras_hub: str | None = cli.flag(
        None, "export: a preset, such as depth_anything_v2_small, or its folder"
    )
    size: int = cli.flag(518, "export: of both sides, a multiple of 14", lower_bound=1)
    precision: Literal["float32", "float16", "int8_dynamic"] = cli.flag(
        "float32", "export: 4, 2 or 1 bytes a weight"
    )
    delegate: Literal["cpu", "gpu"] = cli.flag(
        "cpu", "export: what runs it; gpu: only operations that older phones' GPUs know"
    )


def main(config: Config, action: str, *names: str) -> None:
    """Lists networks, fetches one, finds the depth of photos, or exports."""
    if action == "list" and not names:
        _list()
    elif action == "fetch" and len(names) < 2:
        _fetch(*names)
    elif action == "find" and names:
        _find(config, names)
    elif action == "export" and not names:
        _export(config)
    else:
        raise ValueError(
            f"got {' '.join((action, *names))}; expected list, or fetch [NAME], or "
            "find and photos, or export"
        )


def _list() -> None:
    """Prints the network that comes along, and the table of those to fetch."""
    from darkroom.depth import fetch, finding
    from darkroom.io import companions, shipped

    small = shipped.folder() / finding.SHIPPED
    print(
        f"{companions.SMALL}: comes along, Apache-2.0; rough, 256x256; "
        "--depth small\n  "
        f"{'here' if small.is_file() else 'not here'}: {small}"
    )
    for network in fetch.NETWORKS:
        there = network.path().is_file()
        print(
            f"{network.name}: {network.about}\n"
            f"  {network.megabytes:g} MB, {network.licence}; "
            f"{network.repo} @{network.commit}\n"
            f"  SHA-256 {network.sha256}: {network.origin_of_digest()}\n"
            f"  {'here: ' if there else 'not here: '}"
            f"{network.path() if there else f'{fetch.COMMAND} {network.name}'}"
        )


def _fetch(name: str = "") -> None:
    from tqdm import auto

    from darkroom.depth import fetch

    network = fetch.named(name)
    print(
        f"{network.name}: {network.megabytes:g} MB from {network.address()}, "
        f"{network.licence}; {network.origin_of_digest()}"
    )
    size = int(network.megabytes * 1e6)
    with auto.tqdm(total=size, unit="B", unit_scale=True, disable=None) as bar:
        path = fetch.download(network, bar.update)
    print(f"{path}: finds the depth of photos; darkroom PHOTO takes it by itself")


def _find(config: Config, photos: tuple[str, ...]) -> None:
    from darkroom import depth
    from darkroom.depth import writing
    from darkroom.io import batch, companions, files, images

    named = config.depth or ""
    if named == companions.PRIOR or not companions.is_for_all(named):
        raise ValueError(
            f"--depth is {named}; expected a network's file that ends in "
            f"{' or '.join(companions.NETWORKS)}, small, or none"
        )
    endings = {f: ENDINGS[f] for f in writing.formats(config.formats, ENDINGS)}
    todo = files.jobs(photos, config.output, endings)
    pairs = companions.Companions(right=config.right or "")
    pairs.check(len(todo))

    def find(job: Job) -> str:
        unit, scale = config.depth_unit or "", config.depth_scaling or ""
        photo, right = images.read(job.photo), pairs.of(job.photo).right
        near = depth.find(
            photo, job.photo, named, right, config.invert_depth, unit, scale=scale
        )
        for kind, path in job.outputs.items():
            if kind == "npy":
                writing.write_array(path, near.disparity)
            elif kind == "png":
                writing.write_map(path, near.disparity, "stretched to [0, 1]")
            else:
                writing.write_colours(path, near.disparity)
        return f"{job}: depth from {near}"

    batch.each(todo, find, "have no depth", config.overwrite)


def _export(config: Config) -> None:
    if not config.keras_hub:
        raise ValueError(
            "no network was named; pass --keras_hub depth_anything_v2_small"
        )
    from darkroom import quiet

    output = config.output or "depth.tflite"
    if pathlib.Path(output).exists() and not config.overwrite:
        raise ValueError(f"{output} is there already; pass --overwrite to replace it")
    with quiet.chatter():  # TensorFlow starts
        from darkroom.depth import export
    export.write(
        export.Flags(
            precision=config.precision,
            delegate=config.delegate,
            output=output,
            keras_hub=config.keras_hub,
            size=config.size,
        )
    )


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
