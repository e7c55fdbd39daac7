"""What is measured, and beside which numbers."""

import pytest

from benchmarks.cyclegan import cost


def test_measurements_meet_the_original():
    rows = cost.measurements([128, 256, 64], ["float32", "bfloat16"])
    assert [row.original.cpu_seconds for row in rows] == [
        *(2.7, 2.7, 10.9, 10.9),
        *(None, None),
    ]
    assert rows[3].name == "CycleGAN step, ResNet-9, 1 x 256x256, bfloat16"
    assert rows[3].job == cost.Job(256, "bfloat16")
    (other,) = cost.measurements([128], ["float32"], width=0.5)
    assert other.original.cpu_seconds is None


def test_the_step_is_the_training_s():
    """Catches a step without identities, or of another run of the portrait study."""
    small = cost.Job(32, width=1 / 16, generator="resnet_1blocks")
    terms = cost.prepared(small)()
    assert {"gan_a", "cycle_b", "identity_a", "discriminator_b", "loss"} <= terms.keys()
    assert not any(name.startswith(("mask", "perceptual")) for name in terms)
    with pytest.raises(ValueError, match="expected a multiple of 1/64"):
        cost.prepared(cost.Job(32, width=0.3))
