"""The tables of the paper, the flags' defaults, and the losses by hand."""

import dataclasses

import numpy as np
import pytest

from darkroom import command, metrics
from pynet import levels, train


def filled(*line: str) -> train.Config:
    return levels.fill_in(command.parse(train.Config, *line))


def test_the_papers_stages():
    """Steps and batch sizes of levels 7 to 1 (Ignatov et al. 2020, section 4)."""
    steps = [5_000, 5_000, 20_000, 20_000, 30_000, 80_000, 100_000]
    batches = [50, 50, 40, 14, 9, 9, 5]
    for level, count, size in zip(range(7, 0, -1), steps, batches, strict=True):
        found = filled("--data_dir=EBB", f"--level={level}", "--vgg=none")
        assert (found.steps, found.batch_size) == (count, size)
        assert (found.preset, found.width, found.patch_size) == ("paper", 1.0, 512)
        assert (found.learning_rate, found.schedule) == (5e-5, "constant")
        assert (found.start, found.precision) == ("paper", "float32")


def test_without_data_it_is_the_tiny_preset():
    for level in range(1, 8):
        found = filled(f"--level={level}")
        assert (found.preset, found.start, found.vgg) == ("tiny", "identity", "none")
        assert found.steps == levels.TINY.stages[level].steps


def test_what_is_given_stays():
    line = "--preset=tiny", "--data_dir=EBB", "--steps=3", "--width=0.125"
    found = filled(*line, "--start=paper", "--seed=4")
    assert (found.preset, found.data_dir) == ("tiny", "EBB")
    assert (found.steps, found.width, found.start) == (3, 0.125, "paper")
    assert found.batch_size == levels.TINY.stages[7].batch_size
    assert None not in {
        value
        for name, value in dataclasses.asdict(found).items()
        if name not in ("data_dir", "from_weights", "without_filters_of")
    }
    assert levels.fill_in(found) == found


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
        filled(*line)


CHANCE = np.random.default_rng(2)
TRUTH = CHANCE.random((2, 14, 20, 3), np.float32)
PREDICTION = CHANCE.random((2, 14, 20, 3), np.float32)


@pytest.mark.parametrize("level", [7, 4, 2])
def test_the_loss_of_coarse_levels_by_hand(level):
    """100 L1, and no SSIM, for which they may be too small."""
    terms = levels.loss(level)(TRUTH, PREDICTION)
    l1 = np.mean(np.abs(TRUTH - PREDICTION))
    mse = np.mean((TRUTH - PREDICTION) ** 2)
    found = {name: float(term) for name, term in terms.items()}
    expected = {"loss": 100 * l1, "l1": l1, "mse": mse}
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("content", [False, True])
def test_the_loss_of_level_1_by_hand(content):
    """10 L1 + 10 (1 - SSIM), and a tenth of the features' squared difference."""
    features = (lambda picture: 255 * picture[:, ::2, ::2]) if content else None
    terms = levels.loss(1, features)(TRUTH, PREDICTION)
    l1 = np.mean(np.abs(TRUTH - PREDICTION))
    structural = 1 - np.mean(np.array(metrics.ssim(TRUTH, PREDICTION)))
    total = 10 * l1 + 10 * structural
    expected = {"l1": l1, "structural": structural}
    expected["mse"] = np.mean((TRUTH - PREDICTION) ** 2)
    if content:
        difference = 255 * (TRUTH - PREDICTION)[:, ::2, ::2]
        expected["content"] = np.mean(difference**2)
        total += 0.1 * expected["content"]
    found = {name: float(term) for name, term in terms.items()}
    assert found == pytest.approx({"loss": total, **expected}, rel=1e-4)


def test_lpips_joins_level_1_s_loss_with_its_weight():
    def distance(truth, prediction):
        return np.float32([0.25, 0.75])

    plain = levels.loss(1)(TRUTH, PREDICTION)
    more = levels.loss(1, distance=distance, weight=3.0)(TRUTH, PREDICTION)
    assert float(more["lpips"]) == 0.5
    assert float(more["loss"]) == pytest.approx(float(plain["loss"]) + 1.5, rel=1e-6)


def test_the_constant_rate():
    optimizer = levels.optimizer(filled("--data_dir=EBB"))
    assert float(optimizer.learning_rate) == pytest.approx(5e-5)
    assert optimizer.global_clipnorm is None


def test_the_rate_that_stays_after_a_warm_up():
    """However long the run is made."""
    config = filled("--schedule=warmup", "--learning_rate=0.5", "--ema=0.9")
    optimizer = levels.optimizer(config)
    half = levels.WARMUP // 2
    rate = [float(optimizer._learning_rate(n)) for n in (0, half, 2 * half, 10**6)]
    np.testing.assert_allclose(rate, [0, 0.25, 0.5, 0.5], atol=1e-6)
    assert optimizer.global_clipnorm == 10
    assert (optimizer.use_ema, optimizer.ema_momentum) == (True, 0.9)


def test_the_cosine_rate():
    """With the gradient's norm clipped, by each device to its share."""
    config = filled("--schedule=cosine", "--learning_rate=0.5", "--steps=200")
    optimizer = levels.optimizer(config)
    rate = [float(optimizer._learning_rate(step)) for step in (0, 10, 20, 110, 200)]
    np.testing.assert_allclose(rate, [0, 0.25, 0.5, 0.2525, 0.005], atol=1e-6)
    assert optimizer.global_clipnorm == 10
    assert levels.optimizer(config, replicas=4).global_clipnorm == 2.5
