"""Renders a photo library with many processes or machines, on Apache Beam.

  python -m darkroom.library --input 'photos/**' --output bokeh
  python -m darkroom.library --input 'photos/**' --output bokeh --method pynet.tflite
  python -m darkroom.library --input 'photos/**' --output bokeh --runner FlinkRunner \\
    -- --flink_master=host:8081 --parallelism=32

photos/2024/sea.jpg becomes bokeh/2024/sea.jpg, with its depth found as darkroom.render
finds it. Photos that cannot be rendered stand in bokeh/failures.txt with the reason.
The same command again renders what is not there yet. What comes after -- are Beam's
own pipeline options. It needs Apache Beam: pip install apache-beam.
"""

from __future__ import annotations

import dataclasses

from darkroom import cli, program
from darkroom.render import __main__ as render


@dataclasses.dataclass(frozen=True)
class Config(render.Settings):
    """Flags of darkroom.library; how photos are rendered is in `Settings`."""

    input: str | None = cli.flag(
        None, "a folder, or a pattern in quotes; ** stands for folders in folders"
    )
    output: str | None = cli.flag(None, "folder, which gets the folders of the input")
    runner: str = cli.flag(
        "DirectRunner", "Beam's: DirectRunner (this machine), FlinkRunner, SparkRunner"
    )
    workers: int | None = cli.flag(
        None, "processes of the DirectRunner (default: one a core)", lower_bound=1
    )


def main(config: Config, *pipeline_options: str) -> None:
    """Renders what is not done yet; a bad photo does not stop the rest."""
    import pathlib
    import time

    from darkroom.library import plan, summary

    if not config.input or not config.output:
        raise ValueError("pass --input, a folder or a pattern, and --output, a folder")
    wanted, named = render.requested(config)
    jobs = plan.jobs(config.input, config.output, named, wanted)
    folder = pathlib.Path(config.output)
    todo = plan.pending(jobs, config.overwrite)
    from darkroom.library import pipeline  # Beam takes two seconds

    options = pipeline.options(config.runner, config.workers, pipeline_options)
    plan.claim(folder, wanted, named, config.overwrite)
    since = time.monotonic()
    if todo:
        pipeline.run(todo, wanted, config.overwrite, folder / summary.RESULTS, options)
    total = summary.read(folder, len(jobs) - len(todo), time.monotonic() - since)
    summary.write(folder, total)
    print(total)
    if total.failures:
        raise ValueError(
            f"{len(total.failures)} of {len(jobs)} photos could not be rendered; why "
            f"stands in {folder / summary.FAILURES}"
        )


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
