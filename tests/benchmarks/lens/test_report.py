"""Everything that is measured stands in one dictionary."""

import pytest

from benchmarks.lens import cost, renderers, report


@pytest.fixture(autouse=True)
def one_renderer(monkeypatch) -> None:
    among = {"same": lambda photo, disparity, focus, radius: photo}
    monkeypatch.setattr(renderers, "ALL", among)


def test_every_set_and_property_is_there(shot) -> None:
    found = report.report({"a": [shot], "b": [shot, shot]}, 0)
    assert set(found) == {"sets", "energy", "identity"}
    assert set(found["sets"]) == {"a", "b"}
    assert set(found["energy"]) == {"same"}


def test_costs_are_measured_as_often_as_asked(shot, monkeypatch) -> None:
    """Catches costs that are lost, or measured another number of times."""
    monkeypatch.setattr(cost, "measure", lambda repeats: {"seconds": repeats})
    assert report.report({"a": [shot]}, 3)["seconds"] == 3
