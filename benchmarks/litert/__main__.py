"""Times exported files beside Keras, and prints what each width costs on a phone.

  python -m benchmarks.litert --widths 1,0.25 --weights checkpoints/...weights.h5

Every file takes its turns with Keras, in one process and one thread, so that a ratio
holds on a busy machine, too. PSNR is to Keras, on real photos, of trained weights.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import pathlib
import tempfile
from typing import Any

from darkroom import cli
from darkroom.io import saving


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


def main(config: Config) -> None:
    """Converts and times, width by width; the numbers so far are in the file."""
    from tqdm import auto

    from darkroom import quiet
    from darkroom.metrics import reports
    from darkroom.train import checkpoints
    from pynet import export

    sides = export.size(config.size)
    trained_width = None
    if config.weights:
        card = checkpoints.read_card(pathlib.Path(config.weights))
        trained_width = card.get("width")
    # Threads that wait for others spin, which counts as work: one thread for all.
    os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    with quiet.chatter():  # TensorFlow starts
        from benchmarks.litert import cost as phone_cost

    rows: list[phone_cost.Row] = []
    widths = [float(width) for width in config.widths.split(",")]
    precisions = config.precisions.split(",")
    total = len(widths) * len(precisions)
    output = pathlib.Path(config.output)
    with (
        auto.tqdm(total=total, unit="file") as bar,
        tempfile.TemporaryDirectory() as folder,
    ):
        for width in widths:
            weights = config.weights if width == trained_width else None
            found = phone_cost.rows(
                (width, config.level, weights),
                sides,
                precisions,
                config.repeat,
                pathlib.Path(folder),
            )
            for row in found:
                rows.append(row)
                bar.update(row.file != "Keras")
                saving.write(output, functools.partial(_save, rows))
    print(reports.markdown(phone_cost.HEAD, [row.cells() for row in rows]))
    print(phone_cost.verdict(rows))
    print(f"every number is in {output}")


def _save(rows: list[Any], path: pathlib.Path) -> None:
    content = [dataclasses.asdict(row) for row in rows]
    path.write_text(json.dumps(content, indent=1) + "\n")


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
