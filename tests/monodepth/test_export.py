"""The export program; what the file computes is test_phone's and test_conversion's."""

import litert_files
import pytest

from darkroom import litert
from darkroom.litert import cost as litert_cost
from darkroom.litert import gpu
from darkroom.train import checkpoints
from monodepth import export, network


@pytest.fixture(autouse=True)
def costs(monkeypatch):
    """Processes cost; test_litert_cost has them."""
    cost = litert_cost.FileCost(1.0, 2.0)
    monkeypatch.setattr(litert_cost, "measure_file", lambda *_: cost)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A network of 2 million parameters, in which kernels outweigh all else."""
    path = tmp_path_factory.mktemp("export") / "net.weights.h5"
    card = {"network": "monodepth", "encoder": "vgg", "stereo": False, "width": 1 / 4}
    model = network.monodepth("vgg", width=1 / 4)
    checkpoints.save_weights(model, path, **card, size="128x256")
    return path


def test_a_file_is_checked_and_described(tmp_path, capsys, weights):
    """Catches --size and --precision that are not passed on: a byte a parameter."""
    path = tmp_path / "net.tflite"
    flags = {"size": "128x384", "precision": "int8_dynamic", "output": str(path)}
    export.main(export.Config(weights=str(weights), **flags))
    said = capsys.readouterr().out.splitlines()
    megabytes = path.stat().st_size / 1e6
    parameters = network.monodepth("vgg", width=1 / 4).count_params()
    assert said[0] == (
        f"{path}: monodepth vgg, {parameters:,} parameters, int8_dynamic, "
        f"{megabytes:.1f} MB"
    )
    assert said[1] == "in:  1x128x384x3, a photo"
    assert said[2] == "out: 1x128x384x1, its disparity"
    assert 1e6 * megabytes / parameters == pytest.approx(1, rel=0.05)
    file = litert.Network(path)
    assert file.inputs == {"photo": (1, 128, 384, 3)}
    assert file.card is not None
    assert file.card["output"]["range"] == [0, 0.3]
    assert file.card["width"] == 1 / 4


def test_for_a_gpu_only_conservative_operations_are_in_the_file(tmp_path, weights):
    """Reads the list from the file. Catches an ELU, which older GPUs do not know."""
    path = tmp_path / "net.tflite"
    flags = {"size": "128x128", "delegate": "gpu", "output": str(path)}
    export.main(export.Config(weights=str(weights), **flags))
    found = set(litert_files.operations(path.read_bytes()))
    assert found <= set(gpu.CONSERVATIVE)
    assert {"EXP", "LOGISTIC"} <= found


def test_what_cannot_be_is_one_sentence(tmp_path, weights):
    output = str(tmp_path / "net.tflite")
    for flags, said in (
        ({"output": "net.bin"}, "--output net.bin must end in .tflite"),
        ({"size": "100x300"}, "100x300; .* multiples of 128, .*: 128x384 would do"),
        ({"size": "big"}, "size is big; expected HxW"),
        ({"encoder": "resnet50"}, "network of encoder vgg, and --encoder is resnet50"),
        ({"width": 0.5}, r"of width 0.25, and --width is 0.5; leave --width out"),
        ({"precision": "int8", "calibration": str(tmp_path)}, "there is no picture"),
    ):
        with pytest.raises(ValueError, match=said):
            config = {"weights": str(weights), "output": output, **flags}
            export.main(export.Config(**config))
    assert not list(tmp_path.iterdir())
