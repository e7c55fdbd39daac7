"""The results as one HTML page that needs nothing else: no request leaves it."""

from __future__ import annotations

import base64
import html
import mimetypes
import pathlib
from collections.abc import Sequence

from darkroom.report import prose
from darkroom.report.results import Picture, Result, Table

STYLE = """
:root { --ink: #23262b; --soft: #667; --rule: #e2e4e8; --accent: #2b5f8a; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fdfdfc;
  font: 17px/1.6 Charter, "Iowan Old Style", Georgia, serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.2rem 5rem; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 1rem; letter-spacing: -.01em; }
h2 { font-size: 1.45rem; line-height: 1.25; margin: 3.5rem 0 .6rem; }
p, li { margin: .7rem 0; hyphens: auto; }
ul { padding-left: 1.2rem; }
.question { font-size: 1.15rem; font-style: italic; color: var(--accent); }
.small, figcaption, .title { color: var(--soft); font-size: .85rem;
  line-height: 1.45; }
nav { border: solid var(--rule); border-width: 1px 0; padding: .4rem 0;
  margin: 2rem 0; }
nav ol { margin: 0; padding-left: 1.4rem; }
nav li { margin: .25rem 0; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
code { font: .82rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  background: #f2f3f5; padding: .1rem .35rem; border-radius: 4px;
  overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: 1.4rem 0; }
table { border-collapse: collapse; width: 100%;
  font: .82rem/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums; }
.title { margin: 1.6rem 0 -.8rem; }
th { font-weight: 600; border-bottom: 1.5px solid var(--ink); vertical-align: bottom; }
th, td { padding: .32rem .55rem; text-align: right; white-space: nowrap; }
th { white-space: normal; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td { border-bottom: 1px solid var(--rule); }
figure { margin: 1.8rem 0; }
figure img { display: block; width: 100%; height: auto; border-radius: 6px; }
figcaption { margin-top: .5rem; }
@media (min-width: 62rem) { figure { margin-left: -6rem; margin-right: -6rem; }
  figcaption { margin-left: 6rem; margin-right: 6rem; } }
@media (max-width: 40rem) { body { font-size: 16px; } main { padding-top: 1.6rem; }
  h1 { font-size: 1.6rem; } table { font-size: .74rem; }
  th, td { padding: .3rem .28rem; } .scroll { overflow-x: auto; }
  .scroll img { width: auto; max-width: none; height: auto; min-width: 56rem; } }
@media print { main { max-width: none; } .wide { overflow: visible; } }
"""


def document(results: Sequence[Result], folder: pathlib.Path) -> str:
    """Returns the page.

    Args:
      results: by their numbers.
      folder: that holds the experiments' folders, with their pictures.

    Raises:
      OSError: a picture cannot be read.
    """
    contents = "".join(
        f'<li value="{result.number}"><a href="#{_escape(result.name)}">'
        f"{_escape(result.title)}</a></li>"
        for result in results
    )
    body = [
        f"<h1>{_escape(prose.TITLE)}</h1>",
        *_paragraphs(prose.INTRODUCTION),
        f"<nav><ol>{contents}</ol></nav>",
        "<h2>Methods</h2>",
        *_paragraphs([*prose.METHODS, *prose.caveats(results)]),
        *(_section(result, folder / result.name) for result in results),
        "<h2>Conclusions</h2>",
        _list(prose.conclusions(results)),
        "<h2>Sources</h2>",
        f'<div class="small">{_list(prose.SOURCES)}</div>',
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_escape(prose.TITLE)}</title>\n<style>{STYLE}</style>\n</head>\n"
        "<body>\n<main>\n" + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
    )


def _section(result: Result, folder: pathlib.Path) -> str:
    title = f"{result.number}. {_escape(result.title)}"
    parts = [
        f'<h2 id="{_escape(result.name)}">{title}</h2>',
        f'<p class="question">{_escape(result.question)}</p>',
        *_paragraphs([result.method]),
        *(_table(table) for table in result.tables),
        *(_figure(picture, folder) for picture in result.pictures),
        _list(result.findings),
        f'<p class="small"><code>{_escape(result.command)}</code><br>'
        f"{_escape(prose.cost(result))}</p>",
    ]
    return f"<section>\n{chr(10).join(parts)}\n</section>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_escape(title)}</th>' for title in table.head)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_escape(cell)}</td>' for cell in row)}</tr>"
        for row in table.rows
    )
    return (
        f'<p class="title">{_escape(table.title)}.</p><div class="wide"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _figure(picture: Picture, folder: pathlib.Path) -> str:
    kind = mimetypes.guess_type(picture.file)[0] or "image/jpeg"
    content = base64.b64encode((folder / picture.file).read_bytes()).decode()
    caption = _escape(picture.caption)
    return (
        f'<figure><div class="scroll"><img alt="{caption}" '
        f'src="data:{kind};base64,{content}"></div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _paragraphs(texts: Sequence[str]) -> list[str]:
    return [f"<p>{_escape(text)}</p>" for text in texts]


def _list(texts: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_escape(text)}</li>' for text in texts)}</ul>"


def _escape(text: str) -> str:
    return html.escape(text, quote=True)
