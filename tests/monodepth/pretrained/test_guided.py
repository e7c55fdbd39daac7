"""The guided filter, against its formula in float64 loops."""

import numpy as np

from monodepth.pretrained import guided


def means(x):
    """Returns the means over squares, of what lies inside."""
    reach, found = guided.RADIUS, np.empty_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            rows, columns = (slice(max(0, n - reach), n + reach + 1) for n in (i, j))
            found[i, j] = x[rows, columns].mean()
    return found


def test_formula():
    """He, Sun, Tang 2013, equations 5, 6 and 8."""
    rng = np.random.default_rng(0)
    picture = rng.random((40, 56, 3), np.float32)
    picture[:, 30:] *= 0.3
    coarse = rng.random((40, 56, 1), np.float32)
    grey, p = picture.mean(-1).astype(float), coarse[..., 0].astype(float)
    slope = means(grey * p) - means(grey) * means(p)
    slope /= means(grey * grey) - means(grey) ** 2 + guided.EPSILON
    start = means(p) - slope * means(grey)
    expected = means(slope) * grey + means(start)
    found = np.asarray(guided.Guided()([coarse[None], picture[None]]))[0, ..., 0]
    np.testing.assert_allclose(found, expected, atol=2e-4)


def test_a_blurred_step_comes_to_the_edge():
    """Catches a filter that ignores its picture, or follows a flat one."""
    picture = np.zeros((1, 64, 64, 3), np.float32)
    picture[:, :, 32:] = 1
    ramp = np.clip((np.arange(64) - 24.0) / 16, 0, 1)
    coarse = np.broadcast_to(ramp, (1, 64, 64))[..., None].astype(np.float32)
    found = np.asarray(guided.Guided()([coarse, picture]))[0, 32, :, 0]
    assert (
        found[32] - found[31] > 0.4 > 0.1 > coarse[0, 32, 32, 0] - coarse[0, 32, 31, 0]
    )
    flat = np.asarray(guided.Guided()([coarse, 0 * picture + 0.5]))[0, 32, :, 0]
    assert np.abs(np.diff(flat)).max() < 0.07
