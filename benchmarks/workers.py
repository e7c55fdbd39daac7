"""Measures one PyNET training by 1, 2 and 3 worker processes of this machine.

  python -m benchmarks.workers --counts 1,2,3

Each worker computes on one core, so that two on two cores are as two machines with one
each, and between them a network that is as fast as memory. CPU-seconds are those of all
workers, without their start: what else runs on the machine is not in them.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile

from benchmarks import scale, table
from darkroom import cli, program, quiet

SCRIPT = pathlib.Path(__file__).parents[1] / "scripts/train_cluster.sh"
_WARM = 10  # steps, until every part has been compiled


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.workers."""

    counts: str = cli.flag("1,2,3", "numbers of workers")
    joint: bool = cli.flag(False, "all levels at once, in place of level 7")
    width: float = cli.flag(1.0, "of the network")
    patch_size: int = cli.flag(128, "side of a patch", lower_bound=32)
    batch_size: int = cli.flag(6, "of all workers together", lower_bound=1)
    steps: int = cli.flag(40, "measured, after ten more", lower_bound=10)
    data_dir: str = cli.flag("", "as EBB! has it; empty for generated scenes")


@dataclasses.dataclass(frozen=True)
class Speed:
    """Of one training.

    Attributes:
      steps_per_second: the median of ten steps each.
      cpu_seconds: a step, of all workers together.
    """

    steps_per_second: float
    cpu_seconds: float


def main(config: Config) -> None:
    """Prints a table in Markdown."""
    counts = scale.parse_workers(config.counts)
    for count in counts:
        if config.batch_size % count:
            raise ValueError(
                f"--batch_size {config.batch_size} does not divide among {count}"
            )
    from pynet import data

    folder = config.data_dir or str(data.generated())
    config = dataclasses.replace(config, data_dir=folder)
    speeds = [measure(config, count) for count in counts]
    first = speeds[0]
    rows = [
        [
            str(count),
            table.number(speed.steps_per_second, 2),
            table.number(speed.steps_per_second / first.steps_per_second, 2),
            table.number(speed.cpu_seconds, 2),
            table.number(count * first.cpu_seconds / speed.cpu_seconds / counts[0], 2),
        ]
        for count, speed in zip(counts, speeds, strict=True)
    ]
    head = ["workers", "steps a second", "times as fast", "CPU-s a step"]
    print(f"{os.cpu_count()} cores, one for each worker where there are as many\n")
    print(table.markdown([*head, "times as fast with as many cores"], rows))


def measure(config: Config, count: int) -> Speed:
    """Trains with so many workers, for a little and for longer."""
    with tempfile.TemporaryDirectory() as folder:
        short, long = (pathlib.Path(folder) / name for name in ("short", "long"))
        warm = _train(config, count, short, _WARM)
        all_of_it = _train(config, count, long, _WARM + config.steps)
        rates = _rates(next(long.glob("*/log")))
    return Speed(statistics.median(rates[1:]), (all_of_it - warm) / config.steps)


def _train(config: Config, count: int, folder: pathlib.Path, steps: int) -> float:
    """Returns the CPU-seconds that it took."""
    flags = {
        "data_dir": pathlib.Path(config.data_dir).resolve(),
        "level": 1 if config.joint else 7,
        "width": config.width,
        "patch_size": config.patch_size,
        "batch_size": config.batch_size,
        "steps": steps,
        "checkpoint_dir": folder,
        "schedule": "constant",
        "start": "paper",
        "joint": config.joint,
        "validate": 1,
        "vgg": "none",
    }
    words = [f"--{name}={value}" for name, value in flags.items()]
    before = _children()
    run = subprocess.run(
        [SCRIPT, str(count), "pynet.train", *words],
        env={
            **os.environ,
            "WORKER_LOGS": str(folder),
            "TF_NUM_INTRAOP_THREADS": "1",
            "TF_NUM_INTEROP_THREADS": "1",
        },
        capture_output=True,
        text=True,
    )
    if run.returncode:
        last = "; ".join(run.stderr.splitlines()[-2:])
        raise ValueError(f"the training by {count} workers failed: {last}")
    return _children() - before


def _children() -> float:
    """Returns the CPU-seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _rates(log: pathlib.Path) -> list[float]:
    """Returns the steps a second that a training logged."""
    with quiet.chatter():
        from tensorboard.backend.event_processing import plugin_event_accumulator
        from tensorboard.util import tensor_util

        read = plugin_event_accumulator.EventAccumulator(str(log))
        read.Reload()
    return [
        float(tensor_util.make_ndarray(event.tensor_proto))
        for event in read.Tensors("steps_per_second")
    ]


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
