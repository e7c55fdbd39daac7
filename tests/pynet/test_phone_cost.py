"""What a width costs as a file, and the verdict on it."""

import dataclasses

import pytest

from pynet import phone_cost

ROW = phone_cost.Row(1.0, "float32", 190.2, 4.0, 658_000_000_000, 11.0, 0.95, 80.0)


def test_rows_are_of_every_file_and_of_keras(tmp_path):
    """Catches a file of another precision, and MACs of another level."""
    precisions = ["float32", "int8_dynamic"]
    found = list(phone_cost.rows((1 / 8, 7, None), (32, 64), precisions, 1, tmp_path))
    assert [row.file for row in found] == [*precisions, "Keras"]
    assert found[0].megabytes > 2.5 * found[1].megabytes
    assert found[0].macs == found[1].macs
    assert found[0].macs == pytest.approx(1.4e6, rel=0.01)  # 8.2e9 at width 1, 512 px
    assert found[0].psnr is None
    assert all(row.cpu_seconds > 0 and row.of_keras > 0 for row in found)
    assert not list(tmp_path.iterdir())


def test_a_row_is_told_as_people_read_it():
    assert ROW.cells() == [
        "1",
        "float32",
        "190.2",
        "4.00",
        "658.0",
        "11.000",
        "0.95",
        "80.0",
    ]
    untrained = dataclasses.replace(ROW, psnr=None, macs=None)
    assert untrained.cells()[4:] == ["-", "11.000", "0.95", "-"]


def test_the_verdict_names_what_is_over_a_limit():
    """Catches limits that are never compared, and a wrong width that is judged."""
    slow = dataclasses.replace(ROW, file="int8_dynamic", bytes_a_weight=1, of_keras=0.5)
    large = dataclasses.replace(ROW, file="int8", bytes_a_weight=1.06)
    assert phone_cost.verdict([ROW, slow, large]) == (
        "Over the limit: int8_dynamic takes 0.50 of Keras, not 0.4; int8 has 1.06 "
        "bytes a weight."
    )
    assert phone_cost.verdict([ROW]) == "All 1 files of width 1 are within the limits."
    narrow = dataclasses.replace(slow, width=0.5)
    assert phone_cost.verdict([narrow]).startswith("Nothing to judge")
