"""All renderers on a set: rows by shot, means over what has a score."""

import numpy as np
import pytest

from benchmarks.lens import comparison


def row(**named) -> dict:
    return {"psnr": 30.0, "lights": None, "energy": 0.01, **named}


def test_means_leave_out_what_has_no_score() -> None:
    """Catches None as 0, and errors of energy that cancel."""
    rows = [row(psnr=20.0, lights=12.0), row(energy=-0.03)]
    means = comparison.summary(rows)
    assert means == pytest.approx(
        {"psnr": 25.0, "lights": 12.0, "energy": 0.02, "worst": 20.0}
    )
    assert comparison.summary([row()])["lights"] is None


def test_each_renderer_has_its_own_rows(shot) -> None:
    """Catches the truth compared with itself, and floats taken for uint8."""
    among = {
        "same": lambda photo, disparity, focus, radius: photo,
        "dark": lambda photo, disparity, focus, radius: photo / np.float32(510),
    }
    found = comparison.compare([shot], among, "a set")
    assert found["same"]["shots"]["scene/0"]["psnr"] == 100
    assert found["dark"]["mean"]["worst"] < 15
    assert found["dark"]["mean"]["milliseconds"] >= 0
