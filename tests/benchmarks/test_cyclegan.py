"""CycleGAN's benchmark: what is measured, beside which numbers, and PyTorch's step."""

import json
import sys

import pytest

from benchmarks import cyclegan as benchmark
from benchmarks import harness, torch_step


def test_program(monkeypatch, tmp_path, capsys):
    """Every row is measured, once, and kept in the file."""
    monkeypatch.setattr(
        harness,
        "measure_job",
        lambda _, job, repeat: harness.Cost(job.side / 64, 1, 250),
    )
    path = tmp_path / "new" / "bench.json"
    benchmark.main(benchmark.Config(output=str(path)))
    assert [row["side"] for row in json.loads(path.read_text())] == [128, 256]
    printed = " ".join(capsys.readouterr().out.split())
    row = "| CycleGAN step, ResNet-9, 1 x 256x256, float32 | 4.00 | 0.37 | 1.00 | - |"
    assert row in printed
    assert "All 2 limits are kept." in printed


def test_bad_flags():
    for sides in ("128,30", "big", "16"):
        with pytest.raises(ValueError, match=f"--sides is {sides}; expected multiples"):
            benchmark.main(benchmark.Config(sides=sides))
    with pytest.raises(ValueError, match="--precisions has 'int8'; expected float32"):
        benchmark.main(benchmark.Config(precisions="int8"))


def test_measurements_meet_the_original():
    rows = benchmark.measurements([128, 256, 64], ["float32", "bfloat16"])
    assert [row.original.cpu_seconds for row in rows] == [
        *(2.7, 2.7, 10.9, 10.9),
        *(None, None),
    ]
    assert rows[3].name == "CycleGAN step, ResNet-9, 1 x 256x256, bfloat16"
    assert rows[3].job == benchmark.Job(256, "bfloat16")
    (other,) = benchmark.measurements([128], ["float32"], width=0.5)
    assert other.original.cpu_seconds is None


def test_the_step_is_the_training_s():
    """Catches a step without identities, or of another preset."""
    small = benchmark.Job(32, width=1 / 16, generator="resnet_1blocks")
    terms = benchmark.prepare(small)()
    assert {"gan_a", "cycle_b", "identity_a", "discriminator_b", "loss"} <= terms.keys()
    assert not any(name.startswith(("mask", "perceptual")) for name in terms)
    with pytest.raises(ValueError, match="expected a multiple of 1/64"):
        benchmark.prepare(benchmark.Job(32, width=0.3))


def test_beside_torch(monkeypatch, tmp_path, capsys):
    """The share is ours over PyTorch's, and not the other way round."""
    turns = benchmark.Turns(9.0, 10.0)
    monkeypatch.setattr(benchmark, "measure_beside_torch", lambda job, repeat: turns)
    path = tmp_path / "bench.json"
    benchmark.main(benchmark.Config(sides="256", beside_torch=True, output=str(path)))
    row = "| CycleGAN step, ResNet-9, 1 x 256x256 | 9.00 | 10.00 | 0.90 |"
    assert row in " ".join(capsys.readouterr().out.split())
    assert json.loads(path.read_text())[0]["torch"] == 10
    with pytest.raises(ValueError, match="has PyTorch's step in float32 at width 1"):
        benchmark.main(benchmark.Config(width=0.5, beside_torch=True))


def test_without_pytorch_a_sentence_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ValueError, match="PyTorch is not installed, which --beside_t"):
        torch_step.prepare(32)


def test_pytorch_trains_networks_of_our_size():
    """Catches a comparison with smaller networks, and a step that moves nothing."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    networks = torch_step.generator(), torch_step.discriminator()
    counts = [sum(p.numel() for p in network.parameters()) for network in networks]
    assert counts == [11_378_179, 2_764_737]
    torch.manual_seed(0)
    step = torch_step.prepare(32)
    assert len({step() for _ in range(3)}) == 3
