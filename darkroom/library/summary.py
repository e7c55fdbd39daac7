"""What came of a library: how many photos, which failed and why, how fast."""

from __future__ import annotations

import dataclasses
import json
import pathlib

from darkroom.io import saving

RESULTS = "results.jsonl"  # a line of each photo that was worked on
FAILURES, SUMMARY = "failures.txt", "summary.json"


@dataclasses.dataclass(frozen=True)
class Summary:
    """What came of all photos.

    Attributes:
      rendered: how many were rendered now.
      done_before: how many were there already.
      failures: the reason by photo.
      seconds: that it took.
      photos_per_second: of those rendered now.
      megabytes_read, megabytes_written: a photo, of those rendered now.
      gigabytes: of memory, the most that a worker had.
      workers: how many processes rendered any; equal numbers on two machines are one.
    """

    rendered: int
    done_before: int
    failures: dict[str, str]
    seconds: float
    photos_per_second: float
    megabytes_read: float
    megabytes_written: float
    gigabytes: float
    workers: int

    def __str__(self) -> str:
        """Says it in a line."""
        parts = [f"{self.rendered} photos rendered"]
        if self.done_before:
            parts.append(f"{self.done_before} done before")
        parts.append(f"{len(self.failures)} failed")
        rates = ""
        if self.rendered:
            rates = (
                f"; {self.photos_per_second:.2f} photos a second by {self.workers} "
                f"processes of {self.gigabytes:.2f} GB; a photo is "
                f"{self.megabytes_read:.2f} MB, and becomes "
                f"{self.megabytes_written:.2f} MB"
            )
        return ", ".join(parts) + rates


def read(folder: pathlib.Path, done_before: int, seconds: float) -> Summary:
    """Sums up the results in a folder; without any, nothing was left to do."""
    path = folder / RESULTS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    results = [json.loads(line) for line in lines]
    path.unlink(missing_ok=True)
    rendered = [result for result in results if not result["failed"]]
    count = max(1, len(rendered))
    return Summary(
        rendered=len(rendered),
        done_before=done_before,
        failures={r["photo"]: r["message"] for r in results if r["failed"]},
        seconds=round(seconds, 2),
        photos_per_second=len(rendered) / seconds if seconds else 0.0,
        megabytes_read=sum(r["read"] for r in rendered) / count / 1e6,
        megabytes_written=sum(r["written"] for r in rendered) / count / 1e6,
        gigabytes=max((r["memory"] for r in results), default=0) / 1e9,
        workers=len({r["process"] for r in results}),
    )


def write(folder: pathlib.Path, summary: Summary) -> None:
    """Writes the summary, and a line a photo that failed, by name.

    Raises:
      OSError: they cannot be written.
    """
    table = json.dumps(dataclasses.asdict(summary), indent=2) + "\n"
    lines = [
        f"{why if photo in why else f'{photo}: {why}'}\n"
        for photo, why in sorted(summary.failures.items())
    ]
    _write(folder / SUMMARY, table)
    _write(folder / FAILURES, "".join(lines))


def _write(path: pathlib.Path, text: str) -> None:
    saving.write(path, lambda to: to.write_text(text, encoding="utf-8"))
