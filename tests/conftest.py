"""What tests of several packages use."""

from __future__ import annotations

import pathlib

import pytest

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The folder with the original programs' numbers and real pictures."""
    folder = ROOT.parent / "shared"
    if not (folder / "golden").is_dir():
        pytest.skip(f"{folder} is missing: golden numbers and real pictures are there")
    return folder
