"""Scores as an evaluation leaves them: as JSON, and as tables for people."""

from __future__ import annotations

import json
import math
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from darkroom.io import saving

Json = Any  # what json.dumps takes


def write(path: pathlib.Path, content: Json) -> None:
    """Writes `content` as JSON, whole or not at all; null for what is not finite.

    Raises:
      OSError: the file cannot be written.
    """
    text = json.dumps(finite(content), indent=1, allow_nan=False)
    saving.write(path, lambda to: to.write_text(text + "\n"))


def finite(content: Json) -> Json:
    """Puts null for numbers that JSON has not, such as the PSNR of equal pictures."""
    if isinstance(content, dict):
        return {key: finite(value) for key, value in content.items()}
    if isinstance(content, list):
        return [finite(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content


def mean_scores(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Returns each score's mean over the rows that have it; empty without any row."""
    import numpy as np  # late, for programs that only print tables

    names = dict.fromkeys(name for row in rows for name in row)
    return {n: float(np.mean([row[n] for row in rows if n in row])) for n in names}


def columns(rows: Mapping[str, Mapping[str, float]], digits: int = 4) -> str:
    """Returns a table for the terminal, the scores of the first row as columns.

    Args:
      rows: their titles, and their scores by name; a missing score becomes "-".
      digits: after the point.
    """
    names = list(next(iter(rows.values())))
    first = max(map(len, rows)) + 2
    width = max(9, *(len(name) + 2 for name in names))
    lines = [" " * first + "".join(f"{name:>{width}}" for name in names)]
    for title, scores in rows.items():
        numbers = (_number(scores.get(name), digits) for name in names)
        line = "".join(f"{number:>{width}}" for number in numbers)
        lines.append(f"{title:{first}}{line}")
    return "\n".join(lines)


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Returns a table in Markdown, which reads well in a terminal, too.

    The first column is flush left, the others, which hold numbers, flush right.
    """
    cells = [[str(cell) for cell in line] for line in (head, *rows)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for first, *others in cells:
        padded = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]
        lines.append(f"| {' | '.join(padded)} |")
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])


def _number(score: float | None, digits: int) -> str:
    return "-" if score is None else f"{score:.{digits}f}"
