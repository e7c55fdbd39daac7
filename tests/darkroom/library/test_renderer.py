"""One photo of a library, and what became of it."""

import exports
import numpy as np
import pytest

from darkroom.io import companions, files, images
from darkroom.library.renderer import Renderer
from darkroom.render import look, network, shot
from darkroom.render.options import RenderOptions


@pytest.fixture
def job(tmp_path):
    """A photo whose depth is a guess."""
    photo = np.random.default_rng(3).integers(0, 256, (64, 96, 3), np.uint8)
    images.write(tmp_path / "a.png", photo)
    own = companions.Companions(depth="prior")
    return files.Job(tmp_path / "a.png", {"picture": tmp_path / "out/a.png"}, own)


def test_a_photo_and_a_broken_one(job):
    render = Renderer(RenderOptions(look.Look()), overwrite=False)
    result = render(job)
    picture = job.outputs["picture"]
    assert not result.failed and "depth from a guess" in result.message
    assert result.read == job.photo.stat().st_size
    assert result.written == picture.stat().st_size
    job.photo.write_bytes(job.photo.read_bytes()[:200])
    picture.unlink()
    result = render(job)
    assert result.failed and "damaged or cut short" in result.message
    assert not picture.exists() and (result.read, result.written) == (0, 0)


def test_a_fault_of_ours_costs_one_photo(job, monkeypatch):
    def broken(*_):
        raise KeyError("x")

    monkeypatch.setattr(shot, "render", broken)
    result = Renderer(RenderOptions(look.Look()), overwrite=False)(job)
    assert result.failed and result.message == "KeyError: 'x'"


def test_a_network_is_loaded_once(job, tmp_path, monkeypatch):
    exports.write(tmp_path / "pynet.tflite", "pynet", (64, 96))
    loads = []
    opened = network.litert.Network

    def counted(*arguments, **named):
        loads.append(arguments)
        return opened(*arguments, **named)

    monkeypatch.setattr(network.litert, "Network", counted)
    method = str(tmp_path / "pynet.tflite")
    render = Renderer(RenderOptions(look.Look(method=method)), overwrite=True)
    assert not render(job).failed and not render(job).failed
    assert len(loads) == 1
