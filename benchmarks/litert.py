"""Times exported files beside Keras, and prints what each width costs on a phone.

  python -m benchmarks.litert --widths 1,0.25 --weights checkpoints/...weights.h5

Every file takes its turns with Keras, in one process and one thread, so that a ratio
holds on a busy machine, too. PSNR is to Keras, on real photos, of trained weights.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import pathlib
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from benchmarks import harness, table
from darkroom import cli, program

if TYPE_CHECKING:
    import keras

HEAD = ("width", "file", "MB", "bytes a weight", "GMAC", "CPU-s", "of Keras", "PSNR")
# Of Keras' CPU-seconds, at width 1; and bytes of a weight, to 5 %.
LIMITS = {"float32": 1.0, "int8_dynamic": 0.4}
BYTES = {"float32": 4, "float16": 2, "int8_dynamic": 1, "int8": 1, "int16x8": 1}


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.litert."""

    widths: str = cli.flag("1,0.5,0.25,0.125", "of the networks")
    precisions: str = cli.flag(
        "float32,float16,int8_dynamic,int8", "of the files; int16x8 takes an hour"
    )
    size: str = cli.flag("512x768", "HxW of the input, half the photo's")
    level: int = cli.flag(1, "of the pyramid", lower_bound=1, upper_bound=7)
    weights: str | None = cli.flag(
        None, "a trained .weights.h5, for its width; others have untrained weights"
    )
    repeat: int = cli.flag(3, "runs to take the median of", lower_bound=1)
    output: str = cli.flag("runs/bench_litert.json", "every number, as JSON")


@dataclasses.dataclass(frozen=True)
class Row:
    """One file, or Keras itself.

    Attributes:
      width: of the network.
      file: its precision, or Keras.
      megabytes: of the file, or of Keras' weights.
      bytes_a_weight: the same by the number of weights.
      macs: multiply-adds of one run; None of Keras.
      cpu_seconds: of one run, in one thread.
      of_keras: the median ratio of a run to the Keras run beside it.
      psnr: to Keras in dB, if the weights are trained.
    """

    width: float
    file: str
    megabytes: float
    bytes_a_weight: float
    macs: int | None
    cpu_seconds: float
    of_keras: float
    psnr: float | None

    def cells(self) -> list[str]:
        """Returns the cells below `HEAD`."""
        return [
            f"{self.width:g}",
            self.file,
            table.number(self.megabytes, 1),
            table.number(self.bytes_a_weight, 2),
            table.number(self.macs and self.macs / 1e9, 1),
            table.number(self.cpu_seconds, 3),
            table.number(self.of_keras, 2),
            table.number(self.psnr, 1),
        ]

    def limits(self) -> list[table.Limit]:
        """Returns what a file of the paper's width, 1, is to keep."""
        if self.width != 1 or self.file not in BYTES:
            return []
        size = self.bytes_a_weight / BYTES[self.file]
        limits = [
            table.Limit(f"{self.file}, bytes of those expected", size, 1.05),
            table.Limit(f"{self.file}, bytes of those expected", size, 0.95, True),
        ]
        if self.file in LIMITS:
            of_keras = f"{self.file}, CPU-seconds of Keras'"
            limits.append(table.Limit(of_keras, self.of_keras, LIMITS[self.file]))
        return limits


def main(config: Config) -> None:
    """Converts and times, width by width; the numbers so far are in the file."""
    from tqdm import auto

    from darkroom import quiet
    from darkroom.train import weights_card
    from pynet import export

    size = export.size(config.size)
    trained_width = None
    if config.weights:
        card = weights_card.read(pathlib.Path(config.weights))
        trained_width = card.get("width")
    # Threads that wait for others spin, which counts as work: one thread for all.
    os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    with quiet.chatter():  # TensorFlow starts
        import tensorflow  # noqa: F401

    rows: list[Row] = []
    widths = [float(width) for width in config.widths.split(",")]
    precisions = config.precisions.split(",")
    with auto.tqdm(total=len(widths) * len(precisions), unit="file") as bar:
        for width in widths:
            weights = config.weights if width == trained_width else None
            model = load_model(width, config.level, weights)
            trained = weights is not None
            for row in measure_files(
                model, width, trained, size, precisions, config.repeat
            ):
                rows.append(row)
                bar.update(row.file != "Keras")
                harness.save(config.output, [dataclasses.asdict(each) for each in rows])
    print(table.markdown(HEAD, [row.cells() for row in rows]))
    print(table.verdict([limit for row in rows for limit in row.limits()]))
    print(f"every number is in {config.output}")


def load_model(width: float, level: int, weights: str | None) -> keras.Model:
    """Returns a level of PyNET: a weights file's, or an untrained one of that width."""
    import pynet.weights
    from pynet import network

    if weights is None:
        return network.one_level(network.pynet(width), level)
    return pynet.weights.load(weights, level)


def measure_files(
    model: keras.Model,
    width: float,
    trained: bool,
    size: tuple[int, int],
    precisions: Sequence[str],
    repeat: int,
) -> Iterator[Row]:
    """Yields a row for each file, and Keras' own after them.

    Args:
      model: in Keras.
      width: of it.
      trained: whether its PSNR means anything.
      size: height and width of the input.
      precisions: of the files.
      repeat: how often Keras and a file take turns.
    """
    import tensorflow as tf

    from darkroom import litert
    from darkroom.litert import convert, cost, graph, parity, quantize, samples

    checks = samples.real(size, depth=True)
    compiled = tf.function(lambda array: model(array, training=False))
    picture = tf.constant(checks[0])
    keras_seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for precision in precisions:
            stream = None
            if precision in quantize.CALIBRATED:
                stream = samples.stream(None, size, depth=True)
            content = convert.convert(model, checks[0].shape, precision, stream)
            path = pathlib.Path(folder, f"{precision}.tflite")
            path.write_bytes(content)
            file = litert.Network(path, threads=1)
            file_seconds, beside = cost.take_turns(
                [functools.partial(file, checks[0]), lambda: compiled(picture).numpy()],
                repeat,
            )
            keras_seconds += beside
            ratios = [f / k for f, k in zip(file_seconds, beside, strict=True)]
            yield Row(
                width,
                precision,
                len(content) / 1e6,
                len(content) / model.count_params(),
                graph.count_macs(content),
                statistics.median(file_seconds),
                statistics.median(ratios),
                parity.compare(model, file, checks).psnr if trained else None,
            )
            path.unlink()
    megabytes = 4e-6 * model.count_params()
    seconds = statistics.median(keras_seconds)
    yield Row(width, "Keras", megabytes, 4.0, None, seconds, 1.0, None)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
