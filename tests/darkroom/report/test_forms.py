"""The three forms of a report: what stands in them, and that they need nothing else."""

import base64
import dataclasses
import html.parser
import re
import shutil

import pytest

from darkroom.report import __main__ as program
from darkroom.report import latex, markdown, page, prose, results


class Reader(html.parser.HTMLParser):
    """Collects addresses and words, and whether every element that opens closes."""

    VOID = ("meta", "img", "br")

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.words = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        self.addresses += [v for k, v in attributes if k in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_needs_nothing_else(folder):
    """Catches a linked picture, a font that is fetched, and "A < B" as a tag."""
    text = page.document(results.read_all(folder), folder)
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    picture, anchors = (
        [a for a in reader.addresses if a.startswith(start)] for start in ("data:", "#")
    )
    assert anchors == ["#three"] and len(picture) + 1 == len(reader.addresses)
    kind, content = picture[0].split(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(content) == (folder / "three/three.jpg").read_bytes()
    assert not re.search(r"url\(|@import|<script|<link", text)
    assert "Is A < B?" in reader.words and 'id="three"' in text


def test_the_document_names_every_command_and_picture(folder):
    text = markdown.document(results.read_all(folder), "results")
    assert "\nscripts/experiments/three.sh --scale short    # 1.5 CPU-minutes" in text
    assert "![Depth & blur](results/three/three.jpg)" in text
    assert "- Experiment 3: A is 2 dB above B.\n" in text
    assert "of the scale short" in " ".join(text.split())
    prose_lines = [line for line in text.splitlines() if not re.match(r"[|!`]", line)]
    assert max(map(len, prose_lines)) <= markdown.WIDTH


def test_escapes_by_hand():
    """Catches a sign that LaTeX takes for its own, and a flag's two dashes as one."""
    assert latex.escape("50 % & a_b ± 1") == r"50 \% \& a\_b $\pm$ 1"
    assert latex.escape('"RMS" and "D"') == "``RMS'' and ``D''"
    assert latex.escape("--scale") == "-{}-{}scale"
    assert latex.escape("\\{") == r"\textbackslash{}\{"


@pytest.mark.skipif(
    not any(map(shutil.which, latex.PROGRAMS)), reason="no TeX is installed"
)
def test_the_article_is_typeset(folder, capsys):
    config = program.Config(results=str(folder), output=str(folder / "out"))
    program.main(config)
    assert (folder / "out/report.pdf").read_bytes().startswith(b"%PDF")
    assert "report.pdf: typeset" in capsys.readouterr().out
    article = folder / "out/report.tex"
    article.write_text(article.read_text().replace(r"\maketitle", r"\nonsense"))
    with pytest.raises(ValueError, match=r"cannot typeset .*Undefined control"):
        latex.typeset(article)


def test_without_tex_a_sentence_says_so(folder, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    program.main(program.Config(results=str(folder), output=str(folder / "out")))
    printed = capsys.readouterr().out
    assert "neither tectonic nor pdflatex is installed" in printed
    text = (folder / "out/report.tex").read_text()
    assert r"\includegraphics[width=\textwidth]{../three/three.jpg}" in text
    assert text.count(r"\begin{table}") == text.count(r"\end{table}") == 1


def test_a_whole_night_has_no_caveat(folder):
    (result,) = results.read_all(folder)
    short, missing = prose.caveats([result])
    assert "experiments 3 are of the scale short: they show how" in short
    assert "of experiments 1, 2, 4, 5, 6: what was run" in missing
    # What trains nothing has one answer, of whichever scale.
    assert "scale short" not in " ".join(
        prose.caveats([dataclasses.replace(result, number=5)])
    )
    result.settings["scale"] = "night"
    every = [dataclasses.replace(result, number=n) for n in prose.EXPERIMENTS]
    assert prose.caveats(every) == []
