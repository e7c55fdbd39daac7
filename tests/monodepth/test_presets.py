"""The paper's numbers, the flags' defaults, the learning rate by hand."""

import numpy as np
import pytest
from unset_flags import left_unset

from darkroom import cli
from monodepth import presets, train


def filled(*line: str, pairs: int = 100) -> train.Config:
    return presets.resolve(cli.parse(train.Config, *line), pairs)


def test_the_papers_training():
    """Godard et al. 2017, section 4: 50 epochs of 29,000 pairs, eight a step."""
    found = filled("--data_dir=KITTI", pairs=29_000)
    assert (found.preset, found.encoder, found.width) == ("paper", "vgg", 1.0)
    assert (found.size, found.batch_size, found.steps) == ("256x512", 8, 181_250)
    assert (found.learning_rate, found.schedule) == (1e-4, "halved")
    assert (found.precision, found.smoothness) == ("float32", "horizontal")
    assert found.edges == "black"


def test_without_data_it_is_the_tiny_preset():
    found = filled(pairs=200)
    assert (found.preset, found.width) == ("tiny", presets.TINY.width)
    assert found.steps == presets.TINY.epochs * 200 / presets.TINY.batch_size


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        (["--epochs=2", "--batch_size=4"], 6),  # 22 pairs: five steps and a half
        (["--steps=3", "--batch_size=4"], 3),
        (["--epochs=1", "--batch_size=100"], 1),
    ],
)
def test_epochs_become_steps(line, steps):
    """Catches whole passes that are cut short, and a preset that overrules --steps."""
    ready = filled(*line, pairs=11)
    assert (ready.steps, ready.epochs) == (steps, None)
    assert presets.resolve(ready, 11) == ready  # so its flags.txt repeats it


def test_what_is_given_stays():
    found = filled("--preset=tiny", "--data_dir=KITTI", "--width=0.25", "--size=64x128")
    assert (found.preset, found.width, found.size) == ("tiny", 0.25, "64x128")
    assert not left_unset(found) and found.epochs is None  # they became steps


def test_two_lengths_are_refused():
    with pytest.raises(ValueError, match="--steps 3 and --epochs 2 both say how long"):
        filled("--steps=3", "--epochs=2")


def test_the_halved_rate():
    """A fifth of the steps each with a half and a quarter (section 4)."""
    config = filled("--data_dir=KITTI", "--steps=10", "--learning_rate=0.5")
    optimizer = presets.optimizer(config)
    rate = [float(optimizer._learning_rate(step)) for step in range(10)]
    # The step that ends a part still has its rate, as in TensorFlow 1.
    np.testing.assert_allclose(rate, 7 * [0.5] + 2 * [0.25] + [0.125])
    assert optimizer.epsilon == 1e-8 and optimizer.global_clipnorm is None


def test_the_constant_rate():
    constant = presets.optimizer(filled("--schedule=constant", "--learning_rate=0.5"))
    assert float(constant.learning_rate) == 0.5
