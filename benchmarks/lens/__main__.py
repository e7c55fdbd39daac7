"""Compares the lens with simpler ones, on exact answers, and measures what it costs.

  python -m benchmarks.lens --sheet grid.png

The scenes are made by darkroom.scenes: the same --seed, --fresh and --size make the
same scores again. Scores are of sRGB pictures of 8 bits; benchmarks/lens/scores.py
defines them.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from benchmarks import harness, table
from darkroom import cli

if TYPE_CHECKING:  # they take a second to start
    from benchmarks.lens import truth

Report = dict[str, Any]  # JSON, as `measure` returns it

GENERATED = "fresh"  # the name of the set that is made
COLUMNS = {  # of a set: name of the score, heading, digits
    "psnr": ("PSNR", 2),
    "ssim": ("SSIM", 4),
    "edges": ("edges", 2),
    "worst": ("worst", 2),
    "geometry": ("geometry", 2),
    "lights": ("lights", 2),
    "energy": ("energy", 4),
    "sharpness": ("detail", 3),
    "milliseconds": ("CPU-ms", 0),
}


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.lens."""

    data_dir: str | None = cli.flag(
        None, "a folder of scenes with exact answers, to be compared on as well"
    )
    fresh: int = cli.flag(6, "how many scenes to make", lower_bound=0)
    size: str = cli.flag("480x640", "HxW of these scenes")
    seed: int = cli.flag(1, "another seed, other scenes", lower_bound=0)
    repeats: int = cli.flag(
        5, "runs to take the median CPU-seconds of; 0 measures none", lower_bound=0
    )
    sheet: str | None = cli.flag(None, "a picture to write: a few shots, side by side")
    output: str = cli.flag("runs/bench_lens.json", "every number, as JSON")


def main(config: Config) -> None:
    """Makes or reads scenes, compares, measures, and prints tables and a verdict."""
    size = cli.parse_size(config.size)
    if not config.fresh and not config.data_dir:
        raise ValueError(
            "--fresh=0 makes no scenes, and --data_dir names none; name a folder of "
            "scenes, or make some"
        )
    from benchmarks.lens import comparison, truth
    from darkroom.io import images

    sets = {}
    if config.data_dir:
        folder = pathlib.Path(config.data_dir)
        sets[folder.resolve().name] = truth.read(folder)
    if config.fresh:
        sets[GENERATED] = truth.generate(config.fresh, size, config.seed)
    report = measure(sets, config.repeats)
    harness.save(config.output, report)
    print("\n\n".join([*tables(report), table.verdict(limits(report))]))
    print(f"every number is in {config.output}")
    if config.sheet:
        images.write(config.sheet, comparison.grid(sets, report["sets"]))
        print(f"the worst, median and best shots are in {config.sheet}")


def measure(sets: Mapping[str, Sequence[truth.Shot]], repeats: int) -> Report:
    """Compares all renderers on all sets, and measures what the lens costs.

    Args:
      sets: shots by the name of their set.
      repeats: of what is timed; 0 measures no cost.

    Returns:
      sets: `comparison.compare` of each.
      energy: `comparison.energy_error` of each renderer.
      identity: `comparison.keeps_photo`.
      seconds, ratios, memory: as from `cost.measure`; missing without repeats.
    """
    from benchmarks.lens import comparison, cost, renderers

    every = renderers.ALL
    report: Report = {
        "sets": {
            name: comparison.compare(shots, every, name) for name, shots in sets.items()
        },
        "energy": {name: comparison.energy_error(each) for name, each in every.items()},
        "identity": comparison.keeps_photo(),
    }
    return report | (cost.measure(repeats) if repeats else {})


def tables(report: Report) -> list[str]:
    """Returns a table for each set, for light energy, for CPU-seconds, for memory."""
    texts = []
    for name, by_renderer in report["sets"].items():
        shots = len(next(iter(by_renderer.values()))["shots"])
        head = [f"{name}, {shots} shots", *(title for title, _ in COLUMNS.values())]
        means = {one: of["mean"] for one, of in by_renderer.items()}
        rows = [
            [one, *(table.number(mean[key], n) for key, (_, n) in COLUMNS.items())]
            for one, mean in means.items()
        ]
        texts.append(table.markdown(head, rows))
    errors = [[name, f"{error:.2%}"] for name, error in report["energy"].items()]
    texts.append(table.markdown(["light energy", "error"], errors))
    if times := report.get("seconds"):
        names = list(next(iter(times.values())))
        rows = [
            [f"{size} MP", *(table.number(each[name], 3) for name in names)]
            for size, each in times.items()
        ]
        texts.append(table.markdown(["CPU-seconds", *names], rows))
        rows = [
            [f"{size} MP", table.number(peak, 2)]
            for size, peak in report["memory"].items()
        ]
        texts.append(table.markdown(["peak memory", "GB"], rows))
    return texts


def limits(report: Report) -> list[table.Limit]:
    """Returns what the lens is to keep.

    Args:
      report: as from `measure`.
    """
    ratios, memory = report.get("ratios", {}), report.get("memory", {})
    energy = report["energy"]["lens"]
    every = [
        table.Limit("radius 0 is the photo, bit for bit", report["identity"], 1, True),
        table.Limit("light energy, relative error", energy, 0.005),
    ]
    for name, by_renderer in report["sets"].items():
        mean = by_renderer["lens"]["mean"]
        detail = f"{name}, detail kept in focus"
        every.append(table.Limit(detail, mean["sharpness"], 0.99, True))
        for other, bound in (("gather", 4.5), ("classic", 8.5)):
            gain = mean["psnr"] - by_renderer[other]["mean"]["psnr"]
            every.append(table.Limit(f"{name}, dB above {other}", gain, bound, True))
    for size, bound in (("1", 3.0), ("12", 1.6)):
        ratio = ratios.get(size, {}).get("over gaussian")
        what = f"{size} MP, CPU-seconds over a Gaussian blur's"
        every.append(table.Limit(what, ratio, bound))
    for size, of in ratios.items():
        for scaled in ("", " scaled"):
            what = f"{size} MP, K 40 over K 12{scaled}"
            every.append(table.Limit(what, of[f"40 over 12{scaled}"], 1.1))
    every.append(table.Limit("12 MP, peak memory in GB", memory.get("12"), 1.0))
    return every


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
