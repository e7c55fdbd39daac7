"""Scores as JSON and as tables."""

import json
import math

import pytest

from darkroom.metrics import reports


def test_what_json_has_not_becomes_null(tmp_path):
    content = {"a": [1.5, math.inf, {"b": math.nan}], "c": "inf", "d": -math.inf}
    reports.write(tmp_path / "new" / "scores.json", content)
    text = (tmp_path / "new" / "scores.json").read_text()
    assert json.loads(text) == {"a": [1.5, None, {"b": None}], "c": "inf", "d": None}
    assert text.endswith("}\n")


def test_a_mean_is_over_the_rows_that_have_the_score():
    rows = [{"psnr": 20.0, "ms_ssim": 0.5}, {"psnr": 30.0}]
    assert reports.mean_scores(rows) == {"psnr": 25.0, "ms_ssim": 0.5}
    assert reports.mean_scores([]) == {}


def test_columns_stand_under_their_names():
    rows = {
        "the network": {"psnr": 27.5, "ssim": 0.91234},
        "untouched photo": {"psnr": 9.0, "ssim": 0.8},
    }
    assert reports.columns(rows).splitlines() == [
        "                      psnr     ssim",
        "the network        27.5000   0.9123",
        "untouched photo     9.0000   0.8000",
    ]


def test_columns_grow_with_long_names_and_say_what_is_missing():
    """Catches columns that run into one another, and a missing score that fails."""
    rows = {"a": {"end_point_error": 1.0, "d1": 2.0}, "b": {"d1": 3.0}}
    assert reports.columns(rows, digits=1).splitlines() == [
        "     end_point_error               d1",
        "a                1.0              2.0",
        "b                  -              3.0",
    ]


def test_markdown():
    assert reports.markdown(("a", "b"), [(1, "x"), (2, "-")]).splitlines() == [
        "| a   |   b |",
        "| --- | --: |",
        "| 1   |   x |",
        "| 2   |   - |",
    ]


def test_a_file_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="file is a file; expected a folder"):
        reports.write(tmp_path / "file" / "scores.json", {})
