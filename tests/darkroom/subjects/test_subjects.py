"""The package's names are there, and come from the modules that define them."""

import pytest

from darkroom import subjects


def test_every_public_name_is_found():
    for name in subjects.__all__:
        assert getattr(subjects, name).__name__ == name
    assert set(subjects._HOMES) == set(subjects.__all__)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute nose"):
        _ = subjects.nose
