"""Augmented samples: only the depth is wrong, both pictures change alike."""

import numpy as np

from pynet import augmentation


def sample(side: int = 64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    rgb = rng.uniform(0.2, 0.7, (side, side, 3)).astype(np.float32)
    depth = np.full((side, side), 0.2, np.float32)
    depth[:, side // 2 :] = 0.8
    return rgb, depth, np.repeat(np.repeat(rgb, 2, 0), 2, 1)


def test_shapes_types_and_range_stay() -> None:
    for seed in range(60):
        parts = sample()
        changed = augmentation.augmented(np.random.default_rng(seed), *parts)
        for before, after in zip(parts, changed, strict=True):
            assert after.shape == before.shape
            assert after.dtype == np.float32
            assert 0 <= after.min() <= after.max() <= 1


def test_the_same_numbers_give_the_same_sample() -> None:
    one, other = (
        augmentation.augmented(np.random.default_rng(3), *sample()) for _ in range(2)
    )
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def test_photo_and_target_keep_one_exposure() -> None:
    """Catches a network that has to guess how bright the target is."""
    brighter = 0
    for seed in range(40):
        rgb, _, target = augmentation.augmented(np.random.default_rng(seed), *sample())
        np.testing.assert_allclose(rgb.mean((0, 1)), target.mean((0, 1)), atol=1e-3)
        brighter += abs(rgb.mean() / sample()[0].mean() - 1) > 0.02
    assert 5 < brighter < 30


def test_the_depth_is_wrong_at_its_edges_and_right_elsewhere() -> None:
    wrong = []
    for seed in range(40):
        depth = augmentation.wrong_depth(np.random.default_rng(seed), sample()[1])
        error = np.abs(depth - sample()[1])
        wrong.append(error[:, 28:36].max())
        assert error[:, :16].max() < 0.08 and error[:, -16:].max() < 0.08
    assert np.mean(np.array(wrong) > 0.1) > 0.5
