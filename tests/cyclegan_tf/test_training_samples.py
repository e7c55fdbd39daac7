"""The samples that the flags ask for."""

import numpy as np
import pytest

from cyclegan_tf import folders, presets, session, train
from cyclegan_tf.data import samples
from darkroom import cli
from darkroom.io import images


@pytest.fixture
def depths(tmp_path):
    """Three pairs; the maps hold millimetres."""
    for number in range(3):
        photo = np.full((20, 20, 3), 50 * number, np.uint8)
        images.write(tmp_path / "train" / "photo" / f"{number}.png", photo)
        depth = np.full((20, 20), 1000 * number + 1000, np.uint16)
        images.write(tmp_path / "train" / "depth" / f"{number}.png", depth)
    return tmp_path


NETWORKS = ("--generator=resnet_6blocks", "--discriminator=patch_2layers")


def config(*line: str) -> train.Config:
    line = ("--load_size=18", "--crop_size=16", *NETWORKS, *line)
    return presets.resolve(cli.parse(train.Config, *line), 3)


def test_partners_stand_at_equal_places(depths):
    a, b = folders.domains(str(depths), "train", paired=True)
    assert [x.path.name for x in a] == [y.path.name for y in b] == list(NAMES)


NAMES = ("0.png", "1.png", "2.png")


@pytest.mark.parametrize("model", ["pix2pix", "cyclegan"])
def test_samples_of_either_model(depths, model):
    flags = config("--task=depth", f"--model={model}", "--farthest=4", "--seed=5")
    pictures = folders.domains(str(depths), "train", model == "pix2pix")
    spec = session.sample_spec(flags, pictures)
    assert (spec.load, spec.size, spec.encoding.farthest) == ((18, 18), (16, 16), 4)
    sample = session.training_samples(flags, pictures, spec)
    assert sample.seed == 5
    a, b = sample(3)
    grey = 50 * (round(float(b.mean() + 1) * 2) - 1)
    paired = np.allclose(a, 2 * grey / 255 - 1, atol=1e-6)
    assert paired or model == "cyclegan"


def test_maps_of_8_bits_hold_no_metres(depths):
    grey = np.full((20, 20), 7, np.uint8)
    images.write(depths / "train" / "depth" / "0.png", grey)
    pictures = folders.domains(str(depths), "train", paired=True)
    assert (
        session.sample_spec(config("--task=depth"), pictures).encoding.farthest is None
    )


@pytest.mark.parametrize("run", presets.PORTRAITS)
def test_masks_are_read_where_a_loss_wants_them(tmp_path, run):
    """Catches a run that gets no masks, and a plain one that needs some."""
    for letter in "AB":
        for kind in ("", "_mask"):
            white = np.full((20, 20, 3), 255, np.uint8)
            images.write(tmp_path / f"train{letter}{kind}" / "0.png", white)
    pictures = folders.domains(str(tmp_path), "train", paired=False)
    flags = config(f"--run={run}")
    sample = session.training_samples(
        flags, pictures, session.sample_spec(flags, pictures)
    )
    assert isinstance(sample, samples.Unpaired)
    assert len(sample(0)) == (2 if run == "plain" else 4)


def test_generated_portraits_are_no_pairs():
    with pytest.raises(ValueError, match="pix2pix wants pairs; pass pairs with --data"):
        presets.check(cli.parse(train.Config, "--model=pix2pix"))


def test_a_folder_without_pictures(tmp_path):
    for paired in (False, True):
        with pytest.raises(ValueError, match="no pictures of the split train in it"):
            folders.domains(str(tmp_path), "train", paired)
