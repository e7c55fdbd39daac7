"""Compares the lens with simpler ones, on exact answers, and measures what it costs.

  python -m benchmarks.lens --sheet sheet.png

Scores are of sRGB pictures of 8 bits; benchmarks/lens/scores.py defines them.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re

from darkroom import cli


@dataclasses.dataclass(frozen=True)
class Config:
    """The flags."""

    data_dir: str = cli.flag(
        "../shared/data/lens_truth", "folder of scenes with exact answers, if present"
    )
    fresh: int = cli.flag(6, "how many new scenes to make as well", lower_bound=0)
    size: str = cli.flag("480x640", "height x width of the new scenes")
    seed: int = cli.flag(1, "another seed, other new scenes", lower_bound=0)
    repeats: int = cli.flag(
        5, "runs to take the median CPU-seconds of; 0 measures none", lower_bound=0
    )
    sheet: str | None = cli.flag(None, "a picture to write: a few shots, side by side")
    output: str = cli.flag("runs/bench_lens.json", "every number, as JSON")


def main(config: Config) -> None:
    size = re.fullmatch(r"(\d+)x(\d+)", config.size)
    if not size:
        raise ValueError(
            f"--size={config.size} is no size; write height x width, as in 480x640"
        )
    from benchmarks.lens import report, sheet, table, targets, truth
    from darkroom.io import images, saving

    sets, folder = {}, pathlib.Path(config.data_dir)
    if folder.is_dir():
        sets[folder.resolve().name] = truth.read(folder)
    elif not config.fresh:
        raise ValueError(
            f"--data_dir={folder} is not there, and --fresh=0 makes no scenes; name a "
            "folder of scenes, or make some"
        )
    else:
        print(f"{folder} is not there: only new scenes are compared")
    if config.fresh:
        sides = int(size[1]), int(size[2])
        sets["fresh"] = truth.fresh(config.fresh, sides, config.seed)
    found = report.report(sets, config.repeats)
    content = json.dumps(found, indent=1) + "\n"
    output = pathlib.Path(config.output)
    saving.write(output, lambda path: path.write_text(content))
    print(table.text(found, targets.check(found)))
    print(f"\nevery number is in {output}")
    if config.sheet:
        images.write(config.sheet, sheet.sheet(sets, found["sets"]))
        print(f"the worst, median and best shots are in {config.sheet}")


def console() -> None:
    cli.run(main, Config)


if __name__ == "__main__":
    console()
