"""What is measured, and beside which numbers."""

import numpy as np
import pytest

from benchmarks.monodepth import cost

SMALL = {"size": (128, 128), "width": 1 / 16}


def test_measurements_meet_the_original():
    """Catches numbers of the other encoder or batch."""
    found = {row.name: row.original for row in cost.measurements(["float32"])}
    assert found == {
        "step, vgg, 2 x 256x512, float32": (1.18, 2.0),
        "step, vgg, 8 x 256x512, float32": (4.65, 3.7),
        "step, resnet50, 2 x 256x512, float32": (1.73, None),
        "prediction, vgg, 2 x 256x512, float32": (0.28, None),
    }


@pytest.mark.parametrize("changed", [{"size": (128, 256)}, {"width": 0.5}])
def test_no_original_for_another_size_or_width(changed):
    rows = cost.measurements(["bfloat16"], **changed)
    assert {row.original.cpu_seconds for row in rows} == {None}


def test_jobs_are_what_they_say():
    terms = cost.prepared(cost.Job("step", "vgg", 3, **SMALL))()
    assert terms["loss"] > 0
    found = cost.prepared(cost.Job("prediction", "vgg", 2, **SMALL))()
    assert isinstance(found, np.ndarray)
    assert found.shape == (2, 128, 128, 2)
    with pytest.raises(ValueError, match="multiples of 128"):
        cost.prepared(cost.Job("step", "vgg", 1, size=(100, 128)))
