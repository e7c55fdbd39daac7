"""The results as an article in LaTeX, and as a PDF where TeX is installed."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
from collections.abc import Sequence

from darkroom.report import prose
from darkroom.report.results import Picture, Result, Table

PROGRAMS = ("tectonic", "pdflatex")  # the first that is installed typesets
_SECONDS = 300
# Of LaTeX's base and recommended packages only; without Latin Modern, the old fonts:
# T1's would be bitmaps.
HEAD = r"""\documentclass[10pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
\usepackage[margin=22mm]{geometry}
\usepackage{graphicx}
\usepackage{booktabs}
\usepackage[hidelinks]{hyperref}
\setlength{\parskip}{3pt}
\setlength{\emergencystretch}{3em}
\sloppy
\renewcommand{\floatpagefraction}{0.85}
\renewcommand{\topfraction}{0.9}
\renewcommand{\textfraction}{0.08}
"""
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
    "×": r"$\times$",
    "−": "--",
    "-": "-{}",  # else two make a dash of a flag
}
_WIDE = 6  # columns, from which a table is set smaller


def document(results: Sequence[Result], pictures: str) -> str:
    """Returns the article.

    Args:
      results: by their numbers.
      pictures: where the experiments' folders are, as seen from the article.
    """
    body = [
        rf"\title{{{escape(prose.TITLE)}}}",
        r"\author{Darkroom}",
        r"\date{}",
        r"\begin{document}",
        r"\maketitle",
        r"\section{Introduction}",
        *map(escape, prose.INTRODUCTION),
        r"\section{Methods}",
        *map(escape, [*prose.METHODS, *prose.caveats(results)]),
        r"\section{Results}",
        *(_section(result, pictures) for result in results),
        r"\section{Conclusions}",
        _items("itemize", prose.conclusions(results)),
        r"\section*{Sources}",
        r"{\small",
        _items("itemize", prose.SOURCES),
        "}",
        r"\end{document}",
    ]
    return HEAD + "\n\n".join(body) + "\n"


def escape(text: str) -> str:
    """Returns text as LaTeX prints it, with quotes that open and close."""
    found, is_open = [], False
    for letter in text:
        if letter == '"':
            found.append("''" if is_open else "``")
            is_open = not is_open
        else:
            found.append(_SPECIAL.get(letter, letter))
    return "".join(found)


def _section(result: Result, pictures: str) -> str:
    # Underscores of commands and paths may end a line.
    command = escape(result.command).replace(r"\_", r"\_\allowbreak{}")
    parts = [
        rf"\subsection{{{escape(result.title)}}}",
        rf"\emph{{{escape(result.question)}}}",
        escape(result.method),
        *(_table(table) for table in result.tables),
        *(_figure(picture, f"{pictures}/{result.name}") for picture in result.pictures),
        _items("itemize", result.findings),
        rf"{{\footnotesize \texttt{{{command}}}: {escape(prose.cost(result))}.}}",
    ]
    return "\n\n".join(parts)


def _table(table: Table) -> str:
    columns = "l" + "r" * (len(table.head) - 1)
    lines = [" & ".join(map(escape, row)) + r" \\" for row in table.rows]
    size = r"\footnotesize" if len(table.head) > _WIDE else r"\small"
    tabular = "\n".join(
        [
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            " & ".join(map(escape, table.head)) + r" \\",
            r"\midrule",
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
        ]
    )
    # \resizebox would enlarge small tables, too: only what is too wide shrinks.
    fitted = (
        rf"\sbox0{{{tabular}}}\ifdim\wd0>\textwidth\resizebox{{\textwidth}}{{!}}"
        r"{\usebox0}\else\usebox0\fi"
    )
    return "\n".join(
        [
            r"\begin{table}[htbp]",
            r"\centering",
            rf"\caption{{{escape(table.title)}.}}",
            size,
            fitted,
            r"\end{table}",
        ]
    )


def _figure(picture: Picture, folder: str) -> str:
    return "\n".join(
        [
            r"\begin{figure}[htbp]",
            r"\centering",
            rf"\includegraphics[width=\textwidth]{{{folder}/{picture.file}}}",
            rf"\caption{{{escape(picture.caption)}}}",
            r"\end{figure}",
        ]
    )


def _items(kind: str, texts: Sequence[str]) -> str:
    lines = "\n".join(rf"\item {escape(text)}" for text in texts)
    return f"\\begin{{{kind}}}\n{lines}\n\\end{{{kind}}}"


def typeset(article: pathlib.Path) -> pathlib.Path | None:
    """Typesets an article beside itself.

    Returns:
      The PDF; None where no TeX is installed.

    Raises:
      ValueError: TeX fails; its log says where.
    """
    program = next((name for name in PROGRAMS if shutil.which(name)), None)
    if program is None:
        return None
    command = [program, article.name]
    if program == "pdflatex":  # twice, for the numbers of tables and figures
        command[1:1] = ["-interaction=nonstopmode", "-halt-on-error"]
    for _ in range(1 if program == "tectonic" else 2):
        try:
            found = subprocess.run(
                command,
                cwd=article.parent,
                capture_output=True,
                timeout=_SECONDS,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            raise ValueError(
                f"{program} was still at {article} after {_SECONDS} seconds; typeset "
                "it by hand"
            ) from None
        if found.returncode:
            said = found.stdout.decode(errors="replace").splitlines()
            wrong = [line for line in said if line.startswith(("!", "error"))]
            raise ValueError(
                f"{program} cannot typeset {article}: "
                f"{wrong[0] if wrong else 'see its log beside it'}"
            )
    return article.with_suffix(".pdf")
