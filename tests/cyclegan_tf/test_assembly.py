"""That each flag arrives where it acts: in a network, an optimizer, a pool, a loss."""

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import assembly, presets, train
from darkroom import cli
from darkroom.train import checkpoints, distribution

ONE = distribution.strategy("one")
SIDE = 16


@pytest.fixture(scope="module", autouse=True)
def eager():
    """A step is over before a graph of it is made."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def assembled(*line: str) -> assembly.Assembly:
    small = ("--width=0.0625", "--discriminator=patch_1layers", f"--crop_size={SIDE}")
    generator = () if "--generator=unet_32" in line else ("--generator=resnet_1blocks",)
    flags = cli.parse(train.Config, *small, *generator, *line)
    return assembly.assemble(presets.resolve(flags, 10), ONE)


def batch(channels=(3, 3, 1, 1)) -> list:
    chance = np.random.default_rng(0)
    made = [chance.uniform(-1, 1, (1, SIDE, SIDE, c)) for c in channels]
    made[2:] = [np.round((mask + 1) / 2) for mask in made[2:]]
    return [tf.constant(array, tf.float32) for array in made]


def first_terms(*line: str) -> dict[str, float]:
    """Of the first step, whose weights are the same whatever is asked for."""
    terms = assembled("--lambda_identity=0.5", *line).step(*batch())
    return {name: float(term) for name, term in terms.items()}


@pytest.fixture(scope="module")
def plain() -> dict[str, float]:
    return first_terms()


def test_a_plain_step(plain):
    generating = ("gan", "cycle", "identity")
    parts = [f"{term}_{letter}" for term in generating for letter in "ab"]
    assert plain["loss"] == pytest.approx(sum(plain[part] for part in parts))
    assert not {"mask_a", "perceptual_a"} & plain.keys()


@pytest.mark.parametrize(
    ("flag", "term", "factor"),
    [
        ("--lambda_cycle=20", "cycle_a", 2),
        ("--lambda_cycle=20", "identity_b", 2),
        ("--lambda_identity=1", "identity_a", 2),
    ],
)
def test_weights(plain, flag, term, factor):
    terms = first_terms(flag)
    assert terms[term] == pytest.approx(factor * plain[term], rel=1e-5)
    assert terms["gan_a"] == pytest.approx(plain["gan_a"], rel=1e-5)


def test_no_identity(plain):
    terms = first_terms("--lambda_identity=0")
    assert "identity_a" not in terms and terms["cycle_a"] == plain["cycle_a"]


def test_the_mask_loss_of_a_run(plain):
    terms = first_terms("--run=mask_loss")
    assert terms["mask_a"] > 0
    half = first_terms("--lambda_mask=0.5")
    assert half["mask_b"] == pytest.approx(terms["mask_b"] / 2, rel=1e-5)
    assert terms["loss"] - terms["mask_a"] - terms["mask_b"] == pytest.approx(
        plain["loss"], rel=1e-5
    )


def test_the_overlay_of_a_run(plain):
    """The person that is pasted in makes the cycle easier."""
    assert first_terms("--run=overlay")["cycle_a"] < 0.9 * plain["cycle_a"]


def test_other_losses(plain):
    assert first_terms("--loss=vanilla")["gan_a"] == pytest.approx(np.log(2), rel=0.1)
    assert "discriminator_penalty_a" in first_terms("--loss=wgan_gp")


def test_two_generator_steps():
    """And two updates in the count of its optimizer, one in that of the other."""
    made = assembled("--generator_steps=2")
    made.step(*batch())
    optimizers = made.generator_optimizer, made.discriminator_optimizer
    counts = [int(each.iterations) for each in optimizers]
    assert counts == [2, 1]


def test_the_pools():
    made = assembled("--pool_size=3")
    made.step(*batch())
    pictures, count = made.pools[1].variables
    assert tuple(pictures.shape) == (3, SIDE, SIDE, 3) and int(count) == 1
    assert np.abs(pictures - made.pools[0].variables[0]).max() > 0
    assert assembled("--pool_size=0").pools[0].variables == []
    assert {"pool_a_pictures", "pool_b_count"} <= made.state().keys()


def test_networks_as_named():
    made = assembled("--norm=batch", "--dropout", "--discriminator=pixel").networks
    card = made["generator_b"].card
    assert card["norm"] == made["discriminator_b"].card["norm"] == "batch"
    assert card["dropout"] and card["width"] == 1 / 16
    assert made["discriminator_a"].card["kind"] == "pixel_discriminator"
    both = made["generator_a"], made["generator_b"]
    kernels = [network.get_layer("last").kernel for network in both]
    assert np.abs(kernels[0] - kernels[1]).max() > 0  # no twins


def test_pix2pix():
    flags = ("--model=pix2pix", "--task=depth", "--dropout=false", "--batch_size=1")
    made = assembled(*flags, "--lambda_l1=5")
    assert made.networks["discriminator"].input.shape[-1] == 6
    terms = made.step(*batch((3, 3)))
    more = assembled(*flags, "--lambda_l1=10").step(*batch((3, 3)))
    assert float(more["l1"]) == pytest.approx(2 * float(terms["l1"]), rel=1e-5)
    unet = assembled(
        *flags, "--generator=unet_32", "--norm=batch", "--crop_size=32"
    ).networks["generator"]
    assert unet.card["downsamplings"] == 5


STATEFUL = ("--norm=batch", "--dropout", "--pool_size=2")


def test_the_state_comes_back_whole(tmp_path):
    """Catches a variable that is not saved, and two that share a name."""
    before, after = (assembled(*STATEFUL, f"--seed={seed}") for seed in (0, 1))
    state = before.state()
    for number, variable in enumerate(state.values()):
        variable.assign(np.full(variable.shape, number))
    checkpoints.save_state(tmp_path / "state.npz", 7, state)
    assert checkpoints.load_state(tmp_path / "state.npz", after.state()) == 7
    for kept, restored in zip(variables(before), variables(after), strict=True):
        np.testing.assert_array_equal(kept, restored)
    assert len(variables(before)) == len(state)
    assert "generator_b/block_1_a_dropout/chance" in state


def variables(of: assembly.Assembly) -> list:
    """With the running statistics of norms, and where each dropout stands."""
    optimizers = of.generator_optimizer, of.discriminator_optimizer
    parts = (*of.networks.values(), *optimizers, *of.pools)
    return [variable for part in parts for variable in part.variables]


def test_networks_of_another_width_are_refused(tmp_path):
    checkpoints.save_state(tmp_path / "state.npz", 7, assembled().state())
    wide = assembled("--width=0.125").state()
    with pytest.raises(ValueError, match=r"generator_a/first/kernel as \(7, 7, 3, 4\)"):
        checkpoints.load_state(tmp_path / "state.npz", wide)
