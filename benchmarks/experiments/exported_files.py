"""Experiment 6: the shipped network as files for phones: quality, size, time.

  python -m benchmarks.experiments.exported_files --scale short

Exports the weights in every precision, scores each file on held-out generated scenes,
and times it twice: by CPU-seconds of one thread in a process of its own, and by
LiteRT's own `litert-benchmark`.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from benchmarks.experiments import exported_scores, outcome, steps
from benchmarks.experiments.exported_scores import Row
from darkroom import cli, program
from darkroom.render import MARGIN

if TYPE_CHECKING:
    from darkroom.pixels import Array
    from pynet.windows import Pair

ABOUT = outcome.About(
    6,
    "exported_files",
    "The shipped network as files for phones",
    "What does each precision keep of the picture, what does it save, and does our "
    "timing agree with LiteRT's own?",
    "The shipped PyNET is exported in float32, float16, with weights of 8 bits "
    "(int8_dynamic) and computing in 8 bits (int8, its ranges found on generated "
    "pictures). Each file draws the same held-out generated scenes as Keras does, with "
    "a margin of 32 pixels mirrored around them. To Keras is the PSNR between the two "
    "pictures; the other scores are against the traced truth. CPU-ms are the median "
    "of one thread in a process of its own, litert-benchmark is that program's least "
    "time by the clock on one thread. On a machine that is busy with other work "
    "neither is certain; docs/phones.md has times taken in turns.",
)
FILES = ("float32", "float16", "int8_dynamic", "int8")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the numbers depend on."""

    scenes: int
    size: str
    runs: int
    seed: int = 11
    weights: str = ""
    focused: bool = False  # whether the network is told the focus
    files: tuple[str, ...] = FILES


SCALES = {
    "smoke": Settings(1, "192x256", 2),
    "short": Settings(8, "512x768", 10, files=("float32", "int8_dynamic")),
    "evening": Settings(24, "512x768", 20),
    "night": Settings(24, "512x768", 50),
}


@dataclasses.dataclass(frozen=True)
class Config(outcome.Config):
    """Flags of benchmarks.experiments.exported_files."""

    weights: str = cli.flag(
        "checkpoints/pynet_quarter.weights.h5", "of PyNET, .weights.h5"
    )


def main(config: Config) -> None:
    """Exports, scores, times, and writes the result."""
    from darkroom.train import weights_card

    checksum = outcome.checksum(config.weights)
    about = weights_card.read(pathlib.Path(config.weights))
    settings = dataclasses.replace(
        SCALES[config.scale],
        weights=checksum,
        focused=about.get("radius") is not None,
    )
    find = functools.partial(make, settings, config.weights)
    outcome.show(ABOUT, config, settings, find)


