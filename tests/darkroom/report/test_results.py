"""What an experiment leaves, there and back; and what is not a result."""

import dataclasses
import json

import pytest

from darkroom.report import results


def changed(folder, **fields):
    path = folder / "three" / results.FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_there_and_back(folder):
    (result,) = results.read_all(folder)
    assert (result.number, result.tables[0].rows[0]) == (3, ["A", "31.5 ± 0.2"])
    results.write(result, folder / "three")
    assert results.read(folder / "three") == result


def test_they_come_by_their_numbers(folder):
    result = dataclasses.replace(results.read(folder / "three"), number=1, pictures=[])
    results.write(result, folder / "zero")
    assert [each.number for each in results.read_all(folder)] == [1, 3]


def test_what_is_no_result_is_told(folder, tmp_path):
    """Catches a table with a cell too few, which a page would show shifted."""
    changed(folder, tables=[{"title": "t", "head": ["", "a"], "rows": [["b"]]}])
    with pytest.raises(ValueError, match="not as long as its head of 2 columns"):
        results.read_all(folder)
    changed(folder, tables=[], pictures=[{"file": "gone.jpg", "caption": ""}])
    with pytest.raises(ValueError, match=r"gone\.jpg: the picture of .* is missing"):
        results.read_all(folder)
    changed(folder, colour="red")
    with pytest.raises(ValueError, match="is no result of an experiment"):
        results.read_all(folder)
    with pytest.raises(ValueError, match="holds no results; expected folders with"):
        results.read_all(tmp_path / "three" / "nothing")


def test_text_for_the_terminal(folder):
    text = results.as_text(results.read(folder / "three"))
    assert "| A   | 31.5 ± 0.2 |" in text and text.endswith("- C costs {nothing}.")
