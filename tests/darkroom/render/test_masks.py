"""Masks and mattes as people have them."""

import numpy as np
import pytest
from PIL import Image

import darkroom
from darkroom import lens
from darkroom.io import images
from darkroom.io.companions import Companions
from darkroom.io.files import Job
from darkroom.render import look, masks, shot
from darkroom.render.autofocus import FocusRequest
from darkroom.render.options import RenderOptions

SIZE = (40, 60)


def soft(height=40, width=60):
    """Returns a matte, `[H, W]` uint8: 0 on the left, a soft edge, 255 on the right."""
    x = np.arange(width) / width
    row = np.clip((x - 0.4) / 0.2, 0, 1) * 255
    return np.tile(np.rint(row), (height, 1)).astype(np.uint8)


def test_grey_alpha_and_arrays_are_one_matte(tmp_path):
    grey, colour = soft(), np.full((*SIZE, 3), 90, np.uint8)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    Image.fromarray(np.dstack([colour, grey])).save(tmp_path / "alpha.png")
    Image.fromarray(np.dstack([grey] * 3)).save(tmp_path / "rgb.png")
    np.save(tmp_path / "m.npy", grey / np.float32(255))
    for name in ("grey.png", "alpha.png", "rgb.png", "m.npy"):
        matte = masks.read_matte(str(tmp_path / name), SIZE)
        np.testing.assert_allclose(matte, grey / 255, atol=1e-6)
    assert masks.read_matte("", SIZE) is None and masks.read("", SIZE) is None


def test_any_size_is_resized_without_aliasing(tmp_path):
    """Every fourth pixel of a fine comb is no mean of it."""
    comb = np.zeros((160, 240), np.uint8)
    comb[:, 120:] = 255
    comb[:, ::4] = 255
    Image.fromarray(comb).save(tmp_path / "m.png")
    matte = masks.read_matte(str(tmp_path / "m.png"), SIZE)
    assert matte.shape == SIZE
    np.testing.assert_allclose(matte[:, 2:27], 0.25, atol=0.05)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (np.zeros(SIZE, np.uint8), "shows no subject"),
        (np.full(SIZE, 200, np.uint8), "nothing is around it"),
        (soft(40, 200), "40x200, the photo 40x60; expected the same proportions"),
        (np.random.default_rng(0).integers(0, 255, (*SIZE, 3), np.uint8), "is grey"),
    ],
)
def test_what_is_no_matte_is_refused(tmp_path, made, message):
    Image.fromarray(made).save(tmp_path / "m.png")
    with pytest.raises(ValueError, match=message) as error:
        masks.read_matte(str(tmp_path / "m.png"), SIZE)
    assert "\n" not in str(error.value) and "m.png" in str(error.value)
    with pytest.raises(OSError):
        masks.read_matte(str(tmp_path / "none.png"), SIZE)


def job(folder, **named):
    rng = np.random.default_rng(1)
    images.write(folder / "a.png", rng.integers(60, 200, (*SIZE, 3), np.uint8))
    Image.fromarray(soft(80, 120)).save(folder / "m.png")
    own = Companions(matte=str(folder / "m.png"), **named)
    return Job(folder / "a.png", {"picture": folder / "b.png"}, own)


def test_a_matte_reaches_the_lens_and_says_where_the_focus_is(tmp_path, monkeypatch):
    mattes, blur = [], lens.blur

    def spy(*arguments, matte=None, **options):
        mattes.append(matte)
        return blur(*arguments, matte=matte, **options)

    monkeypatch.setattr(lens, "blur", spy)
    np.save(tmp_path / "d.npy", (soft() > 127) * np.float32(0.6) + np.float32(0.2))
    asked = RenderOptions(look.Look(radius=14, grain=0))
    one = job(tmp_path, depth=str(tmp_path / "d.npy"))
    message = shot.render(one, asked)
    assert "focus on what the matte shows at 0.80" in message
    np.testing.assert_allclose(mattes[0], soft() / 255, atol=0.03)
    found = images.read(tmp_path / "b.png").pixels
    photo = images.read(tmp_path / "a.png").pixels
    assert (found[:, 40:] == photo[:, 40:]).all()
    drawn = darkroom.render_photo(
        tmp_path / "a.png",
        tmp_path / "d.npy",
        matte=tmp_path / "m.png",
        radius=14,
        grain=0,
    )
    assert (drawn == found).all()


def test_another_focus_leaves_the_matte_its_edges(tmp_path):
    np.save(tmp_path / "d.npy", (soft() > 127) * np.float32(0.6) + np.float32(0.2))
    one = job(tmp_path, depth=str(tmp_path / "d.npy"))
    asked = RenderOptions(look.Look(radius=14), FocusRequest((0.1, 0.5)))
    read = shot.read(one, asked)
    assert read.focus == pytest.approx(0.2) and read.matte is not None
    assert shot.shrunk(read, 30).matte.shape == (20, 30)


def test_without_a_depth_the_matte_is_what_stands_there(tmp_path, monkeypatch):
    monkeypatch.setattr("darkroom.subjects.faces", lambda picture: [], raising=False)
    read = shot.read(job(tmp_path, depth="none"), RenderOptions(look.Look()))
    assert "a guess: what the matte shows in front of a background" in read.message
    assert (np.abs(read.disparity[:, 40:] - read.focus) < 0.01).all()
    assert read.disparity[:10, :20].max() < read.focus - 0.3
