"""The photo's own lens: its formula by hand, and when it is known."""

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from darkroom.depth import finding
from darkroom.io import files, images
from darkroom.io.companions import Companions
from darkroom.render import autofocus, look, own_lens, shot
from darkroom.render.options import RenderOptions


def exif(focal_length=50.0, on_film=75):
    block = Image.Exif()
    told = block.get_ifd(0x8769)
    if focal_length:
        told[0x920A] = TiffImagePlugin.IFDRational(focal_length)
    if on_film:
        told[0xA405] = on_film
    return block.tobytes()


def test_a_portrait_by_hand():
    """50 mm at f/2 on APS-C, the person at 2 m, the wall at 6 m."""
    lens = own_lens.find(exif(), (2000, 3000), (1 / 6, 1 / 2))
    pixel = 43.27 * 50 / 75 / np.hypot(2000, 3000)  # of the sensor, in mm
    on_sensor = 50 * 50 / (2 * 2 * (2000 - 50)) * (6000 - 2000) / 6000  # mm
    assert lens.radius(2.0, 1.0) * 1.0 == pytest.approx(on_sensor / pixel, rel=1e-6)
    assert lens.radius(4.0, 1.0) == pytest.approx(lens.radius(2.0, 1.0) / 2)
    small = lens.scaled(0.25)
    assert small.radius(2.0, 1.0) == pytest.approx(lens.radius(2.0, 1.0) / 4)
    assert str(lens) == "50 mm"


@pytest.mark.parametrize(
    ("block", "metres"),
    [
        (b"", (0.1, 1.0)),
        (exif(on_film=0), (0.1, 1.0)),
        (exif(focal_length=0), (0.1, 1.0)),
        (exif(), None),
        (exif(), (0.5, 0.5)),
    ],
)
def test_too_little_is_said(block, metres):
    assert own_lens.find(block, (20, 30), metres) is None


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (60, 90, 3), np.uint8)
    photo = images.Photo(picture, exif=exif())
    images.write(tmp_path / "photo.jpg", picture, like=photo)
    metres = np.full((60, 90), 8.0, np.float32)
    metres[20:, 30:60] = 2.0
    np.save(tmp_path / "metres.npy", metres)
    return tmp_path


def read(folder, unit, **how):
    own = Companions(depth=str(folder / "metres.npy"))
    job = files.Job(folder / "photo.jpg", {}, own)
    request = autofocus.FocusRequest(disparity=1.0)
    options = RenderOptions(look.Look(**how), request, depth_unit=unit)
    return shot.read(job, options)


def test_metres_and_exif_make_the_f_number_the_lens_s_own(folder):
    one = read(folder, "metres", f_number=2.0)
    assert one.message.endswith(", f/2 of its own 50 mm lens")
    pixel = 43.27 * 50 / 75 / np.hypot(60, 90)
    k = 50 * 50 / (2 * 2 * (2000 - 50)) * (8000 - 2000) / 8000 / pixel
    by_radius = shot.draw(one, look.Look(radius=float(k), grain=0.0))
    found = shot.draw(one, look.Look(f_number=2.0, grain=0.0))
    np.testing.assert_array_equal(found, by_radius)


def test_else_it_is_as_of_a_lens(folder):
    one = read(folder, "depth", f_number=2.0)
    assert one.lens is None and ", as of f/2" in one.message
    assert "f/" not in read(folder, "metres", strength=40.0).message


def test_sentences_come_after_the_list(folder):
    """Catches "pass --invert_depth=true, as of f/2"."""
    farther = np.linspace(2, 8, 60)[:, None].repeat(90, axis=1)  # downwards
    np.save(folder / "metres.npy", farther)
    message = read(folder, "depth", f_number=2.0).message
    listed, sentence = message.split("; ")
    assert listed.endswith(", as of f/2")
    assert sentence.startswith("its upper part is nearer")


def test_inverted_metres_are_turned_too(folder):
    photo = images.read(folder / "photo.jpg")
    both = [
        finding.find(
            photo, source=str(folder / "metres.npy"), unit="metres", invert=invert
        ).inverse_metres
        for invert in (False, True)
    ]
    assert both == [(0.125, 0.5), (0.5, 0.125)]
