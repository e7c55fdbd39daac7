"""What is measured in scenes, cell by cell."""

import numpy as np

from monodepth import probe, truth


def test_cells():
    """By hand: means of what is known, over the width; too little is nothing."""
    shift = np.array([[2.0, 4, 6, 0], [2, 0, 0, 0]])
    known = truth.Truth(shift, shift > 0, focal=1.0)
    disparity, counted = probe.averaged(known, (1, 2))
    np.testing.assert_allclose(disparity[0], [(2 + 4 + 2) / 3 / 4, 6 / 4], rtol=1e-6)
    assert counted.tolist() == [[True, False]]
