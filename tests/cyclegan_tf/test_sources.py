"""The pictures that the flags ask for."""

import numpy as np
import pytest

from cyclegan_tf import presets, sources, train
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
    return presets.fill_in(cli.parse(train.Config, *line), 3)


def test_partners_stand_at_equal_places(depths):
    a, b = sources.domains(str(depths), "train", paired=True)
    assert [x.path.name for x in a] == [y.path.name for y in b] == list(NAMES)


NAMES = ("0.png", "1.png", "2.png")


@pytest.mark.parametrize("model", ["pix2pix", "cyclegan"])
def test_samples_of_either_model(depths, model):
    flags = config("--task=depth", f"--model={model}", "--farthest=4", "--seed=5")
    pictures = sources.domains(str(depths), "train", model == "pix2pix")
    form = sources.form(flags, pictures)
    assert (form.load, form.size, form.encoding.farthest) == ((18, 18), (16, 16), 4)
    sample = sources.samples(flags, pictures, form)
    assert sample.seed == 5
    a, b = sample(3)
    grey = 50 * (round(float(b.mean() + 1) * 2) - 1)
    paired = np.allclose(a, 2 * grey / 255 - 1, atol=1e-6)
    assert paired or model == "cyclegan"
    assert sources.file(sample, 3).parent.name == "photo"


def test_maps_of_8_bits_hold_no_metres(depths):
    grey = np.full((20, 20), 7, np.uint8)
    images.write(depths / "train" / "depth" / "0.png", grey)
    pictures = sources.domains(str(depths), "train", paired=True)
    assert sources.form(config("--task=depth"), pictures).encoding.farthest is None


@pytest.mark.parametrize("run", presets.RUNS)
def test_masks_are_read_where_a_loss_wants_them(tmp_path, run):
    """Catches a run that gets no masks, and a plain one that needs some."""
    for letter in "AB":
        for kind in ("", "_mask"):
            white = np.full((20, 20, 3), 255, np.uint8)
            images.write(tmp_path / f"train{letter}{kind}" / "0.png", white)
    pictures = sources.domains(str(tmp_path), "train", paired=False)
    flags = config(f"--run={run}")
    sample = sources.samples(flags, pictures, sources.form(flags, pictures))
    assert isinstance(sample, samples.Unpaired)
    assert len(sample(0)) == (2 if run == "plain" else 4)


def test_generated_portraits_are_no_pairs():
    with pytest.raises(ValueError, match="pix2pix wants pairs; pass pairs with --data"):
        sources.generated("pix2pix", "portrait")


def test_a_folder_without_pictures(tmp_path):
    for paired in (False, True):
        with pytest.raises(ValueError, match="no pictures of the split train in it"):
            sources.domains(str(tmp_path), "train", paired)
