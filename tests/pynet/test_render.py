"""The program's handling of files, with a network that is its photo."""

import pathlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from darkroom import cli
from darkroom.io import images
from darkroom.render import network
from pynet import render, weights

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture(autouse=True)
def lit_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of weights: the photo where the depth is 1, black where it is 0."""

    def lit(inputs: np.ndarray) -> np.ndarray:
        picture = inputs[..., :3] * inputs[..., 3:]
        return picture.repeat(2, axis=1).repeat(2, axis=2)

    def load(file: str, level: int, width: None, margin: int) -> network.Network:
        return network.Network(lit, margin=margin)

    monkeypatch.setattr(weights, "load_for_photos", load)


def config(folder: pathlib.Path, **flags: object) -> render.Config:
    standard = {
        "weights": "any",
        "depth": str(folder / "maps"),
        "output": str(folder / "out"),
    }
    return render.Config(**{**standard, **flags})


def near(height: int, width: int) -> np.ndarray:
    """A map that is white, but black in its first eighth."""
    depth = np.full((height, width), 255, np.uint8)
    depth[:, : width // 8] = 0
    return depth


def prepare(folder: pathlib.Path, *names: str, height: int = 66, width: int = 99):
    """Photos, light at the right, with maps, near but for the left; their paths."""
    (folder / "maps").mkdir(exist_ok=True)
    photo = np.zeros((height, width, 3), np.uint8)
    photo[:, width // 3 :] = 200
    for name in names:
        images.write(folder / name, photo)
        images.write(
            folder / "maps" / f"{pathlib.Path(name).stem}.png",
            near(height // 2, width // 2),
        )
    return [str(folder / name) for name in names]


def test_what_a_photo_carries_is_kept(tmp_path):
    photo = np.zeros((40, 60, 4), np.uint8)
    photo[..., :3], photo[:, :20, 3] = 90, 255
    exif = Image.Exif()
    exif[0x010F] = "maker"
    image = Image.fromarray(photo)
    image.save(tmp_path / "a.png", exif=exif.tobytes(), icc_profile=ICC)
    images.write(tmp_path / "depth.png", near(40, 60))
    depth, output = (str(tmp_path / name) for name in ("depth.png", "b.png"))
    flags = config(tmp_path, depth=depth, output=output)
    render.main(flags, str(tmp_path / "a.png"))
    found = Image.open(output)
    assert found.info["icc_profile"] == ICC
    assert found.getexif()[0x010F] == "maker"
    np.testing.assert_array_equal(np.asarray(found)[..., 3], photo[..., 3])
    np.testing.assert_allclose(np.asarray(found)[:, 12:, :3], 90, atol=1)


def test_a_phone_photo_is_rendered_upright(tmp_path):
    """Catches a picture that is turned twice, or whose map is turned with it."""
    upright = np.zeros((90, 60, 3), np.uint8)
    upright[:30] = 200
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying, to be turned clockwise
    stored = Image.fromarray(np.rot90(upright).copy())
    stored.save(tmp_path / "a.png", exif=exif.tobytes())
    (tmp_path / "maps").mkdir()
    depth = np.full((45, 30), 255, np.uint8)
    depth[:, :15] = 0
    images.write(tmp_path / "maps" / "a.png", depth)
    render.main(config(tmp_path), str(tmp_path / "a.png"))
    found = Image.open(tmp_path / "out" / "a.png")
    assert found.getexif().get(0x0112, 1) == 1
    picture = np.asarray(found)
    assert picture.shape == upright.shape
    np.testing.assert_allclose(picture[:25, 35:], 200, atol=2)
    assert picture[:25, :25].max() <= 2
    assert picture[35:].max() <= 2


def test_sixteen_bits_stay_sixteen(tmp_path):
    photo = np.full((64, 64, 3), 12345, np.uint16)
    images.write(tmp_path / "a.png", photo)
    images.write(tmp_path / "depth.png", near(32, 32))
    flags = config(tmp_path, depth=str(tmp_path / "depth.png"))
    render.main(flags, str(tmp_path / "a.png"))
    found = images.read(tmp_path / "out" / "a.png").pixels
    assert found.dtype == np.uint16
    np.testing.assert_allclose(found[:, 14:], 12345, atol=1)


def test_depth_can_be_inverted(tmp_path):
    (photo,) = prepare(tmp_path, "a.png")
    render.main(config(tmp_path, invert_depth=True), photo)
    assert images.read(tmp_path / "out" / "a.png").pixels.max() == 0


def test_a_bad_photo_does_not_stop_the_others(tmp_path, capsys):
    photos = prepare(tmp_path, "1.png", "2.png", "3.png")
    pathlib.Path(photos[1]).write_bytes(b"no photo")
    (tmp_path / "maps" / "3.png").unlink()
    photos += prepare(tmp_path, "4.png")
    with pytest.raises(ValueError, match="2 of 4 photos could not be rendered"):
        render.main(config(tmp_path), *photos)
    written = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert written == ["1.png", "4.png"]
    said = [s for s in capsys.readouterr().err.splitlines() if s.startswith("error:")]
    assert len(said) == 2
    assert "2.png" in said[0]
    assert "holds no file named like it; expected one" in said[1]


def test_one_bad_photo_is_its_own_sentence(tmp_path):
    (photo,) = prepare(tmp_path, "1.png")
    images.write(tmp_path / "maps" / "1.png", np.zeros((50, 20), np.uint8))
    with pytest.raises(
        ValueError, match=rf"^{photo}: .*the map is 50x20, the photo 66x99"
    ):
        render.main(config(tmp_path), photo)
    assert not (tmp_path / "out").exists()


def test_the_sheet_shows_photo_depth_and_bokeh(tmp_path):
    photos = prepare(tmp_path, "1.png", "2.png")
    render.main(config(tmp_path, sheet=str(tmp_path / "sheet.png")), *photos)
    sheet = images.read(tmp_path / "sheet.png").pixels
    assert sheet.shape == (2 * 66 + 8, 3 * 99 + 2 * 8, 3)
    photo, depth, picture = (sheet[:66, left : left + 99] for left in (0, 107, 214))
    assert photo[:, :20].max() == 0
    assert (photo[:, 50:] == 200).all()
    assert depth[:, 20:].min() == 255
    assert depth[:, :8].max() == 0
    assert picture[:, :30].max() <= 2  # the edge between is softer
    np.testing.assert_allclose(picture[:, 40:], 200, atol=2)


def test_the_sheet_is_written_over_no_photo(tmp_path):
    (photo,) = prepare(tmp_path, "1.png")
    with pytest.raises(ValueError, match=r"1\.png: it would replace what it is made"):
        render.main(config(tmp_path, sheet=photo, overwrite=True), photo)
    with pytest.raises(ValueError, match=r"1\.png is there already; pass --overwrite"):
        render.main(config(tmp_path, sheet=str(tmp_path / "maps/1.png")), photo)


def test_without_flags_a_map_and_the_picture_are_beside_the_photo(tmp_path):
    """As of darkroom.render; a folder is its photos."""
    prepare(tmp_path, "1.png")
    (tmp_path / "maps" / "1.png").rename(tmp_path / "1_depth.png")
    render.main(config(tmp_path, depth=None, output=None), str(tmp_path))
    assert (tmp_path / "1_bokeh.png").exists()


def test_the_example_in_the_help_is_understood():
    flags = cli.parse(render.Config, "--depth=a.png", "--invert_depth")
    assert (flags.depth, flags.invert_depth, flags.level) == ("a.png", True, 1)
