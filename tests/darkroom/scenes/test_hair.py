"""darkroom.scenes.hair: a head with hair, whose alpha is partial."""

import numpy as np

from darkroom.scenes import hair, textures

TEXTURES = textures.of("test")


def test_hair_is_partly_clear_and_the_body_is_not():
    colour, alpha = hair.portrait(np.random.default_rng(1), TEXTURES, 120, 160)
    assert colour.shape == (120, 160, 3)
    assert colour.dtype == alpha.dtype == np.float32
    assert colour.min() >= 0
    assert colour.max() <= 1
    assert alpha[-1].max() == 1  # shoulders at the foot
    assert not alpha[0, 0]
    partial = (alpha > 0.02) & (alpha < 0.98)
    assert partial[:70].sum() > 3 * partial[-20:].sum()  # hair, not shoulders
    assert 0.1 < alpha.mean() < 0.7


def test_a_seed_is_a_portrait():
    one, same, other = (
        hair.portrait(np.random.default_rng(seed), TEXTURES, 60, 80)[1]
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
