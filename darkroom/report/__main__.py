"""Gathers the experiments' numbers and pictures into a page and an article.

  python -m darkroom.report
  python -m darkroom.report --results runs/experiments/night --output runs/report
  python -m darkroom.report --markdown docs/results.md

Writes report.html, one page that needs nothing else, and report.tex, which becomes
report.pdf where pdflatex or tectonic is installed; with --markdown the document of that
name, and nothing else. The experiments are in scripts/experiments.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib

from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of darkroom.report."""

    results: str = cli.flag(
        "docs/results", "the experiments' folders, as scripts/experiments leave them"
    )
    output: str = cli.flag("runs/report", "folder for report.html, .tex and .pdf")
    markdown: str | None = cli.flag(
        None, "the document to write instead, such as docs/results.md"
    )


def main(config: Config) -> None:
    """Reads the results and writes the report."""
    from darkroom.io import saving
    from darkroom.report import latex, markdown, page, results

    folder = pathlib.Path(config.results)
    found = results.read_all(folder)

    def write(path: pathlib.Path, text: str) -> None:
        saving.write(path, lambda to: to.write_text(text, encoding="utf-8"))
        print(f"{path}: {len(found)} experiments")

    if config.markdown:
        document = pathlib.Path(config.markdown)
        pictures = os.path.relpath(folder, document.parent)
        write(document, markdown.document(found, pictures))
        return
    output = pathlib.Path(config.output)
    write(output / "report.html", page.document(found, folder))
    article = output / "report.tex"
    write(article, latex.document(found, os.path.relpath(folder, output)))
    pdf = latex.typeset(article)
    if pdf is None:
        programs = " nor ".join(latex.PROGRAMS)
        print(f"neither {programs} is installed, so {article} is not typeset")
    else:
        print(f"{pdf}: typeset")


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
