"""Wrong depth: what each fault does, and that only the renderer is told of it."""

import numpy as np
import pytest

from benchmarks.lens import renderers, wrong_depth


def square() -> np.ndarray:
    disparity = np.full((32, 40), 0.2, np.float32)
    disparity[10:20, 12:24] = 0.8
    return disparity


@pytest.mark.parametrize(
    ("fault", "columns"),
    [("shifted by 2", (14, 26)), ("eroded by 3", (15, 21)), ("dilated by 3", (9, 27))],
)
def test_where_the_square_lies(fault, columns) -> None:
    told = wrong_depth.FAULTS[fault](square())
    near = np.flatnonzero(told[15] > 0.5)
    assert (near[0], near[-1] + 1) == columns


def test_eight_bits_and_a_quarter_keep_what_is_flat() -> None:
    for fault in ("8 bits", "quarter size", "blurred, sigma 4"):
        told = wrong_depth.FAULTS[fault](square())
        assert told.dtype == np.float32
        assert told.shape == (32, 40)
        assert told[0, 0] == pytest.approx(0.2, abs=1e-3)
    assert len(np.unique(wrong_depth.quarter_size(square()))) > 3
    assert not np.isin(0.21, wrong_depth.eight_bits(np.float32([[0.21]])))


def test_only_what_looks_at_the_depth_loses(shot) -> None:
    """Catches a truth, or edges, that follow the wrong disparity."""
    among = {
        "untouched": renderers.untouched,
        "blind": lambda photo, disparity, focus, radius: photo // 2,
        "looks": lambda photo, disparity, focus, radius: np.where(
            (disparity > 0.5)[..., None], photo, photo // 2
        ),
    }
    lost = wrong_depth.losses([shot], among)
    assert list(lost) == list(wrong_depth.FAULTS)
    assert list(lost["8 bits"]) == ["blind", "looks"]
    for of in lost.values():
        assert of["blind"] == {"psnr": 0, "edges": 0}
    assert lost["eroded by 3"]["looks"]["edges"] > 0.05
    assert lost["8 bits"]["looks"]["psnr"] == 0
