"""Formats of depth files; what they hold is the packages' tests'."""

import numpy as np
import pytest

from darkroom.depth import writing
from darkroom.io import depth_maps

ENDINGS = {"npy": "_disp.npy", "png": writing.MAP, "colour": writing.COLOURS}


def test_formats_are_some_of_the_known():
    assert writing.formats("png", ENDINGS) == ["png"]
    assert writing.formats("colour, npy", ENDINGS) == ["colour", "npy"]
    for text in ("jpg", "", "npy,"):
        with pytest.raises(ValueError, match=f"is {text}; expected .* npy,png,colour"):
            writing.formats(text, ENDINGS)


def test_a_flat_map_is_written(tmp_path):
    """Catches a division by the range 0."""
    writing.write_map(tmp_path / "a.png", np.full((4, 5), 2.0, np.float32), "1 / m")
    assert not depth_maps.stored(tmp_path / "a.png").any()
