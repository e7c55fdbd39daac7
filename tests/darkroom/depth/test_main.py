"""The program: list, fetch, find."""

import depth_networks as stand_ins
import numpy as np
import pytest
from PIL import Image

from darkroom import depth
from darkroom.depth import __main__ as program
from darkroom.depth import fetch
from darkroom.io import depth_maps, images

PHOTO = np.random.default_rng(5).integers(0, 256, (48, 72, 3), np.uint8)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    images.write("photo.png", PHOTO)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    folder = tmp_path_factory.mktemp("network")
    return stand_ins.tflite(folder / "midas-v2.tflite", (16, 24))


def run(*names, **flags):
    program.main(program.Config(**flags), *names)


def test_list_tells_what_is_known_of_each(capsys):
    run("list")
    said = capsys.readouterr().out
    for published in fetch.NETWORKS:
        for fact in (published.name, published.sha256, published.commit):
            assert fact in said
    assert said.count("read on a page, not yet downloaded by us") == len(fetch.NETWORKS)


def test_find_writes_a_map_that_render_takes_and_a_picture(network, capsys):
    run("find", "photo.png", depth=str(network), formats="png,npy,colour")
    assert "depth from the network midas-v2.tflite" in capsys.readouterr().out
    disparity = np.load("photo_disp.npy")
    assert disparity.shape == (48, 72) and disparity.dtype == np.float32
    expected = depth.find(images.Photo(PHOTO), source=str(network)).disparity
    np.testing.assert_array_equal(disparity, expected)
    run(
        "find",
        "photo.png",
        depth=str(network),
        formats="npy",
        output="b.npy",
        invert_depth=True,
    )
    # Each is brought to the photo's size by itself, so they are not quite opposite.
    assert np.abs(np.load("b.npy") - (1 - disparity)).mean() < 0.02
    map_ = depth_maps.numbers("photo_depth.png")
    assert map_.dtype == np.uint16
    stretched = (disparity - disparity.min()) / np.ptp(disparity)
    np.testing.assert_allclose(map_ / 65535, stretched, atol=1e-4)
    assert Image.open("photo_disparity_colour.png").mode == "RGB"
    with pytest.raises(ValueError, match="is there already; pass --overwrite"):
        run("find", "photo.png", depth=str(network))


def test_find_takes_the_network_that_was_fetched(network, monkeypatch, capsys):
    monkeypatch.setattr(fetch, "fetched", lambda: network)
    run("find", "photo.png", formats="npy", output="photo.npy")
    assert "depth from the network midas-v2.tflite" in capsys.readouterr().out
    assert np.load("photo.npy").shape == (48, 72)
    with pytest.raises(ValueError, match="no person was found"):
        run("find", "photo.png", depth="none", overwrite=True)


@pytest.mark.parametrize(
    ("words", "flags", "said"),
    [
        (("find",), {}, "expected list, or fetch"),
        (("fetch", "a", "b"), {}, "expected list, or fetch"),
        (("fetch", "a"), {}, "there is no network a to fetch"),
        (("find", "photo.png"), {"depth": "map.png"}, "network's file that ends in"),
        (("find", "photo.png"), {"formats": "jpg"}, "expected some of png,npy,colour"),
    ],
)
def test_what_cannot_be_is_one_sentence(words, flags, said):
    with pytest.raises(ValueError, match=said):
        run(*words, **flags)
