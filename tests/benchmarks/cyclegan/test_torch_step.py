"""PyTorch's step, where PyTorch is installed: networks of our size, and it learns."""

import sys

import pytest

from benchmarks.cyclegan import torch_step


def test_without_pytorch_a_sentence_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ValueError, match="PyTorch is not installed, which --beside_t"):
        torch_step.prepared(32)


def test_it_trains_networks_of_our_size():
    """Catches a comparison with smaller networks, and a step that moves nothing."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    made = torch_step.generator(), torch_step.discriminator()
    counts = [sum(p.numel() for p in network.parameters()) for network in made]
    assert counts == [11_378_179, 2_764_737]
    torch.manual_seed(0)
    step = torch_step.prepared(32)
    assert len({step() for _ in range(3)}) == 3
