"""The program's handling of files, with a network that takes red for near."""

import pathlib

import numpy as np
import pytest
from PIL import Image

from darkroom import depth
from darkroom.io import images
from monodepth import predict, prediction

SIZE = (32, 64)


@pytest.fixture
def network(monkeypatch):
    """Instead of weights; a test may say that it takes both photos."""
    found = {"stereo": False}

    def load(*_):
        def run(batch):  # [left view, its mirror image's other view]
            red = batch[..., :1]
            return np.concatenate([red, batch[..., -3:-2]], axis=-1)

        return prediction.Network(run, SIZE, found["stereo"])

    monkeypatch.setattr(prediction, "load", load)
    return found


def photo(height: int = 48, width: int = 96) -> np.ndarray:
    """Red, and so near, at the top left."""
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[: height // 2, : width // 2, 0] = 250
    return picture


def run(*photos: object, **flags: object) -> None:
    config = {"weights": "any", **flags}
    predict.main(predict.Config(**config), *map(str, photos))


def near(path: pathlib.Path) -> np.ndarray:
    return np.load(path) > 0.6


def test_a_photo_becomes_three_files_that_darkroom_takes(tmp_path, network, capfd):
    images.write(tmp_path / "a.png", photo())
    run(tmp_path / "a.png", output=str(tmp_path / "out"))
    names = ["a_disp.npy", "a_disparity.png", "a_disparity_colour.png"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == names
    assert "a.png -> " in capfd.readouterr().out
    other = images.Photo(photo()[:, ::-1])  # its own red is no depth to darkroom
    found = depth.find(other, source=str(tmp_path / "out/a_disparity.png"))
    assert found.disparity.shape == (48, 96)
    np.testing.assert_allclose(found.disparity[4:20, 12:40], 1, atol=0.02)
    np.testing.assert_allclose(found.disparity[28:, 12:], 0, atol=0.02)


def test_a_phone_photo_is_predicted_upright(tmp_path, network):
    """Catches a disparity of the photo as it is stored."""
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying, to be turned clockwise
    upright = photo(96, 80)
    Image.fromarray(np.rot90(upright).copy()).save(tmp_path / "a.png", exif=exif)
    run(tmp_path / "a.png", formats="npy")
    found = near(tmp_path / "a_disp.npy")
    assert found.shape == (96, 80)
    assert found[8:40, 8:32].all()
    assert not found[56:].any()


@pytest.mark.parametrize("mode", ["RGBA", "16 bits", "L"])
def test_any_kind_of_photo(tmp_path, network, mode):
    path, picture = tmp_path / "a.png", photo()
    if mode == "16 bits":
        images.write(path, picture.astype(np.uint16) * 257)
    else:
        kept = picture[..., 0] if mode == "L" else np.dstack([picture, picture[..., 0]])
        Image.fromarray(kept).save(path)
    run(path, formats="npy")
    np.testing.assert_allclose(np.load(tmp_path / "a_disp.npy")[4:20, 12:40], 250 / 255)


def test_a_bad_photo_does_not_stop_the_rest(tmp_path, network, capfd):
    images.write(tmp_path / "1.png", photo())
    (tmp_path / "2.png").write_bytes(b"no picture")
    images.write(tmp_path / "3.png", photo())
    with pytest.raises(ValueError, match="1 of 3 photos have no disparity"):
        run(tmp_path, output=str(tmp_path / "out"))
    assert (tmp_path / "out/1_disp.npy").exists()
    assert (tmp_path / "out/3_disp.npy").exists()
    assert f"error: {tmp_path}/2.png: it is not a picture" in capfd.readouterr().err


def test_a_list_says_which_line_is_bad(tmp_path, network, capfd):
    images.write(tmp_path / "data/x/1.png", photo())
    names = tmp_path / "names.txt"
    names.write_text("x/1.jpg\nx/2.jpg\n")
    flags = {"filenames_file": str(names), "data_dir": str(tmp_path / "data")}
    with pytest.raises(ValueError, match="1 of 2"):
        run(**flags, output=str(tmp_path / "out"))
    assert (tmp_path / "out/x/1_disp.npy").exists()
    gone = f"{names}, line 2: {tmp_path}/data/x/2.jpg: No such file"
    assert gone in capfd.readouterr().err
    with pytest.raises(ValueError, match=r"got photos and the list .*names.txt"):
        run(tmp_path, **flags)


def test_nothing_is_replaced_unasked(tmp_path, network):
    path = tmp_path / "a.png"
    images.write(path, photo())
    run(path, formats="png")
    before = (tmp_path / "a_disparity.png").read_bytes()
    images.write(path, photo()[::-1])
    with pytest.raises(ValueError, match=r"a_disparity.png is there already; pass"):
        run(path)
    assert (tmp_path / "a_disparity.png").read_bytes() == before
    assert not (tmp_path / "a_disp.npy").exists()
    run(path, overwrite=True)
    assert (tmp_path / "a_disparity.png").read_bytes() != before


@pytest.mark.parametrize("shape", [(31, 96), (48, 63)])
def test_a_photo_smaller_than_the_network_s_is_refused(tmp_path, network, shape):
    images.write(tmp_path / "a.png", photo(*shape))
    said = rf"a.png: the photo is {shape[0]}x{shape[1]}, .*picture is 32x64; .*--size"
    with pytest.raises(ValueError, match=said):
        run(tmp_path / "a.png")


def test_a_network_of_both_photos_gets_both(tmp_path, network):
    """Catches a right photo that is not passed on."""
    left, right = tmp_path / "a.png", tmp_path / "b.png"
    images.write(left, photo())
    images.write(right, photo())
    with pytest.raises(ValueError, match=r"takes one photo, and got --right .*b.png"):
        run(left, right=str(right))
    network["stereo"] = True
    run(left, right=str(right), formats="npy")
    assert near(tmp_path / "a_disp.npy")[4:20, 4:40].all()
    with pytest.raises(ValueError, match=r"a.png: the network takes the right photo"):
        run(left, overwrite=True)
    images.write(right, photo(64, 96))
    with pytest.raises(
        ValueError, match=r"a.png: the photo is 48x96, the right one 64"
    ):
        run(left, right=str(right), overwrite=True)


def test_what_cannot_be_asked_is_said_before_any_work(tmp_path):
    with pytest.raises(ValueError, match="no photo was named"):
        run()
    with pytest.raises(ValueError, match="--formats is jpg"):
        run(tmp_path, formats="jpg")
    with pytest.raises(ValueError, match="size is 256; expected HxW"):
        run(tmp_path, size="256")
