"""Measures the whole way from a photo to its picture by KerasHub's Depth Anything.

  python -m benchmarks.depth --output runs/depth

The network is Depth Anything V2 Small with random weights, so that nothing has to be
fetched: its costs and its parity with Keras do not depend on them, its depth is noise.
Each step is the command that a person types, in a process of its own. Needs KerasHub:
pip install keras-hub huggingface_hub.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import platform
import sys
import time

from benchmarks import harness, table
from darkroom import cli, program

HEAD = ("step", "CPU-s", "times a Gaussian blur", "peak GB")


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.depth."""

    size: int = cli.flag(518, "of the network's input, a multiple of 14")
    photo: str = cli.flag("3000x4000", "height x width of the photo")
    precisions: str = cli.flag("float16,float32", "of the files")
    output: str | None = cli.flag(None, "the folder for files and report.json")


@dataclasses.dataclass(frozen=True)
class Step:
    """What a command cost.

    Attributes:
      name: for people.
      cpu_seconds: of all threads.
      peak_gb: the most memory of its process.
    """

    name: str
    cpu_seconds: float
    peak_gb: float


def main(config: Config) -> None:
    """Makes the network, exports it, renders a photo by it; prints a table."""
    if not config.output:
        raise ValueError("no folder was named; pass --output DIR")
    from darkroom.litert import cost

    folder = pathlib.Path(config.output)
    folder.mkdir(parents=True, exist_ok=True)
    preset = folder / "preset"
    if not preset.exists():
        cost.run_in_subprocess(make_preset, str(preset), config.size)
    yardstick = cost.run_in_subprocess(
        make_photo, str(folder), cli.parse_size(config.photo)
    )
    steps, errors = [], {}
    for precision in config.precisions.split(","):
        file = folder / f"{precision}.tflite"
        more = f"--keras_hub {preset} --size {config.size} --precision {precision}"
        steps.append(run(f"export {precision}", f"darkroom.depth export {more}", file))
        errors[precision] = cost.run_in_subprocess(
            error_of, str(file), str(preset), config.size, str(folder / "photo.jpg")
        )
        photo = folder / "photo.jpg"
        given = f"darkroom {photo} --depth {file}"
        steps.append(run(f"photo to picture, {precision}", given, folder / "a.jpg"))
    maps = f"darkroom {folder / 'photo.jpg'} --depth {folder / 'smooth.png'}"
    steps.append(run("the same with a smooth map", maps, folder / "b.jpg"))
    harness.save(
        str(folder / "report.json"),
        {
            "processor": platform.processor() or platform.machine(),
            "gaussian_cpu_seconds": yardstick,
            "steps": [dataclasses.asdict(step) for step in steps],
            "largest_error": errors,
        },
    )
    print(show(steps, yardstick))
    for precision, error in errors.items():
        print(f"{precision}: at most {error:.1e} of the range off Keras")


def show(steps: list[Step], yardstick: float) -> str:
    """Lays the steps out as a table."""
    rows = []
    for step in steps:
        times = table.number(step.cpu_seconds / yardstick, 1)
        cells = table.number(step.cpu_seconds, 2), times, table.number(step.peak_gb, 2)
        rows.append([step.name, *cells])
    return table.markdown([*HEAD], rows)


def run(name: str, command: str, output: pathlib.Path) -> Step:
    """Runs `python -m COMMAND --output OUTPUT` and measures it.

    Raises:
      ValueError: it failed; its own words are above.
    """
    line = [sys.executable, "-m", *command.split(), f"--output={output}", "--overwrite"]
    began = time.monotonic()
    process = os.posix_spawn(sys.executable, line, os.environ)
    _, status, used = os.wait4(process, 0)
    if status:
        raise ValueError(f"{' '.join(line)} failed; it said why above")
    print(f"{name}: {time.monotonic() - began:.1f} s", file=sys.stderr)
    return Step(name, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e9)


def make_preset(folder: str, size: int) -> None:
    """Writes Depth Anything V2 Small with random weights as a preset of KerasHub."""
    import keras
    import keras_hub
    import numpy as np

    keras.utils.set_random_seed(0)
    encoder = keras_hub.models.DINOV2Backbone(
        patch_size=14,
        num_layers=12,
        hidden_dim=384,
        num_heads=6,
        intermediate_dim=1536,
        image_shape=(size, size, 3),
        position_embedding_shape=(518, 518),
        apply_layernorm=True,
    )
    network = keras_hub.models.DepthAnythingBackbone(
        image_encoder=encoder,
        reassemble_factors=[4, 2, 1, 0.5],
        neck_hidden_dims=[48, 96, 192, 384],
        fusion_hidden_dim=64,
        head_hidden_dim=32,
        head_in_index=-1,
        feature_keys=["stage3", "stage6", "stage9", "stage12"],
    )
    rng = np.random.default_rng(0)
    for weight in network.weights:  # zeros at first: the answer would be flat
        if weight.path.endswith("position_embeddings"):
            weight.assign(rng.normal(size=weight.shape).astype(np.float32))
    mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    converter = keras_hub.layers.DepthAnythingImageConverter(
        image_size=(size, size),
        scale=[1 / (255 * each) for each in deviation],
        offset=[-m / d for m, d in zip(mean, deviation, strict=True)],
    )
    network.save_to_preset(folder)
    converter.save_to_preset(folder)


def make_photo(folder: str, size: tuple[int, int]) -> float:
    """Writes a photo and a smooth map; returns the cost of a Gaussian blur (sigma 10).

    The blur is OpenCV's, of the photo as float32: its median CPU-seconds of five.
    """
    import statistics

    import cv2
    import numpy as np
    from skimage import data

    from darkroom.io import images

    whole = cv2.resize(data.coffee(), size[::-1], interpolation=cv2.INTER_CUBIC)
    images.write(pathlib.Path(folder, "photo.jpg"), whole)
    y, x = np.ogrid[: size[0], : size[1]]
    smooth = np.exp(-(((x / size[1] - 0.5) * 3) ** 2) - ((y / size[0] - 0.5) * 3) ** 2)
    images.write(pathlib.Path(folder, "smooth.png"), (65535 * smooth).astype(np.uint16))
    picture, seconds = whole.astype(np.float32), []
    for _ in range(5):
        began = time.process_time()
        cv2.GaussianBlur(picture, (0, 0), 10)
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)


def error_of(file: str, preset: str, size: int, photo: str) -> float:
    """Returns the largest difference of a file to Keras, of the answer's range."""
    import numpy as np

    from darkroom import pixels
    from darkroom.depth import networks
    from darkroom.importers import depth_anything
    from darkroom.io import images

    picture = images.read(photo).pixels
    found = networks.disparity(pathlib.Path(file), picture).disparity
    small = pixels.resize_to(picture, (size, size))
    model = depth_anything.load(preset, size)
    own = np.asarray(model(pixels.to_float(small)[None]))[0, ..., 0]
    expected = (own - own.min()) / np.ptp(own)
    return float(np.abs(found - expected).max())


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
