"""Compares the lens with simpler ones, on exact answers, and measures what it costs.

  python -m benchmarks.lens --sheet grid.png
  python -m benchmarks.lens --sets fresh,wrong_depth,hair,planes,night

All shots but those of folders are made: the same --seed, --fresh and --size make the
same scores again. Scores are of sRGB pictures of 8 bits; benchmarks/lens/scores.py
defines them.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from benchmarks import harness, table
from darkroom import cli, program

if TYPE_CHECKING:  # they take a second to start
    from benchmarks.lens import truth

Report = dict[str, Any]  # JSON, as `measure` returns it

GENERATED = "fresh"  # the name of the set of layered scenes that is made
SETS = (GENERATED, "wrong_depth", "hair", "planes", "night")
COLUMNS = {  # of a set: name of the score, heading, digits
    "psnr": ("PSNR", 2),
    "ssim": ("SSIM", 4),
    "scored": ("scored", 2),
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
    sets: str = cli.flag(
        GENERATED,
        f"what to make, with commas: {', '.join(SETS)} (fresh scenes with wrong depth)",
    )
    cutouts: str | None = cli.flag(
        None, "a folder of cut-outs with hair (original/, alpha/), to be composited"
    )
    backgrounds: str | None = cli.flag(
        None, "a folder of photos to put the --cutouts before"
    )
    fresh: int = cli.flag(
        6,
        "how many scenes to make; as many portraits, half as many planes and nights",
        lower_bound=0,
    )
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
    names = _parse_sets(config.sets) if config.fresh else []
    if not names and not config.data_dir and not config.cutouts:
        raise ValueError(
            "--fresh=0 makes no scenes, and --data_dir names none; name a folder of "
            "scenes, or make some"
        )
    if (config.cutouts is None) != (config.backgrounds is None):
        raise ValueError(
            "--cutouts and --backgrounds make shots together; pass both or neither"
        )
    from benchmarks.lens import comparison, hair, night, planes, truth
    from darkroom.io import images

    sets: dict[str, list[truth.Shot]] = {}
    if config.data_dir:
        folder = pathlib.Path(config.data_dir)
        sets[folder.resolve().name] = truth.read(folder)
    if config.cutouts and config.backgrounds:
        folders = pathlib.Path(config.cutouts), pathlib.Path(config.backgrounds)
        sets["hair of cut-outs"] = hair.read(*folders)
    scenes: list[truth.Shot] = []
    if {GENERATED, "wrong_depth"} & set(names):
        scenes = truth.generate(config.fresh, size, config.seed)
    if GENERATED in names:
        sets[GENERATED] = scenes
    if "hair" in names:
        sets["hair"] = hair.generate(config.fresh, size, config.seed)
    if "planes" in names:
        sets |= planes.generate(-(-config.fresh // 2), size, config.seed)
    if "night" in names:
        sets["night"] = night.generate(-(-config.fresh // 2), size, config.seed)
    wrong = scenes if "wrong_depth" in names else []
    report = measure(sets, config.repeats, wrong)
    harness.save(config.output, report)
    print("\n\n".join([*tables(report), table.verdict(limits(report))]))
    print(f"every number is in {config.output}")
    if config.sheet:
        images.write(config.sheet, comparison.grid(sets, report["sets"]))
        print(f"the worst, median and best shots are in {config.sheet}")


def _parse_sets(text: str) -> list[str]:
    """Reads names of sets from a list with commas.

    Raises:
      ValueError: one is unknown.
    """
    names = text.split(",")
    for name in names:
        if name not in SETS:
            raise ValueError(
                f"--sets has {name!r}; expected some of {', '.join(SETS)}, with commas"
            )
    return names


def measure(
    sets: Mapping[str, Sequence[truth.Shot]],
    repeats: int,
    wrong: Sequence[truth.Shot] = (),
) -> Report:
    """Compares all renderers on all sets, and measures what the lens costs.

    Args:
      sets: shots by the name of their set.
      repeats: of what is timed; 0 measures no cost.
      wrong: shots to be rendered with wrong depth as well.

    Returns:
      sets: `comparison.compare` of each.
      wrong_depth: `wrong_depth.losses` of `wrong`; missing without.
      energy: `comparison.energy_error` of each renderer.
      identity: `comparison.keeps_photo`.
      seconds, ratios, memory: as from `cost.measure`; missing without repeats.
    """
    from benchmarks.lens import comparison, cost, renderers, wrong_depth

    every = renderers.ALL
    report: Report = {
        "sets": {
            name: comparison.compare(shots, every, name) for name, shots in sets.items()
        },
        "energy": {name: comparison.energy_error(each) for name, each in every.items()},
        "identity": comparison.keeps_photo(),
    }
    if wrong:
        report["wrong_depth"] = wrong_depth.losses(wrong, every)
    return report | (cost.measure(repeats) if repeats else {})


def tables(report: Report) -> list[str]:
    """Returns a table for each set, wrong depth, light energy, CPU-seconds, memory."""
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
    if by_fault := report.get("wrong_depth"):
        names = list(next(iter(by_fault.values())))
        rows = [
            [
                fault,
                *(
                    f"{of[name]['psnr']:.2f} / {of[name]['edges']:.2f}"
                    for name in names
                ),
            ]
            for fault, of in by_fault.items()
        ]
        texts.append(table.markdown(["dB lost, all / edges", *names], rows))
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
        if mean.get("scored") is not None or name == "night":
            continue  # hair, planes and nights: these bounds are of flat layers
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
    program.run(main, Config)


if __name__ == "__main__":
    console()
