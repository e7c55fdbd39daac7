"""Writes a trained level as a LiteRT file for phones, checked against Keras.

  python -m pynet.export --level 1 --size 512x768 --output pynet.tflite \\
      --weights checkpoints/pynet/level_1/pynet.weights.h5

--size is that of the network's input, half the photo's: 512x768 takes photos of up to
1024x1536. The file appears only if it computes what the Keras network computes.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
from typing import Any, Literal

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.export."""

    level: int = command.flag(
        1, "level to export: 7 (coarsest) to 1", lower_bound=1, upper_bound=7
    )
    weights: str | None = command.flag(
        None, "a .weights.h5; without it, the one that pynet.train left for the level"
    )
    width: float | None = command.flag(
        None, "of the network, if the weights file does not say"
    )
    size: str = command.flag(
        "512x768", "HxW of the input, half the photo's; multiples of 32"
    )
    precision: Literal["float32", "float16"] = command.flag(
        "float32", "of the weights; float16 halves the file"
    )
    output: str = command.flag("pynet.tflite", "the file to write, NAME.tflite")


def main(config: Config) -> None:
    """Loads, converts, checks and says what went in and what came out."""
    sides = size(config.size)
    if not config.output.endswith(".tflite"):
        raise ValueError(f"--output {config.output} must end in .tflite")

    from darkroom import conversion, litert
    from pynet import trained

    model = trained.load(config.weights, config.level, config.width)
    path, inputs = pathlib.Path(config.output), check_inputs(*sides)
    file = conversion.export(model, path, config.precision, inputs)
    print(
        f"{path}: level {config.level}, {model.count_params():,} parameters, "
        f"{config.precision}, {file.megabytes:.1f} MB\n"
        f"in:  {litert.shape(file.input)}, photo and depth at half the photo's size\n"
        f"out: {litert.shape(file.output)}, the bokeh picture\n"
        f"differences to Keras on a photo and on noise: {file.differences}"
    )


def size(text: str) -> tuple[int, int]:
    """Height and width of the network's input from HxW.

    Raises:
      ValueError: it is not HxW, or not in multiples of 32.
    """
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    if match is None:
        raise ValueError(f"--size is {text}; expected HxW, such as 512x768")
    height, width = int(match[1]), int(match[2])
    if not height or not width or height % 32 or width % 32:
        up = "x".join(str(max(32, side + -side % 32)) for side in (height, width))
        raise ValueError(
            f"--size is {text}; expected multiples of 32, since the network halves "
            f"its input five times: {up} would do"
        )
    return height, width


def check_inputs(height: int, width: int) -> list[Any]:
    """A photo that is nearer at the bottom, and noise, `[1, H, W, 4]` each."""
    import numpy as np
    from skimage import data

    from darkroom import pixels

    picture = np.empty((1, height, width, 4), np.float32)
    photo = pixels.resize_to(data.astronaut(), (height, width))
    picture[0, ..., :3] = pixels.to_float(photo)
    picture[0, ..., 3] = np.linspace(0, 1, height)[:, None]
    noise = np.random.Generator(np.random.PCG64(0)).random(picture.shape)
    return [picture, noise.astype(np.float32)]


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
