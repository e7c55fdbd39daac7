"""Exported networks as each package writes them, but of one layer each."""

from __future__ import annotations

import pathlib

import numpy as np

KINDS = {  # channels in, channels out, how many times larger
    "depth": (3, 1, 1),
    "portrait": (3, 3, 1),
    "pynet": (4, 3, 2),
}


def write(path: pathlib.Path, kind: str, size: tuple[int, int] = (32, 64)) -> None:
    """Writes a `.tflite` of a kind: the mean of its input, enlarged."""
    import keras

    from darkroom.litert import convert

    channels, outputs, scale = KINDS[kind]
    picture = keras.Input((*size, channels), batch_size=1)
    mean = keras.layers.Conv2D(outputs, 1, use_bias=False)
    model = keras.Model(picture, keras.layers.UpSampling2D(scale)(mean(picture)))
    model.set_weights([np.full((1, 1, channels, outputs), 1 / channels, np.float32)])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(convert.convert(model, (1, *size, channels), "float32"))