def plan(settings: Settings, weights: str, folder: pathlib.Path) -> list[steps.Step]:
    """Returns the programs to run: scenes, exports, and LiteRT's benchmark."""
    height, width = (side // 2 + MARGIN for side in cli.parse_size(settings.size))
    scenes = (
        *("--layout", "ebb", "--train", "0", "--test", str(settings.scenes)),
        *("--size", settings.size, "--seed", str(settings.seed)),
        *("--output", str(_data(settings)), *["--focused"] * settings.focused),
    )
    found = [steps.Step(_data(settings).name, "darkroom.scenes", scenes)]
    for precision in settings.files:
        file = _file(settings, folder, precision)
        export = (
            *("--weights", weights, "--precision", precision),
            *("--size", f"{height}x{width}", "--output", str(file)),
        )
        bench = (
            *("--model", str(file), "--num_threads", "1", "--warmup_runs", "1"),
            *("--num_runs", str(settings.runs), "--result_json", f"{file}.bench.json"),
        )
        name = f"{precision}_{settings.weights}"
        found += [
            steps.Step(f"export_{name}", "pynet.export", export),
            steps.Step(
                f"bench_{name}", "ai_edge_litert.tools.benchmark_litert_model", bench
            ),
        ]
    return found


def _data(settings: Settings) -> pathlib.Path:
    kind = "focused" if settings.focused else "ebb"
    return outcome.DATA / f"{kind}_{settings.size}_0_{settings.scenes}_{settings.seed}"


def _file(settings: Settings, folder: pathlib.Path, precision: str) -> pathlib.Path:
    return folder / settings.weights / f"{precision}.tflite"


def make(settings: Settings, weights: str, folder: pathlib.Path) -> outcome.Found:
    """Runs the programs, scores and times the files."""
    from darkroom import litert, quiet
    from darkroom.report import results

    start = steps.cpu_seconds()
    spent = steps.run(plan(settings, weights, folder), folder)
    before = steps.cpu_seconds() - start
    with quiet.chatter():
        from pynet import data, validation
        from pynet import weights as pynet_weights
    pairs = data.pairs(_data(settings), "test")
    model = pynet_weights.load(weights, 1)
    files = {name: _file(settings, folder, name) for name in settings.files}
    networks: dict[str, Callable[[Array], Array]] = {
        name: litert.Network(file) for name, file in files.items()
    }
    keras = validation.compiled(model)
    rows = exported_scores.score({"Keras": keras, **networks}, pairs)
    for name, file in files.items():
        rows[name] |= exported_scores.measure(file)
    rows["Keras"]["bytes"] = 4.0 * model.count_params()
    table = results.Table(
        f"PyNET of {model.count_params():,} weights, {len(pairs)} held-out scenes of "
        f"{settings.size}",
        [
            *("", "MB", "to Keras, dB", "PSNR", "SSIM", "detail in focus"),
            *("out of focus", "CPU-ms", "litert-benchmark, ms", "peak MB"),
        ],
        cells(rows),
    )
    _draw(folder / "exported_files.jpg", keras, networks, pairs[0])
    picture = results.Picture(
        "exported_files.jpg",
        "Photo, the truth, what Keras draws, then each file's difference from Keras "
        f"eight times enlarged, grey where there is none: {', '.join(settings.files)}.",
    )
    seconds = sum(spent.values()) + steps.cpu_seconds() - start - before
    return outcome.Found([table], [picture], conclusions(rows), seconds)


def cells(rows: Mapping[str, Row]) -> list[list[str]]:
    """Returns the rows of the table, what was not measured as a dash."""
    from benchmarks import table

    def cell(name: str, key: str, digits: int, scale: float = 1.0) -> str:
        value = rows[name].get(key)
        return table.number(None if value is None else value * scale, digits)

    titles = {"photo": "the photo untouched", "Keras": "Keras, float32"}
    return [
        [
            titles.get(name, name),
            cell(name, "bytes", 1, 1e-6),
            cell(name, "to_first", 1),
            cell(name, "psnr", 2),
            cell(name, "ssim", 3),
            cell(name, "detail_in_focus", 2),
            cell(name, "detail_out_of_focus", 2),
            cell(name, "cpu_ms", 0),
            cell(name, "litert_ms", 0),
            cell(name, "peak_mb", 0),
        ]
        for name in ("photo", "Keras", *FILES)
        if name in rows
    ]


def conclusions(rows: Mapping[str, Row]) -> list[str]:
    """Says in words what the numbers say."""
    keras, dynamic, whole = rows["Keras"], rows["int8_dynamic"], rows["float32"]
    lost = {n: keras["psnr"] - rows[n]["psnr"] for n in FILES if n in rows}
    ratios = [rows[name]["litert_ms"] / rows[name]["cpu_ms"] for name in lost]
    computing = "int8 was not exported at this scale"
    if "int8" in rows:
        share = rows["int8"]["cpu_ms"] / whole["cpu_ms"]
        computing = (
            f"computing in 8 bits costs {lost['int8']:.2f} dB at {share:.2f} of it"
        )
    return [
        f"Weights of 8 bits cost {lost['int8_dynamic']:.2f} dB and leave "
        f"{dynamic['bytes'] / whole['bytes']:.2f} of the bytes and "
        f"{dynamic['cpu_ms'] / whole['cpu_ms']:.2f} of the time of float32; "
        f"{computing}.",
        "To Keras the files are at "
        + ", ".join(f"{rows[name]['to_first']:.0f} dB ({name})" for name in lost)
        + "; 59 dB is what rounding to 8 bits costs.",
        f"litert-benchmark's least time is {min(ratios):.2f} to {max(ratios):.2f} of "
        "our CPU time: it is of the clock, and grows with what else a machine does.",
    ]


def _draw(
    path: pathlib.Path,
    keras: Callable[[Array], Array],
    networks: Mapping[str, Callable[[Array], Array]],
    pair: Pair,
) -> None:
    import numpy as np

    from benchmarks.experiments import sheets
    from darkroom import pixels
    from pynet import data, validation, windows

    inputs, truth = data.full_picture(pair, 1)
    drawn = {
        name: np.clip(validation.mirrored(network, 1)(inputs[None])[0], 0, 1)
        for name, network in {"Keras": keras, **networks}.items()
    }
    photo, _ = windows.read_photos(pair)
    shown = [np.asarray(photo), truth, drawn.pop("Keras")]
    shown += [np.clip(0.5 + 8 * (each - shown[2]), 0, 1) for each in drawn.values()]
    small = [pixels.resize(pixels.to_uint8(each), 1 / 2) for each in shown]
    captions = ["photo", "truth", "Keras", *(f"8 x error, {name}" for name in drawn)]
    sheets.write(path, [small], captions, gap=4)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
