"""Measures what each level costs and prints it beside the original, in Markdown.

  python -m benchmarks.pynet --levels 7,5 --sizes 256

One training step (batch 1) and one inference, each in its own process, as CPU-seconds
(all threads together) and peak memory. The original's CPU-seconds are scaled by a
float32 matrix product that is timed in the same process.
"""

from __future__ import annotations

import dataclasses

from darkroom import cli


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.pynet."""

    levels: str = cli.flag("7,6,5,4,3,2,1", "levels to measure")
    precisions: str = cli.flag("float32,bfloat16", "of the computation")
    sizes: str = cli.flag(
        "512", "of a training step's patch, half the photo's: 512, or 512,256, or HxW"
    )
    inference_size: str = cli.flag(
        "512x768", "HxW of the photo to infer on, half its size"
    )
    width: float = cli.flag(
        1.0, "of the network; only at 1 there is an original to compare with"
    )
    repeat: int = cli.flag(
        3,
        "runs to take the median of, after a first that is not counted",
        lower_bound=1,
    )
    output: str = cli.flag("runs/bench.json", "every number, as JSON")


def main(config: Config) -> None:
    """Measures, row by row; the numbers so far are in the file at any time."""
    from benchmarks import harness
    from benchmarks.pynet import cost
    from benchmarks.pynet import jobs as cost_jobs
    from benchmarks.pynet import table as cost_table

    jobs = cost_jobs.jobs(
        config.levels.split(","),
        harness.precisions(config.precisions),
        config.sizes.split(","),
        config.inference_size,
        config.width,
        config.repeat,
    )
    found = harness.run(
        [cost_table.measurement(job) for job in jobs], cost.of, config.output
    )
    harness.show(found, config.output, cost_table.markdown)


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
