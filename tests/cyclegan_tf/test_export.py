"""The export program; what the file computes is test_phone's and test_conversion's."""

import json

import pytest

from cyclegan_tf import export, networks
from darkroom import litert
from darkroom.train import checkpoints


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A U-Net of a million parameters, in which kernels outweigh all else."""
    path = tmp_path_factory.mktemp("export") / "net.weights.h5"
    model = networks.unet_generator(5, width=1 / 4)
    card = {"network": "cyclegan_tf", "size": "32x32"}
    checkpoints.save_weights(model, path, **model.card, **card)
    return path


@pytest.mark.parametrize(("task", "channels"), [("depth", 1), ("portrait", 3)])
def test_a_file_is_checked_and_described(tmp_path, capsys, weights, task, channels):
    """Catches flags that are not passed on: a byte a parameter."""
    path = tmp_path / "net.tflite"
    flags = {"size": "64x96", "precision": "int8_dynamic", "task": task}
    export.main(export.Config(weights=str(weights), output=str(path), **flags))
    said = capsys.readouterr().out.splitlines()
    megabytes = path.stat().st_size / 1e6
    parameters = networks.unet_generator(5, width=1 / 4).count_params()
    assert said[0] == (
        f"{path}: cyclegan_tf {task}, {parameters:,} parameters, int8_dynamic, "
        f"{megabytes:.1f} MB"
    )
    assert said[1].startswith("in:  1x64x96x3")
    assert said[2].startswith(f"out: 1x64x96x{channels}")
    assert "PSNR " in said[3]
    card = json.loads((tmp_path / "net.tflite.json").read_text())
    assert card["output"]["what"] in said[2]
    assert f"--task={task}" in card["command"]
    assert 1e6 * megabytes / parameters == pytest.approx(1, rel=0.1)
    file = litert.Network(path)
    assert file.inputs == {"photo": (1, 64, 96, 3)}
    assert file.output == (1, 64, 96, channels)


def test_what_cannot_be_is_one_sentence(tmp_path, weights):
    for flags, said in (
        ({"weights": None}, "no weights were named; pass --weights"),
        ({"output": "net.bin"}, "--output net.bin must end in .tflite"),
        ({"size": "big"}, "size is big; expected HxW"),
        ({"size": "60x96"}, "--size is 60x96, .*; 64x96 would do"),
        ({"task": None}, "does not say what its network was trained for"),
    ):
        config = {"weights": str(weights), "task": "depth", **flags}
        with pytest.raises(ValueError, match=said):
            export.main(
                export.Config(**{"output": str(tmp_path / "net.tflite"), **config})
            )
    assert not list(tmp_path.iterdir())
