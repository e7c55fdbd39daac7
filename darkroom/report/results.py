"""What an experiment leaves: a folder with result.json, and its pictures beside it.

Programs write it (`benchmarks/experiments`), the report reads it; neither knows more of
the other. Cells of tables are text as people are to read it.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

from darkroom.metrics import reports

FILE = "result.json"


@dataclasses.dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
      title: what the rows are, and what the numbers.
      head: the titles of the columns.
      rows: the cells; the first column is names, the others numbers.
    """

    title: str
    head: list[str]
    rows: list[list[str]]


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture beside `result.json`.

    Attributes:
      file: its name.
      caption: what it shows, from left to right.
    """

    file: str
    caption: str


@dataclasses.dataclass(frozen=True)
class Result:
    """What an experiment asked, how, and what came out.

    Attributes:
      number: its place in the report.
      name: of its folder.
      title: a few words.
      question: one sentence.
      method: a paragraph.
      command: that makes it again.
      findings: sentences, the most telling first; they are made from the numbers.
      tables: the numbers.
      pictures: to look at.
      cpu_minutes: that it took, all threads together.
      processor: that it ran on.
      settings: all that the numbers depend on.
    """

    number: int
    name: str
    title: str
    question: str
    method: str
    command: str
    findings: list[str]
    tables: list[Table]
    pictures: list[Picture]
    cpu_minutes: float
    processor: str
    settings: dict[str, Any]


def write(result: Result, folder: pathlib.Path) -> None:
    """Writes `result.json` into the experiment's folder.

    Raises:
      OSError: it cannot be written.
    """
    reports.write(folder / FILE, dataclasses.asdict(result))


def read(folder: pathlib.Path) -> Result:
    """Reads an experiment's folder.

    Raises:
      OSError: there is no `result.json`.
      ValueError: it is damaged, or of another form; or a picture is missing.
    """
    path = folder / FILE
    try:
        content = json.loads(path.read_text())
        content["tables"] = [Table(**table) for table in content["tables"]]
        content["pictures"] = [Picture(**picture) for picture in content["pictures"]]
        result = Result(**content)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is no result of an experiment ({error}); expected what a script "
            "of scripts/experiments writes: run it again"
        ) from error
    for table in result.tables:
        if any(len(row) != len(table.head) for row in table.rows):
            raise ValueError(
                f"{path}: a row of {table.title!r} is not as long as its head of "
                f"{len(table.head)} columns; run the experiment again"
            )
    for picture in result.pictures:
        if not (folder / picture.file).is_file():
            raise ValueError(
                f"{folder / picture.file}: the picture of {path} is missing; run the "
                "experiment again"
            )
    return result


def read_all(folder: pathlib.Path) -> list[Result]:
    """Reads the experiments in a folder, by their numbers.

    Raises:
      OSError, ValueError: as `read`; or there is none.
    """
    found = [read(path.parent) for path in sorted(folder.glob(f"*/{FILE}"))]
    if not found:
        raise ValueError(
            f"{folder} holds no results; expected folders with {FILE}, as the scripts "
            "of scripts/experiments leave them in runs/experiments"
        )
    return sorted(found, key=lambda result: (result.number, result.name))


def as_text(result: Result) -> str:
    """Returns tables and findings for the terminal."""
    parts = [f"{result.number}. {result.title}"]
    for table in result.tables:
        parts.append(f"{table.title}\n\n{reports.markdown(table.head, table.rows)}")
    return "\n\n".join([*parts, "\n".join(f"- {text}" for text in result.findings)])
