"""Works out what PyNET's training costs at the paper's setting, on many GPUs.

  python -m benchmarks.scale --gigabits 25

Multiply-adds are counted in the graph of each level's step, gradients in its variables;
what a GPU reaches, and what the network between the machines does, are assumptions, as
flags. The model: a step takes as long as its share of the batch on one GPU, and then as
a ring all-reduce of the gradients, of which nothing is hidden behind the computation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from benchmarks import macs, table
from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.scale."""

    teraflops: float = cli.flag(
        19.5, "a GPU's published float32 TFLOP/s (19.5: NVIDIA A100)", lower_bound=0.1
    )
    reached: float = cli.flag(
        0.35, "share of it that a training reaches", lower_bound=0.01, upper_bound=1.0
    )
    gigabits: float = cli.flag(
        25.0, "Gbit/s between two machines, each way", lower_bound=0.01
    )
    latency_us: float = cli.flag(
        50.0, "microseconds for a message between them", lower_bound=0.0
    )
    workers: str = cli.flag("1,2,3,5,7,9,10,20", "numbers of machines, one GPU each")
    patch_size: int = cli.flag(512, "side of a patch", lower_bound=32)
    width: float = cli.flag(1.0, "of the network")


@dataclasses.dataclass(frozen=True)
class Cluster:
    """Machines with one GPU each.

    Attributes:
      flops: that a GPU reaches, a second.
      bandwidth: bytes a second between two machines.
      latency: seconds that a message takes.
    """

    flops: float
    bandwidth: float
    latency: float

    def seconds(self, macs: float, gradient: float, batch: int, workers: int) -> float:
        """Returns how long a step takes.

        Args:
          macs: multiply-adds of one picture.
          gradient: bytes.
          batch: pictures of all workers together, which share them evenly.
          workers: machines.
        """
        compute = 2 * macs * batch / workers / self.flops
        return compute + self.all_reduce(gradient, workers)

    def all_reduce(self, size: float, workers: int) -> float:
        """Returns the seconds of a ring all-reduce (Patarasuk, Yuan 2009, theorem 1).

        Each of n machines sends 2 (n - 1) messages of 1/n of the bytes.
        """
        messages = 2 * (workers - 1)
        return messages * (size / workers / self.bandwidth + self.latency)


def main(config: Config) -> None:
    """Prints two tables in Markdown: the cost, and how speed grows."""
    numbers = parse_workers(config.workers)
    from pynet import levels, network

    pyramid = network.pynet(config.width)
    flops = 1e12 * config.teraflops * config.reached
    cluster = Cluster(flops, 1e9 / 8 * config.gigabits, 1e-6 * config.latency_us)
    costs, speeds, hours = [], [], 0.0
    for level, stage in levels.PAPER.stages.items():
        work = macs.of_level(pyramid, level, config.patch_size)
        pictures = stage.steps * stage.batch_size
        own = 2 * work.step * pictures / flops / 3600
        hours += own
        costs.append(
            [
                str(level),
                f"{stage.steps:,}",
                str(stage.batch_size),
                f"{pictures:,}",
                table.number(work.forward / 1e9, 1),
                table.number(work.step / 1e9, 1),
                table.number(work.gradient_bytes / 1e6, 1),
                table.number(own, 1),
            ]
        )
        speeds.append([str(level), *speedups(cluster, work, stage.batch_size, numbers)])
    head = ["level", "steps", "batch", "pictures", "GMAC a picture", "with gradient"]
    print(table.markdown([*head, "gradient MB", "GPU-hours"], costs))
    print(f"\n{hours:.0f} GPU-hours together, at {flops / 1e12:.1f} TFLOP/s.\n")
    print(table.markdown(["level", *(f"{each} workers" for each in numbers)], speeds))


def speedups(
    cluster: Cluster, work: macs.Work, batch: int, workers: Sequence[int]
) -> list[str]:
    """Returns how many times as fast as one each number of machines is.

    A dash stands where the batch does not divide among them.
    """
    one, *several = (
        cluster.seconds(work.step, work.gradient_bytes, batch, number)
        for number in (1, *workers)
    )
    return [
        table.number(None if batch % number else one / seconds, 1)
        for number, seconds in zip(workers, several, strict=True)
    ]


def parse_workers(text: str) -> list[int]:
    """Reads numbers of machines from a list with commas.

    Raises:
      ValueError: one is no positive number.
    """
    for each in text.split(","):
        if not each.isdecimal() or not int(each):
            raise ValueError(f"--workers has {each!r}; expected numbers from 1: 1,2,4")
    return [int(each) for each in text.split(",")]


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
