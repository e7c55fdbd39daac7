"""The report as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.lens import targets

_COLUMNS = {  # of a set: name of the score, heading, digits
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


def text(report: dict[str, Any], checked: Sequence[targets.Target]) -> str:
    """A table for each set, for light energy, for cost, and the targets."""
    parts = [_set(name, found) for name, found in report.get("sets", {}).items()]
    if energy := report.get("energy"):
        rows = [[name, f"{error:.2%}"] for name, error in energy.items()]
        parts.append(_aligned([["light energy", "error"], *rows]))
    if seconds := report.get("seconds"):
        names = list(next(iter(seconds.values())))
        rows = [
            [f"{size} MP", *(_number(found[name], 3) for name in names)]
            for size, found in seconds.items()
        ]
        parts.append(_aligned([["CPU-seconds", *names], *rows]))
    if memory := report.get("memory"):
        rows = [[f"{size} MP", _number(peak, 2)] for size, peak in memory.items()]
        parts.append(_aligned([["peak memory", "GB"], *rows]))
    parts.append(_verdict(checked))
    return "\n\n".join(parts)


def _set(name: str, found: dict[str, Any]) -> str:
    shots = len(next(iter(found.values()))["shots"])
    head = [f"{name}, {shots} shots", *(title for title, _ in _COLUMNS.values())]
    rows = [
        [one, *(_number(of["mean"][key], n) for key, (_, n) in _COLUMNS.items())]
        for one, of in found.items()
    ]
    return _aligned([head, *rows])


def _verdict(checked: Sequence[targets.Target]) -> str:
    words = {True: "met", False: "MISSED", None: "not measured"}
    rows = [
        [
            target.what,
            f"{'>=' if target.at_least else '<='} {target.bound:g}",
            "-" if target.found is None else f"{float(target.found):.4g}",
            words[target.met],
        ]
        for target in checked
    ]
    return _aligned([["target", "", "found", ""], *rows])


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, the first to the left, the others to the right."""
    wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(wide[0]), *map(str.rjust, row[1:], wide[1:])]).rstrip()
        for row in rows
    )
