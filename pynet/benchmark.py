"""Measures what each level costs and prints it beside the original, in Markdown.

  python -m pynet.benchmark --levels 7,5 --sizes 256

One training step (batch 1) and one inference, each in its own process, as CPU-seconds
(all threads together) and peak memory. The original's CPU-seconds are scaled by a
float32 matrix product that is timed in the same process.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
from typing import Any

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.benchmark."""

    levels: str = command.flag("7,6,5,4,3,2,1", "levels to measure")
    precisions: str = command.flag("float32,bfloat16", "of the computation")
    sizes: str = command.flag(
        "512", "of a training step's patch, half the photo's: 512, or 512,256, or HxW"
    )
    inference_size: str = command.flag(
        "512x768", "HxW of the photo to infer on, half its size"
    )
    width: float = command.flag(
        1.0, "of the network; only at 1 there is an original to compare with"
    )
    repeat: int = command.flag(
        3,
        "runs to take the median of, after a first that is not counted",
        lower_bound=1,
    )
    output: str = command.flag("runs/bench.json", "every number, as JSON")


def main(config: Config) -> None:
    """Measures, row by row; the numbers so far are in the file at any time."""
    from tqdm import auto

    from pynet import cost, cost_jobs, cost_table

    jobs = cost_jobs.jobs(
        config.levels.split(","),
        config.precisions.split(","),
        config.sizes.split(","),
        config.inference_size,
        config.width,
        config.repeat,
    )
    output = pathlib.Path(config.output)
    found = []
    for job in auto.tqdm(jobs, unit="measurement"):
        found.append((job, cost.in_own_process(job)))
        rows = [{**dataclasses.asdict(j), **dataclasses.asdict(c)} for j, c in found]
        command.write(output, functools.partial(_save, rows))
    print(cost_table.markdown(found))
    print()
    print(cost_table.verdict(found))
    print(f"every number is in {output}")


def _save(rows: list[dict[str, Any]], path: pathlib.Path) -> None:
    path.write_text(json.dumps(rows, indent=1) + "\n")


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
