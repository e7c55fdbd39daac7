"""PyTorch's files into Keras weights."""

from __future__ import annotations

import pathlib
import pickle
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from cyclegan_tf import convert, networks, state_dicts
from cyclegan_tf.weights import load_network
from darkroom.train import weights_card

GOLDEN = pathlib.Path(__file__).parents[1] / "golden"


def run(pth, output, **options) -> str:
    convert.main(convert.Config(pth=str(pth), output=str(output), **options))
    return str(output)


@pytest.fixture(scope="module")
def small():
    return networks.unet_generator(5, "batch", width=1 / 32, outputs=1, seed=3)


def test_golden_outputs_through_a_file(recipe, write_pth, tmp_path):
    """Catches weights in wrong places, and a card that builds another network."""
    arrays = recipe.state_dict(networks.resnet_generator(6))
    pth = write_pth(tmp_path / "latest_net_G_A.pth", arrays)
    model = load_network(run(pth, tmp_path / "out.weights.h5"))
    expected = np.load(GOLDEN / "gan.npz")["resnet_6blocks__instance__128"]
    found = model(recipe.picture(0, 128))[:, ::8, ::8]
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-5)


def test_the_card_says_what_the_file_holds(recipe, small, write_pth, tmp_path, capsys):
    """Catches batch-norm statistics that stay behind, and notes that are lost."""
    state_dicts.assign(small, recipe.state_dict(small))
    pth = write_pth(tmp_path / "depth.pth", recipe.state_dict(small))
    file = run(pth, tmp_path / "depth.weights.h5", layout="reshape", task="depth")
    card = weights_card.read(pathlib.Path(file))
    expected = {"network": "cyclegan_tf", "layout": "reshape", "task": "depth"}
    expected |= small.card
    assert {name: card[name] for name in expected} == expected
    model = load_network(file)
    found = model.get_layer("generator").get_weights()
    assert all(map(np.array_equal, found, small.get_weights()))
    said = capsys.readouterr().out
    assert f"{small.count_params():,} parameters, kind unet_generator, norm bat" in said


def test_a_picture_s_own_statistics(recipe, small, write_pth, tmp_path):
    """Catches the flag left out of the file, and a network that cannot have them."""
    pth = write_pth(tmp_path / "maps.pth", recipe.state_dict(small))
    picture = np.random.default_rng(0).uniform(-1, 1, (1, 32, 64, 3))
    state_dicts.assign(small, recipe.state_dict(small))
    own = load_network(run(pth, tmp_path / "own.weights.h5", own_statistics=True))
    expected = small(picture, training=True)
    np.testing.assert_allclose(own(picture), expected, rtol=0, atol=1e-5)
    with pytest.raises(ValueError, match=r"pixel_discriminator with .*; leave it out"):
        run(GOLDEN / "gan_zip.pth", tmp_path / "x.weights.h5", own_statistics=True)


@pytest.mark.parametrize("kind", ["zip", "plain"])
def test_files_of_pytorch_itself(kind, tmp_path):
    file = run(GOLDEN / f"gan_{kind}.pth", tmp_path / "pixel.weights.h5")
    assert load_network(file)(np.ones((1, 4, 4, 3))).shape == (1, 4, 4, 1)


def test_refused_files_write_nothing(recipe, small, write_pth, tmp_path):
    output = tmp_path / "out.weights.h5"
    arrays = recipe.state_dict(small)
    short = {name: array for name, array in arrays.items() if "3.bias" not in name}
    with pytest.raises(ValueError, match=r"short\.pth: the state dict lacks model\.mo"):
        run(write_pth(tmp_path / "short.pth", short), output)
    with pytest.raises(ValueError, match=r"vgg\.pth: .* of an unknown network"):
        vgg = {"features.0.weight": np.ones((64, 3, 3, 3), np.float32)}
        run(write_pth(tmp_path / "vgg.pth", vgg), output)
    with zipfile.ZipFile(tmp_path / "code.pth", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(shutil.rmtree, protocol=2))
    with pytest.raises(ValueError, match=r"code\.pth asks for shutil\.rmtree"):
        run(tmp_path / "code.pth", output)
    assert not output.exists()


def test_flags_that_say_too_little():
    with pytest.raises(ValueError, match=r"pass --pth FILE\.pth"):
        convert.main(convert.Config())
    with pytest.raises(ValueError, match=r"--output x\.h5 must end in \.weights\.h5"):
        convert.main(convert.Config(pth="y", output="x.h5"))


def test_a_refusal_needs_neither_tensorflow_nor_pytorch(tmp_path):
    """Catches imports that make a person wait, or install PyTorch, for a sentence."""
    (tmp_path / "photo.pth").write_bytes(b"no pickle")
    program = (
        "import sys\n"
        "from cyclegan_tf import convert\n"
        "try: convert.main(convert.Config(pth=sys.argv[1]))\n"
        "except ValueError as error: print(error)\n"
        "print(sorted({'tensorflow', 'keras', 'torch'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, tmp_path / "photo.pth"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "is not a state dict that PyTorch saved" in said and said.endswith("[]\n")
