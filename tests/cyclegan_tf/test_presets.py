"""The papers' numbers, the flags' defaults, steps and rates by hand."""

import pytest
from unset_flags import left_unset

from cyclegan_tf import networks, presets, train
from darkroom import cli


def parsed(*line: str) -> train.Config:
    return cli.parse(train.Config, *line)


def resolved(*line: str, pictures: int = 100) -> train.Config:
    presets.check(parsed(*line))
    return presets.resolve(parsed(*line), pictures)


def values(config: train.Config, *names: str) -> tuple:
    return tuple(getattr(config, name) for name in names)


def test_the_portrait_study():
    """50 + 25 epochs of 256 px out of 286, batch 1."""
    found = resolved("--data_dir=X", pictures=1000)
    assert values(found, "steps", "decay_steps", "batch_size") == (75_000, 25_000, 1)
    sizes = values(found, "load_size", "crop_size", "width")
    assert sizes == (286, 256, 1)
    names = ("generator", "discriminator", "norm", "loss", "schedule")
    assert values(found, *names) == (
        *("resnet_9blocks", "patch_3layers", "instance", "least_squares", "linear"),
    )
    weights = ("lambda_cycle", "lambda_identity", "lambda_mask", "pool_size")
    assert values(found, *weights) == (10, 0.5, 0, 50)
    assert values(found, "learning_rate", "generator_steps") == (2e-4, 1)
    assert values(found, "perceptual", "name") == ("none", "cyclegan_portrait")


def test_the_depth_projects_cyclegan():
    found = resolved("--data_dir=NYU", "--task=depth")
    weights = values(found, "lambda_cycle", "lambda_identity", "generator_steps")
    assert weights == (5, 0, 2)
    assert values(found, "learning_rate", "norm", "generator") == (
        *(1e-4, "instance", "resnet_9blocks"),
    )


def test_the_depth_projects_pix2pix():
    found = resolved("--data_dir=NYU", "--task=depth", "--model=pix2pix")
    assert values(found, "generator", "norm", "dropout", "loss") == (
        *("resnet_9blocks", "batch", True, "least_squares"),
    )
    numbers = values(found, "lambda_l1", "learning_rate", "batch_size")
    assert numbers == (5, 2e-4, 4)


def test_pix2pix_as_published():
    found = resolved("--data_dir=X", "--model=pix2pix")
    assert values(found, "generator", "norm", "dropout", "loss", "lambda_l1") == (
        *("unet_256", "batch", True, "vanilla", 100),
    )


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("plain", (0, False, "none")),
        ("mask_loss", (1, False, "keras")),
        ("overlay", (0, True, "none")),
        ("overlay_mask_loss", (0.5, True, "keras")),
    ],
)
def test_the_four_runs_are_those_of_the_losses(run, expected):
    """Those of test_cyclegan.RUNS, which the golden numbers are of."""
    found = resolved("--data_dir=X", f"--run={run}")
    assert values(found, "lambda_mask", "overlay", "perceptual") == expected
    assert found.name.removeprefix("cyclegan_portrait") in ("", f"_{run}")
    assert run in presets.PORTRAITS


def test_without_data_it_is_the_tiny_preset():
    found = resolved("--run=mask_loss")
    assert values(found, "preset", "perceptual") == ("tiny", "none")  # no download
    assert found.width < 1 and found.crop_size < 128


def test_every_preset_can_be_built_and_repeated():
    """So that the flags.txt of a run repeats it."""
    for preset in presets.PRESETS:
        for model, task in presets.PAPER:
            flags = (f"--preset={preset}", f"--model={model}", f"--task={task}")
            flags += ("--data_dir=X",)
            found = resolved(*flags)
            assert presets.resolve(found, 7) == found
            presets.check(found)
            assert presets.generator(found.generator)["kind"] in networks.KINDS
            assert presets.discriminator(found.discriminator)["kind"] in networks.KINDS


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        (["--epochs=4", "--batch_size=4"], (11, 4)),  # 11 pictures; a third falls
        (["--epochs=4", "--decay_epochs=2"], (44, 22)),
        (["--steps=9"], (9, 3)),
        (["--steps=9", "--decay_steps=0"], (9, 0)),
        (["--steps=9", "--schedule=constant"], (9, 0)),
    ],
)
def test_epochs_become_steps(line, steps):
    found = resolved("--preset=paper", *line, pictures=11)
    assert values(found, "steps", "decay_steps") == steps
    assert values(found, "epochs", "decay_epochs") == (None, None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--steps=3", "--epochs=2"], "--steps and --epochs both say"),
        (["--lambda_l1=3"], "--lambda_l1 means nothing to --model cyclegan --task"),
        (["--model=pix2pix", "--pool_size=5"], "--pool_size means nothing"),
        (["--task=depth", "--overlay"], "--overlay means nothing"),
        (["--task=depth", "--run=overlay"], "--run means nothing"),
        (["--steps=5", "--decay_steps=6"], "falls in the last 6 of only 5 steps"),
        (["--crop_size=50"], "--crop_size is 50, which .*; 64 would do"),
        (["--generator=resnet_6blocks", "--crop_size=9"], "--crop_size is 9, .* 12 w"),
        (["--generator=resnet_6blocks", "--discriminator=pixel", "--crop_size=4"], "8"),
    ],
)
def test_flags_that_do_not_go_together(line, said):
    with pytest.raises(ValueError, match=said):
        resolved(*line)


def test_what_is_given_stays():
    line = ("--run=mask_loss", "--lambda_mask=3", "--width=0.5", "--name=mine")
    found = resolved(*line)
    assert values(found, "lambda_mask", "width", "name") == (3, 0.5, "mine")


@pytest.mark.parametrize("preset", presets.PRESETS)
def test_every_flag_gets_a_value_where_it_means_something(preset):
    """Catches a new flag that the presets forget."""
    unset = []
    for model, task in presets.PAPER:
        which = f"--preset={preset}", f"--model={model}", f"--task={task}"
        found = resolved(*which, "--data_dir=X")
        assert not left_unset(found)
        unset.append({name for name, value in vars(found).items() if value is None})
    places, became_steps = {"from_weights", "cache"}, {"epochs", "decay_epochs"}
    assert set.intersection(*unset) == places | became_steps


def test_names_of_networks():
    assert presets.generator("resnet_6blocks") == {
        "kind": "resnet_generator",
        "blocks": 6,
    }
    assert presets.generator("unet_128")["downsamplings"] == 7
    assert presets.discriminator("patch_2layers")["layers"] == 2
    assert presets.discriminator("pixel") == {"kind": "pixel_discriminator"}


@pytest.mark.parametrize(
    "name", ["unet_100", "unet_16", "unet_0", "resnet_0blocks", "x"]
)
def test_names_of_no_generator(name):
    with pytest.raises(ValueError, match=f"--generator is {name}; expected resnet_9"):
        presets.generator(name)


def test_names_of_no_discriminator():
    with pytest.raises(ValueError, match="--discriminator is patch_0layers; expected"):
        presets.discriminator("patch_0layers")
