"""The program's handling of files, with networks that are plain functions."""

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf import generator, translate
from cyclegan_tf.data import encoding
from cyclegan_tf.weights import GeneratorCard
from darkroom.io import images


@pytest.fixture
def network(monkeypatch):
    """Instead of weights; a test may choose another task or encoding."""
    chosen = {"task": "portrait", "encoding": encoding.Encoding(10.0)}

    def load(weights, task):
        kind = GeneratorCard(**chosen, size=(32, 32))
        return generator.Generator(lambda pictures: pictures * 0.5, kind)

    monkeypatch.setattr(generator, "load", load)
    return chosen


def photo(height: int = 40, width: int = 60) -> np.ndarray:
    """Brighter at the top left."""
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[: height // 2, : width // 2] = 200
    return picture


def run(*photos, **flags):
    config = translate.Config(**{"weights": "any.weights.h5", **flags})
    translate.main(config, *map(str, photos))


def test_a_portrait_keeps_what_its_photo_carries(tmp_path, network, capfd):
    """Catches a picture as it is stored, lost EXIF, and the photo's name for output."""
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying, to be turned clockwise
    exif[0x010F] = "a camera"
    Image.fromarray(np.rot90(photo()).copy()).save(tmp_path / "a.jpg", exif=exif)
    run(tmp_path / "a.jpg", output=str(tmp_path / "out"))
    assert f"a.jpg -> {tmp_path}/out/a_bokeh.jpg" in capfd.readouterr().out
    found = images.read(tmp_path / "out" / "a_bokeh.jpg")
    expected = images.read(tmp_path / "a.jpg").pixels * 0.5
    assert found.pixels.shape == (40, 60, 3)
    assert np.abs(found.pixels - expected).max() < 12  # JPEG's
    assert b"a camera" in found.exif


def test_16_bits_and_alpha_are_kept(tmp_path, network):
    deep = photo().astype(np.uint16) * 257 + 1
    images.write(tmp_path / "deep.png", deep)
    alpha = np.dstack([photo(), photo()[..., 0]])
    Image.fromarray(alpha).save(tmp_path / "alpha.png")
    run(tmp_path)
    found = images.read(tmp_path / "deep_bokeh.png").pixels
    assert found.dtype == np.uint16
    assert np.abs(found.astype(int) - deep * 0.5).max() <= 1
    np.testing.assert_array_equal(
        images.read(tmp_path / "alpha_bokeh.png").alpha, photo()[..., 0]
    )


def test_a_depth_becomes_four_files(tmp_path, network):
    network["task"] = "depth"
    images.write(tmp_path / "a.png", photo())
    run(tmp_path / "a.png")
    names = ["a_disparity.png", "a_disparity_colour.png", "a_metres.npy"]
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == ["a.png", *names, "a_millimetres.png"]
    metres = np.load(tmp_path / "a_metres.npy")
    assert metres.shape == (40, 60)
    assert metres[10, 10] == pytest.approx(10 * 0.5 * 200 / 255, rel=1e-3)
    run(tmp_path, formats="png", output=str(tmp_path / "again"))
    assert [path.name for path in (tmp_path / "again").iterdir()] == [names[0]]


def test_a_bad_photo_does_not_stop_the_rest_of_a_list(tmp_path, network, capfd):
    images.write(tmp_path / "data/x/1.png", photo())
    (tmp_path / "data/x/2.png").write_bytes(b"no picture")
    names = tmp_path / "names.txt"
    names.write_text("x/2.jpg\nx/1.jpg\n")
    flags = {"filenames_file": str(names), "data_dir": str(tmp_path / "data")}
    with pytest.raises(ValueError, match="1 of 2 photos have no portrait"):
        run(**flags, output=str(tmp_path / "out"))
    assert (tmp_path / "out/x/1_bokeh.png").exists()
    assert f"{names}, line 1: {tmp_path}/data/x/2.png: it is" in capfd.readouterr().err
    with pytest.raises(ValueError, match=r"got photos and the list .*names.txt"):
        run(tmp_path, **flags)


@pytest.mark.parametrize("task", ["portrait", "depth"])
def test_nothing_is_replaced_unasked(tmp_path, network, task):
    network["task"] = task
    path = tmp_path / "a.png"
    written = {"portrait": "a_bokeh.png", "depth": "a_disparity.png"}[task]
    images.write(path, photo())
    run(path)
    before = (tmp_path / written).read_bytes()
    images.write(path, photo()[::-1])
    with pytest.raises(ValueError, match=r"is there already; pass --overwrite"):
        run(path)
    assert (tmp_path / written).read_bytes() == before
    run(path, overwrite=True)
    assert (tmp_path / written).read_bytes() != before


def test_what_cannot_be_asked_is_one_sentence(tmp_path, network):
    images.write(tmp_path / "a.png", photo())
    for flags, said in (
        ({"weights": None}, "no weights were named; pass --weights"),
        ({"size": "64"}, "size is 64; expected HxW"),
        ({"formats": "png"}, "--formats png is for depths, and any.* makes portraits"),
        ({"size": "30x32"}, r"a.png: --size is 30x32, .*; 32x32 would do"),
    ):
        with pytest.raises(ValueError, match=said):
            run(tmp_path / "a.png", **flags)
    with pytest.raises(ValueError, match="no photo was named"):
        run()
    network.update(task="depth", encoding=encoding.Encoding(None))
    with pytest.raises(ValueError, match="hold no metres"):
        run(tmp_path / "a.png", formats="npy")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
