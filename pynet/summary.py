"""Prints what a training has reached: a row per level, beside the untouched photo.

  python -m pynet.summary --checkpoint_dir checkpoints/pynet

The scores are those of each level's last validation, on the test split.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.summary."""

    checkpoint_dir: str = command.flag(
        "checkpoints/pynet", "folder of the runs, level_7 ... level_1"
    )


def main(config: Config) -> None:
    """Reads the levels' scores.json and prints a table in Markdown."""
    folder = pathlib.Path(config.checkpoint_dir)
    files = sorted(folder.glob("*/scores.json"), reverse=True)
    if not files:
        raise ValueError(
            f"{folder} holds no validated level; run first: python -m pynet.train "
            "--level 7"
        )
    print(table([json.loads(file.read_text()) for file in files]))


def table(reports: list[dict[str, Any]]) -> str:
    """A Markdown table of `scores.json` contents, PSNR in dB."""
    lines = [
        "| level | steps | PSNR | untouched photo | SSIM | untouched photo |",
        "|---|---|---|---|---|---|",
    ]
    for report in reports:
        scores = [
            f"{report[part][name]:.{digits}f}" if name in report[part] else "-"
            for name, digits in (("psnr", 2), ("ssim", 4))
            for part in ("output", "photo")
        ]
        cells = (report["level"], report["step"], *scores)
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
