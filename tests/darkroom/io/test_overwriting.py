"""Files are kept."""

import pytest

from darkroom.io import overwriting


def test_a_file_is_replaced_only_if_that_is_allowed(tmp_path):
    path = tmp_path / "a.jpg"
    overwriting.check(path, False)
    path.touch()
    with pytest.raises(ValueError, match=r"a\.jpg is there already; pass --overwrite"):
        overwriting.check(path, False)
    overwriting.check(path, True, "", "prior", tmp_path / "b.jpg")


def test_what_it_is_made_from_is_never_replaced(tmp_path):
    """Catches a photo that is replaced through another spelling of its path."""
    path = tmp_path / "a.jpg"
    path.touch()
    (tmp_path / "link.jpg").symlink_to(path)
    for other in (path, tmp_path / ".." / tmp_path.name / "a.jpg"):
        with pytest.raises(ValueError, match="replace what it is made from"):
            overwriting.check(tmp_path / "link.jpg", True, "", str(other))
