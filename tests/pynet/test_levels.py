"""The tables of the paper, the flags' defaults, the learning rate by hand."""

import numpy as np
import pytest
from unset_flags import left_unset

from darkroom import cli
from pynet import levels, train


def resolved(*line: str) -> train.Config:
    return levels.resolve(cli.parse(train.Config, *line))


def test_the_papers_stages():
    """Steps and batch sizes of levels 7 to 1 (Ignatov et al. 2020, section 4)."""
    steps = [5_000, 5_000, 20_000, 20_000, 30_000, 80_000, 100_000]
    batches = [50, 50, 40, 14, 9, 9, 5]
    for level, count, size in zip(range(7, 0, -1), steps, batches, strict=True):
        found = resolved("--data_dir=EBB", f"--level={level}", "--vgg=none")
        assert (found.steps, found.batch_size) == (count, size)
        assert not left_unset(found)
        assert (found.preset, found.width, found.patch_size) == ("paper", 1.0, 512)
        assert (found.learning_rate, found.schedule) == (5e-5, "constant")
        assert (found.start, found.precision) == ("paper", "float32")


def test_without_data_it_is_the_tiny_preset():
    for level in range(1, 8):
        found = resolved(f"--level={level}")
        assert (found.preset, found.start, found.vgg) == ("tiny", "identity", "none")
        assert found.steps == levels.TINY.stages[level].steps
        assert not left_unset(found)


def test_what_is_given_stays():
    line = "--preset=tiny", "--data_dir=EBB", "--steps=3", "--width=0.125"
    found = resolved(*line, "--start=paper", "--seed=4")
    assert (found.preset, found.data_dir) == ("tiny", "EBB")
    assert (found.steps, found.width, found.start) == (3, 0.125, "paper")
    assert found.batch_size == levels.TINY.stages[7].batch_size
    assert not left_unset(found)
    assert levels.resolve(found) == found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--joint"], r"--level is 7; pass --level 1 --joint"),
        (["--preset=paper", "--level=1"], r"needs VGG-19 .* --vgg none \(L1 and SSIM"),
        (
            ["--batch_size=6", "--accumulate=4"],
            r"6 does not divide into --accumulate 4",
        ),
        (
            ["--vgg=nowhere.mat"],
            r"--vgg nowhere\.mat is no file; expected imagenet-vgg",
        ),
        (["--patch_size=100"], r"--patch_size is 100; expected a multiple of 32"),
    ],
)
def test_flags_that_cannot_go_together(line, said):
    with pytest.raises(ValueError, match=said):
        resolved(*line)


def test_the_constant_rate():
    optimizer = levels.optimizer(resolved("--data_dir=EBB"))
    assert float(optimizer.learning_rate) == pytest.approx(5e-5)
    assert optimizer.global_clipnorm is None


def test_the_rate_that_stays_after_a_warm_up():
    """However long the run is made."""
    config = resolved("--schedule=warmup", "--learning_rate=0.5", "--ema=0.9")
    optimizer = levels.optimizer(config)
    half = levels.WARMUP // 2
    rate = [float(optimizer._learning_rate(n)) for n in (0, half, 2 * half, 10**6)]
    np.testing.assert_allclose(rate, [0, 0.25, 0.5, 0.5], atol=1e-6)
    assert optimizer.global_clipnorm == 10
    assert (optimizer.use_ema, optimizer.ema_momentum) == (True, 0.9)


def test_the_cosine_rate():
    """With the gradient's norm clipped, by each device to its share."""
    config = resolved("--schedule=cosine", "--learning_rate=0.5", "--steps=200")
    optimizer = levels.optimizer(config)
    rate = [float(optimizer._learning_rate(step)) for step in (0, 10, 20, 110, 200)]
    np.testing.assert_allclose(rate, [0, 0.25, 0.5, 0.2525, 0.005], atol=1e-6)
    assert optimizer.global_clipnorm == 10
    assert levels.optimizer(config, replicas=4).global_clipnorm == 2.5
