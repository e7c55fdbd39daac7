"""Photos that become portraits, and those that are dropped."""

import csv

import numpy as np
import pytest
from PIL import Image
from skimage import data

from cyclegan_tf.data import folders
from cyclegan_tf.preparation import portraits
from darkroom import pixels
from darkroom.io import files, images
from darkroom.subjects import segmentation

OPTIONS = portraits.PortraitOptions(side=64, kilobytes=1)


@pytest.fixture(autouse=True)
def persons(monkeypatch, tmp_path):
    """The person is what is bright; the network is not needed."""
    from darkroom.subjects import fetch

    monkeypatch.setattr(fetch, "check", lambda path: None)
    monkeypatch.setattr(
        segmentation, "person", lambda photo: pixels.to_float(photo)[..., 0]
    )


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "phone"
    for name in ("astronaut", "coffee", "chelsea"):
        images.write(folder / f"{name}.png", getattr(data, name)())
    return folder


def run(photos, output, options=OPTIONS, overwrite=False):
    becomes = portraits.files(files.photos([str(photos)])[0], output, overwrite)
    return becomes, dict(portraits.prepare(becomes, options))


def test_portraits_and_masks_are_a_domain(tmp_path, photos):
    """Catches: masks of another place than training looks for them in."""
    _, dropped = run(photos, tmp_path / "set" / "trainA")
    assert not any(dropped.values())
    run(photos, tmp_path / "set" / "trainB")
    a, b = folders.domains(tmp_path / "set", "train")
    assert [picture.path.name for picture in a] == [
        "astronaut.png",
        "chelsea.png",
        "coffee.png",
    ]
    for picture in (*a, *b):
        portrait = images.read(picture.path).pixels
        assert portrait.shape == (64, 64, 3)
        mask = np.asarray(Image.open(picture.mask))
        np.testing.assert_array_equal(mask, np.where(portrait[..., 0] >= 127.5, 255, 0))
    square = data.coffee()[:, 100:500]
    expected = Image.fromarray(square).resize((64, 64), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(images.read(a[2].path).pixels, expected)


def test_what_is_dropped_is_reported_with_its_reason(tmp_path, photos):
    coffee = data.coffee()
    images.write(photos / "z_again.jpg", coffee)
    (photos / "z_copy.png").write_bytes((photos / "coffee.png").read_bytes())
    images.write(photos / "z_small.png", coffee[:50])
    images.write(photos / "z_black.png", coffee // 3)
    (photos / "z_bad.jpg").write_bytes(b"no photo" * 200)
    images.write(photos / "z_tiny.png", np.zeros((64, 64, 3), np.uint8))
    becomes, dropped = run(photos, tmp_path / "out")
    reasons = {photo.stem: why for photo, why in dropped.items() if why}
    expected = {
        "z_again": f"it shows the same as {photos / 'coffee.png'}",
        "z_bad": "it is not a picture that can be read here",
        "z_black": "no person was found in it",
        "z_copy": f"it is the same file as {photos / 'coffee.png'}",
        "z_small": "its square is 50x50, below 64x64",
        "z_tiny": "it has 0 kB, below 1 kB",
    }
    assert reasons.keys() == expected.keys()
    assert all(reasons[name].startswith(expected[name]) for name in expected)
    assert len(list((tmp_path / "out").iterdir())) == 3

    portraits.write_report(
        tmp_path / "out", becomes, {p: why for p, why in dropped.items() if why}
    )
    with portraits.report_file(tmp_path / "out").open() as file:
        rows = {row["photo"]: row for row in csv.DictReader(file)}
    assert len(rows) == 9
    assert rows[str(photos / "coffee.png")]["portrait"] == "coffee.png"
    assert rows[str(photos / "z_small.png")] == {
        "photo": str(photos / "z_small.png"),
        "portrait": "",
        "dropped": reasons["z_small"],
    }


def test_without_masks_no_person_is_looked_for(tmp_path, photos):
    images.write(photos / "dark.png", data.coffee()[:, ::-1] // 3)
    options = portraits.PortraitOptions(side=64, kilobytes=1, masks=False)
    _, dropped = run(photos, tmp_path / "out", options)
    assert not any(dropped.values())
    assert len(list((tmp_path / "out").iterdir())) == 4
    assert not (tmp_path / "out_mask").exists()


def test_no_file_is_replaced_unasked(tmp_path, photos):
    run(photos, tmp_path / "out")
    before = (tmp_path / "out" / "coffee.png").read_bytes()
    with pytest.raises(ValueError, match=r"astronaut\.png is there already; pass --ov"):
        run(photos, tmp_path / "out", portraits.PortraitOptions(side=32, kilobytes=1))
    assert (tmp_path / "out" / "coffee.png").read_bytes() == before
    run(photos, tmp_path / "out", portraits.PortraitOptions(side=32, kilobytes=1), True)
    assert images.read(tmp_path / "out" / "coffee.png").pixels.shape == (32, 32, 3)
    with pytest.raises(ValueError, match="it would replace what it is made from"):
        run(photos, photos, OPTIONS, overwrite=True)


def test_photos_of_one_name_get_numbers(tmp_path, photos):
    """Catches: a photo that silently replaces another's portrait."""
    images.write(tmp_path / "more" / "coffee.jpg", data.rocket())
    named = [str(photos), str(tmp_path / "more"), str(photos / "coffee.png")]
    becomes = portraits.files(files.photos(named)[0], tmp_path / "out", False)
    assert [path.name for path in becomes.values()] == [
        "astronaut.png",
        "chelsea.png",
        "coffee.png",
        "coffee_2.png",
    ]


def test_without_the_network_nothing_is_begun(tmp_path, photos, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ValueError, match="fetch it once"):
        run(photos, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("height", "width"), [(40, 60), (60, 40), (41, 60), (40, 40)])
def test_the_square_is_the_largest_about_the_centre(height, width):
    photo = np.stack(np.indices((height, width)), axis=-1)
    square = portraits.square(photo)
    side = min(height, width)
    assert square.shape[:2] == (side, side)
    middle = (square[0, 0] + square[-1, -1]) / 2
    np.testing.assert_allclose(middle, [(height - 1) / 2, (width - 1) / 2], atol=0.5)


@pytest.mark.parametrize("turned", [False, True])
def test_a_face_moves_the_square_but_not_out_of_the_photo(turned):
    """Catches: a face at an edge whose square would lie half outside."""
    photo = data.astronaut()[:300]  # 512 wide, the face at x = 220
    photo = photo[:, 140:] if not turned else photo[:, 140:][:, ::-1]
    square = portraits.square(photo, "face")
    edge = photo[:, :300] if not turned else photo[:, -300:]
    np.testing.assert_array_equal(square, edge)
    assert (portraits.square(photo) != square).any()


def test_without_a_face_it_is_the_centre():
    photo = data.coffee()
    np.testing.assert_array_equal(
        portraits.square(photo, "face"), portraits.square(photo)
    )


def test_a_square_below_the_size_is_refused():
    square = np.zeros((90, 90, 3), np.uint16)
    assert portraits.reduced(square, 64).shape == (64, 64, 3)
    assert portraits.reduced(square, 64).dtype == np.uint8
    with pytest.raises(ValueError, match="its square is 90x90, below 91x91"):
        portraits.reduced(square, 91)
