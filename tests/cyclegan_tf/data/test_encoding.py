"""Depth maps against formulas by hand and the bytes of "Bokeh Effect"."""

import numpy as np
import pytest

from cyclegan_tf.data import encoding


def test_metres_become_greys_and_metres_again():
    depth = np.array([[0.5, 2.0, 9.999, 10.0]], np.float32)
    metric = encoding.Encoding()
    grey = metric.encode(encoding.millimetres(depth))
    np.testing.assert_allclose(grey, depth / 10, rtol=1e-6)
    assert grey.dtype == np.float32
    np.testing.assert_allclose(metric.decode(grey), depth, rtol=1e-6)
    nearer = encoding.Encoding(farthest=4.0)
    np.testing.assert_allclose(
        nearer.encode(encoding.millimetres(depth)), [[0.125, 0.5, 1, 1]]
    )


def test_what_has_no_reading_is_as_far_as_the_farther_neighbour():
    """Catches: 0 painted black, which teaches that holes are near."""
    stored = np.array([[1000, 0, 3000], [2000, 2000, 0]], np.uint16)
    found = encoding.Encoding().encode(stored)
    np.testing.assert_allclose(found, [[0.1, 0.3, 0.3], [0.2, 0.2, 0.2]], rtol=1e-6)


def test_greys_without_a_unit_stay_and_are_never_metres():
    relative = encoding.fitting(np.zeros((2, 2), np.uint8))
    np.testing.assert_allclose(
        relative.encode(np.array([[0, 51, 255]], np.uint8)), [[0, 0.2, 1]]
    )
    with pytest.raises(ValueError, match="hold no metres; expected 16-bit maps"):
        relative.decode(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="holds uint8; expected 16 bits"):
        encoding.Encoding().encode(np.zeros((2, 2), np.uint8))


def test_sixteen_bits_are_metric():
    assert encoding.fitting(np.zeros((2, 2), np.uint16)).farthest == 10
    assert encoding.fitting(np.zeros((2, 2), np.uint16), 4.0).farthest == 4


def test_millimetres_round_and_stop_at_the_last():
    depth = np.array([0, 0.0004, 0.0006, 1.2346, 70.0])
    assert encoding.millimetres(depth).tolist() == [0, 0, 1, 1235, 65535]


def test_compat_is_the_projects_map_byte_for_byte(golden):
    """Catches: division by the mean, or greys cut instead of rounded."""
    found = encoding.bokeh_effect_greys(golden["classic__nyu_depth_m"])
    np.testing.assert_array_equal(found, golden["classic__nyu_png"])
    assert found.dtype == np.uint8


def test_compat_at_256_pixels_is_146_6_at_the_root_mean_square():
    depth = np.full((256, 256), 3.0)
    assert encoding.bokeh_effect_greys(depth)[0, 0] == 147
    depth[0, 0] = 6.0
    assert encoding.bokeh_effect_greys(depth)[0, 0] == 255
