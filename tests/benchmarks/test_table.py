"""Cells, limits and the sentence on them."""

import math

import pytest

from benchmarks import table


def test_what_was_not_measured_is_a_dash():
    assert [table.number(1.25, 1), table.number(None, 1)] == ["1.2", "-"]


def test_a_limit_is_met_at_its_bound():
    assert table.Limit("", 38.0, 38, True).met
    assert table.Limit("", 37.9, 38, True).met is False
    assert table.Limit("", 1.1, 1.1).met
    assert table.Limit("", 1.2, 1.1).met is False
    assert table.Limit("", math.nan, 1.1).met is False
    assert table.Limit("", None, 1.1).met is None


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ([], "Nothing to judge: no limit is of what was measured."),
        (
            [table.Limit("a", 1.0, 2), table.Limit("b", None, 2)],
            "All 1 limits are kept.",
        ),
        (
            [table.Limit("a", 3.14159, 3), table.Limit("b", 1, 2, True)],
            "2 of 2 limits missed: a: 3.142, expected at most 3; b: 1, expected at "
            "least 2.",
        ),
    ],
)
def test_the_verdict_names_what_is_missed(limits, sentence):
    assert table.verdict(limits) == sentence
