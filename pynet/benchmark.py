"""Measures what each level costs and prints it beside the original, in Markdown.

  python -m pynet.benchmark --levels 7,5 --sizes 256

One training step (batch 1) and one inference, each in its own process, as CPU-seconds
(all threads together) and peak memory. The original's CPU-seconds are scaled by a
float32 matrix product that is timed in the same process.
"""

from __future__ import annotations

import dataclasses

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
    from darkroom import benchmark
    from pynet import cost, cost_jobs, cost_table

    jobs = cost_jobs.jobs(
        config.levels.split(","),
        benchmark.precisions(config.precisions),
        config.sizes.split(","),
        config.inference_size,
        config.width,
        config.repeat,
    )
    found = benchmark.run(
        [cost_table.measurement(job) for job in jobs], cost.of, config.output
    )
    benchmark.show(found, config.output, cost_table.markdown)


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
