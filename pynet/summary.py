"""Prints what a training has reached: a row per level, beside the untouched photo.

  python -m pynet.summary --checkpoint_dir checkpoints/pynet

The scores are those of each level's last validation, on the test split.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

from darkroom import cli, program
from darkroom.metrics import reports


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.summary."""

    checkpoint_dir: str = cli.flag(
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
    print(table([_scores(file) for file in files]))


def _scores(file: pathlib.Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text()))
    except (ValueError, TypeError):
        raise ValueError(
            f"{file} is damaged; the same pynet.train again writes it anew"
        ) from None


def table(levels: list[dict[str, Any]]) -> str:
    """Makes a Markdown table of `scores.json` contents, PSNR in dB."""
    head = ("level", "steps", "PSNR", "untouched photo", "SSIM", "untouched photo")
    rows = []
    for level in levels:
        scores = [
            f"{level[part][name]:.{digits}f}" if name in level[part] else "-"
            for name, digits in (("psnr", 2), ("ssim", 4))
            for part in ("output", "photo")
        ]
        rows.append((level["level"], level["step"], *scores))
    return reports.markdown(head, rows)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
