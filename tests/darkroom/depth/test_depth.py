"""Whatever the depth comes from, it arrives at the photo's size and says its origin."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from darkroom import depth
from darkroom.depth import embedded, fetch, networks, portrait, stereo
from darkroom.io import images, shipped

RANDOM = np.random.Generator(np.random.PCG64(9))
PHOTO = images.Photo(RANDOM.integers(0, 256, (48, 64, 3), np.uint8))
RAMP = np.tile(np.linspace(0, 1, 24, dtype=np.float32)[:, None], (1, 32))


def save(path, values):
    np.save(path, values)
    return str(path)


def test_a_map_of_any_size_is_brought_to_the_photo_s(tmp_path):
    found = depth.find(PHOTO, source=save(tmp_path / "street.npy", RAMP))
    assert found.origin == "the map street.npy"
    assert found.disparity.shape == (48, 64)
    assert found.disparity.dtype == np.float32
    assert (np.diff(found.disparity[:, 5]) >= 0).all()


def test_a_map_of_the_photo_s_size_is_taken_as_it_is_and_inverted_if_asked(tmp_path):
    values = RANDOM.integers(0, 256, (48, 64), np.uint8)
    images.write(tmp_path / "map.png", values)
    found = depth.find(PHOTO, source=str(tmp_path / "map.png"))
    np.testing.assert_array_equal(found.disparity, (values / np.float32(255)))
    found = depth.find(PHOTO, source=str(tmp_path / "map.png"), invert=True)
    np.testing.assert_array_equal(found.disparity, 1 - values / np.float32(255))


def test_metres_are_far_where_they_are_large(tmp_path):
    source = save(tmp_path / "map.npy", 1 / (0.1 + RAMP[::-1]))
    found = depth.find(PHOTO, source=source, unit="metres")
    assert found.disparity[0, 0] > 0.95 > 0.05 > found.disparity[-1, -1]


def test_a_photo_of_sixteen_bits_has_a_depth_too(tmp_path):
    deep = images.Photo(PHOTO.pixels.astype(np.uint16) * 257)
    source = save(tmp_path / "map.npy", RAMP)
    np.testing.assert_array_equal(
        depth.find(deep, source=source).disparity,
        depth.find(PHOTO, source=source).disparity,
    )


def test_a_map_that_lies_as_the_stored_photo_is_turned_and_said_so(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    path = tmp_path / "photo.png"
    Image.fromarray(PHOTO.pixels).save(path, exif=exif)
    source = save(tmp_path / "map.npy", RAMP)
    found = depth.find(images.read(path), path, source)
    assert found.origin == "the map map.npy, turned as the photo"
    assert (np.diff(found.disparity[5]) <= 0).all()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.full((24, 32), 0.5), "same depth everywhere"),
        (np.where(RAMP > 0.5, np.nan, RAMP), "are NaN"),
        (RAMP[:12], "map is 12x32, the photo 48x64"),
        (PHOTO.pixels.mean(axis=2) / 255, "the photo itself in grey"),
    ],
)
def test_what_is_no_depth_of_the_photo_is_one_sentence(tmp_path, values, said):
    with pytest.raises(ValueError, match=rf"map\.npy.* {said}"):
        depth.find(PHOTO, source=save(tmp_path / "map.npy", values))


def test_the_photo_as_its_own_map_is_refused(tmp_path):
    images.write(tmp_path / "photo.png", PHOTO.pixels)
    with pytest.raises(ValueError, match=r"photo\.png: it is a picture in colour"):
        depth.find(PHOTO, source=str(tmp_path / "photo.png"))


def test_a_network_and_a_right_photo_answer_in_their_own_size(tmp_path, monkeypatch):
    answer = networks.Answer(RAMP, "; guessed: all")
    monkeypatch.setattr(networks, "disparity", lambda *given: answer)
    found = depth.find(PHOTO, source="nets/depth.tflite", invert=True)
    assert found.origin == "the network depth.tflite"
    assert found.note.startswith("; guessed: all; its upper part is nearer")
    assert "pass --invert_depth=false" in found.note
    assert found.disparity[0, 0] == 1
    narrow = networks.Answer(RAMP[:, ::2], "")
    monkeypatch.setattr(networks, "disparity", lambda *given: narrow)
    found = depth.find(PHOTO, source="nets/depth.tflite", upsampled=False)
    assert found.disparity.shape == PHOTO.pixels.shape[:2]  # its proportions

    def matched(left, right):
        np.testing.assert_array_equal(left, PHOTO.pixels)
        np.testing.assert_array_equal(right, 255 - PHOTO.pixels)
        return stereo.Match(RAMP, 0.124)

    monkeypatch.setattr(stereo, "match", matched)
    images.write(tmp_path / "right.png", 255 - PHOTO.pixels)
    found = depth.find(PHOTO, right=str(tmp_path / "right.png"))
    assert str(found) == ("the right photo right.png; 12% of the picture had no match")
    assert found.disparity.shape == (48, 64)


def test_a_right_photo_that_does_not_match_is_named(tmp_path):
    images.write(tmp_path / "right.png", PHOTO.pixels[:-1])
    with pytest.raises(ValueError, match=r"right\.png: the right photo is 47x64"):
        depth.find(PHOTO, right=str(tmp_path / "right.png"))


def test_a_guess_says_that_it_is_one(monkeypatch):
    found = depth.find(PHOTO, source="prior")
    assert found.origin == "a guess: lower is nearer"
    assert found.disparity[-1].min() == 1
    whole = np.tile(np.linspace(0, 1, 48, dtype=np.float32)[:, None], (1, 64))
    monkeypatch.setattr(portrait, "guess", lambda *_: portrait.Guess(whole, "; so"))
    found = depth.find(PHOTO)
    assert str(found) == "a guess: a person in front of a background; so"
    np.testing.assert_array_equal(found.disparity, whole)


def test_the_map_inside_comes_before_a_guess_and_must_fit(tmp_path, monkeypatch):
    monkeypatch.setattr(portrait, "guess", None)
    monkeypatch.setattr(embedded, "find", lambda path: RAMP)
    found = depth.find(PHOTO, tmp_path / "photo.jpg")
    assert found.origin == "the depth map inside the photo"
    monkeypatch.setattr(embedded, "find", lambda path: RAMP[:12])
    with pytest.raises(ValueError, match=r"photo\.jpg, the depth map inside: .*12x32"):
        depth.find(PHOTO, tmp_path / "photo.jpg")


def test_the_network_that_was_fetched_comes_before_a_guess_unless_none(monkeypatch):
    monkeypatch.setattr(fetch, "fetched", lambda: pathlib.Path("cache/small.onnx"))
    monkeypatch.setattr(portrait, "guess", lambda *_: portrait.Guess(RAMP))

    def answer(path, picture, scale, unit):
        return networks.Answer(RAMP, f"; {path} {scale}{unit}")

    monkeypatch.setattr(networks, "disparity", answer)
    found = depth.find(PHOTO)
    assert str(found) == "the network small.onnx; cache/small.onnx "
    found = depth.find(PHOTO, source="none")
    assert found.origin == "a guess: a person in front of a background"


def test_what_is_in_a_box_gives_a_photo_without_depth_one(monkeypatch):
    """With nobody in it and no network: a thing that stands before a background."""
    monkeypatch.setattr(fetch, "fetched", lambda: None)
    thing = np.zeros((48, 64), np.float32)
    thing[10:40, 20:40] = 1
    found = depth.find(PHOTO, subject=thing)
    assert found.origin == "a guess: what the box holds in front of a background"
    assert (found.disparity[10:40, 20:40] == np.float32(portrait.PERSON)).all()
    assert (found.disparity[:10] == 0).all()


def test_a_map_that_is_nearer_above_deserves_a_sentence(tmp_path):
    found = depth.find(PHOTO, source=save(tmp_path / "map.npy", RAMP[::-1]))
    assert found.note.endswith("if that is wrong, pass --invert_depth=true")
    assert depth.find(PHOTO, source=save(tmp_path / "map.npy", RAMP)).note == ""
    across = np.tile(np.linspace(1, 0, 32, dtype=np.float32), (24, 1))
    assert depth.find(PHOTO, source=save(tmp_path / "map.npy", across)).note == ""


def test_with_nothing_to_go_by_it_says_what_to_pass(tmp_path, monkeypatch):
    """A box first, with a command that is ready; the guess by the floor last."""
    monkeypatch.setattr(portrait, "guess", lambda *_: None)
    monkeypatch.setenv(shipped.VARIABLE, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    images.write("at sea.jpg", PHOTO.pixels)
    with pytest.raises(ValueError) as error:
        depth.find(PHOTO, pathlib.Path("at sea.jpg"))
    said = str(error.value)
    words = ("darkroom 'at sea.jpg' --subject 0.25,0.2,0.5,0.7 (", "--depth FILE")
    words += ("--right", "darkroom.depth fetch", "darkroom.subjects fetch", "prior")
    places = [said.index(word) for word in words]
    assert places == sorted(places)
    with pytest.raises(ValueError, match="pass only one"):
        depth.find(PHOTO, source="map.png", right="right.png")


def test_the_small_network_is_taken_where_nothing_else_tells(monkeypatch):
    """After what a photo brings, a fetched network and a person; not if unwanted."""
    monkeypatch.setattr(fetch, "fetched", lambda: None)
    monkeypatch.setattr(portrait, "guess", lambda *_: None)
    found, named = depth.find(PHOTO), depth.find(PHOTO, source="small")
    np.testing.assert_array_equal(found.disparity, named.disparity)
    assert "the small network that comes along" in str(found)
    assert found.note.startswith("; it is rough: a better one for all photos: python")
    assert found.is_rough
    with pytest.raises(ValueError, match="no person was found"):
        depth.find(PHOTO, source="none")
    person = portrait.Guess(np.tile(np.linspace(0, 1, 64, dtype="f4"), (48, 1)))
    monkeypatch.setattr(portrait, "guess", lambda *_: person)
    by_person = depth.find(PHOTO)
    assert "a person in front" in by_person.origin
    assert not by_person.is_rough


def test_without_the_repository_s_folder_small_says_where_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv(shipped.VARIABLE, str(tmp_path))
    with pytest.raises(ValueError, match=r"depth_small\.tflite is not in .*; copy"):
        depth.find(PHOTO, source="small")


def test_importing_it_imports_nothing_heavy():
    """Catches: --help of a program that takes a second."""
    heavy = "{'numpy', 'cv2', 'numba', 'PIL', 'ai_edge_litert', 'tensorflow'}"
    code = f"import sys, darkroom.depth; sys.exit(len({heavy} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
