"""The focus in motion: the pictures' order, and files that play."""

import sys

import numpy as np
import pytest
from PIL import Image, ImageCms
from skimage import data

from darkroom.render import sweep

HEIGHT, WIDTH = 33, 47  # odd: a film's sides must be even
DISPARITY = np.random.Generator(np.random.PCG64(2)).uniform(0.2, 0.8, (HEIGHT, WIDTH))


def draw(focus: float) -> np.ndarray:
    """A red left half, a right half as light as the focus is near."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:, :24] = (200, 40, 30)
    picture[:, 24:] = round(255 * focus)
    return picture


def test_the_focus_goes_from_near_to_far_over_what_there_is():
    found = sweep.focuses(DISPARITY, 21)
    assert found[0] == pytest.approx(0.8, abs=0.02)
    assert found[-1] == pytest.approx(0.2, abs=0.02)
    assert (np.diff(found) < 0).all()


def test_the_focus_is_slow_at_both_ends():
    steps = -np.diff(sweep.focuses(DISPARITY, 21))
    assert steps[0] < steps[10] / 4
    assert steps[-1] < steps[10] / 4


def test_specks_do_not_stretch_the_sweep():
    specks = DISPARITY.copy()
    specks[0, :5], specks[1, :5] = 0.0, 1.0
    found = sweep.focuses(specks, 5)
    assert 0.19 < found[-1] < found[0] < 0.81


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_picture_that_moves_goes_there_and_back_for_ever(tmp_path, kind):
    path = tmp_path / f"s.{kind}"
    sweep.write(path, DISPARITY, draw)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    with Image.open(path) as gif:
        assert gif.info["loop"] == 0
        assert gif.size == (WIDTH, HEIGHT)
        greys, times = [], []
        for k in range(gif.n_frames):
            gif.seek(k)
            picture = np.asarray(gif.convert("RGB")).astype(int)
            assert np.abs(picture[5, 5] - (200, 40, 30)).max() < 12
            greys.append(picture[:, 30:].mean())
            gif.load()  # of a WebP it tells only then
            times.append(gif.info["duration"])
    turn = times.index(max(times[1:]), 1)
    assert greys[0] == pytest.approx(255 * 0.8, abs=8)
    assert greys[turn] == pytest.approx(255 * 0.2, abs=8)
    assert np.diff(greys[: turn + 1]).max() < 4
    assert np.diff(greys[turn:]).min() > -4
    assert 3000 < sum(times) < 6000  # milliseconds


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_picture_that_moves_is_made_small_enough(tmp_path, monkeypatch, kind):
    """Noise, which no format can squeeze: the first size that is enough is taken."""
    noise = np.random.Generator(np.random.PCG64(3)).integers(
        0, 256, (3, 64, 96, 3), np.uint8
    )

    def size(most):
        monkeypatch.setattr(sweep, "_MOST", most)
        path = tmp_path / f"s.{kind}"
        sweep.SAVE[kind](path, list(noise))
        return path.stat().st_size

    full = size(10**9)
    least = size(1)
    assert least < 0.7 * full
    assert least <= size((least + full) // 2) <= (least + full) // 2


def test_a_gif_of_few_colours_has_those_of_the_photo(tmp_path, monkeypatch):
    """Catches posters: with an octree's 32 colours it had 29.1 dB."""
    monkeypatch.setattr(sweep, "_MOST", 1)
    photo = data.coffee()[::2, ::2]
    sweep.SAVE["gif"](tmp_path / "s.gif", [photo] * 3)
    with Image.open(tmp_path / "s.gif") as gif:
        shown = np.asarray(gif.convert("RGB")).astype(float)
    assert 10 * np.log10(255**2 / np.mean((shown - photo) ** 2)) > 30


def test_a_film_plays_from_near_to_far(tmp_path):
    """Catches H.264 that browsers refuse: 4:4:4, or odd sides; and shifted colours."""
    av = pytest.importorskip("av", reason="films need the package av")
    path = tmp_path / "s.mp4"
    sweep.write(path, DISPARITY, draw)
    with av.open(path) as file:
        stream = file.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        frames = [f.to_ndarray(format="rgb24") for f in file.decode(stream)]
        assert len(frames) / stream.average_rate == pytest.approx(3.4, abs=0.1)
    assert frames[0].shape == (HEIGHT - 1, WIDTH - 1, 3)
    assert frames[0][5:-5, 30:40].mean() == pytest.approx(255 * 0.8, abs=5)
    assert frames[-1][5:-5, 30:40].mean() == pytest.approx(255 * 0.2, abs=5)
    red = frames[40][5:-5, 5:15].mean((0, 1))
    np.testing.assert_allclose(red, (200, 40, 30), atol=8)


def test_colours_of_another_profile_become_srgb():
    """Catches a phone's wide colours that look dull, as these files have no profile."""
    picture = np.full((2, 3, 3), (200, 100, 50), np.uint8)
    swapped = bytearray(
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    )
    assert (sweep.in_srgb(picture, None) == picture).all()
    assert (
        np.abs(sweep.in_srgb(picture, bytes(swapped)).astype(int) - picture).max() <= 1
    )
    tags = {bytes(swapped[k : k + 4]): k for k in range(132, 400, 12)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    found = sweep.in_srgb(picture, bytes(swapped))
    assert np.abs(found.astype(int) - (50, 100, 200)).max() <= 2
    assert (sweep.in_srgb(picture, b"no profile") == picture).all()


def test_a_sweep_that_fails_leaves_nothing(tmp_path):
    def interrupted(focus: float) -> np.ndarray:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep.write(tmp_path / "s.gif", DISPARITY, interrupted)
    assert not list(tmp_path.iterdir())


def test_a_film_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ValueError, match=r"s\.mp4 needs .* pip install av; or"):
        sweep.ending("s.mp4")
    assert sweep.ending("in.gif/s.WebP") == sweep.ending("webp") == "webp"
    assert sweep.is_each(".gif") and not sweep.is_each("a.gif")
