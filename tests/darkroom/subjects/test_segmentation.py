"""Two looks, with a network that sees what is bright; the real one where it is."""

import cv2
import numpy as np
import pytest
from skimage import data

from darkroom import subjects
from darkroom.io import decoding, images
from darkroom.subjects import fetch, segmentation


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The shapes looked at by a network for which a person is what is white."""
    shapes: list[tuple[int, ...]] = []

    def probability(picture: np.ndarray) -> np.ndarray:
        shapes.append(picture.shape)
        small = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA)
        return (small[..., 0] / np.float32(255)).astype(np.float32)

    monkeypatch.setattr(segmentation, "_probability", probability)
    return shapes


@pytest.fixture
def network() -> None:
    if not fetch.has_person_network():
        pytest.skip(f"the person network is not here: {fetch.COMMAND} brings it")


def test_the_second_look_is_at_the_person_and_lands_where_it_is(looks):
    """Catches: rows and columns exchanged, a box in pixels of the network's input."""
    picture = np.zeros((600, 1200, 3), np.uint8)
    picture[300:500, 800:900] = 255
    mask = segmentation.person(picture)
    np.testing.assert_allclose(mask, picture[..., 0] / 255, atol=0.1)
    height, width, _ = looks[1]
    assert 200 * 1.3 - 8 <= height <= 200 * 1.3 + 12
    assert 100 * 1.3 - 12 <= width <= 100 * 1.3 + 20


def test_a_person_at_the_picture_s_edge_is_whole(looks):
    picture = np.zeros((100, 160, 3), np.uint8)
    picture[40:, 100:] = 255
    mask = segmentation.person(picture)
    np.testing.assert_array_equal(mask > 0.5, picture[..., 0] > 0)


@pytest.mark.parametrize("brightness", [0, 130, 230])
def test_what_the_network_is_unsure_of_is_nobody(looks, brightness):
    """Catches a cat as a person: 91 % of the picture, at 0.945 in the mean."""
    picture = np.full((60, 80, 3), brightness, np.uint8)
    mask = segmentation.person(picture)
    assert mask.shape == (60, 80)
    assert not mask.any()


def test_a_speck_goes_unless_it_has_a_face_and_doubt_is_measured(looks, monkeypatch):
    """By hand: in the second look, 30 of the person's 100 columns are at half of it."""
    picture = np.zeros((256, 256, 3), np.uint8)
    picture[:, :100] = 255
    picture[100:120, 200:220] = 255
    assert segmentation.person(picture)[110, 210] == 0
    face = subjects.Face(202, 102, 15, 15)
    found = segmentation.find_person(picture, [face])
    assert found.mask[110, 210] > 0.9
    assert found.unsure < 0.1 and found.note == ""
    picture[100:120, 200:220] = 0
    half = np.zeros((256, 256), np.float32)
    half[:, :100], half[:, 100:130] = 1, 0.4
    answers = [(half == 1).astype(np.float32), half]
    monkeypatch.setattr(segmentation, "_probability", lambda picture: answers.pop(0))
    found = segmentation.find_person(picture)
    assert found.unsure == pytest.approx(0.3)
    assert "unsure over 30% of their size" in found.note


def test_without_the_network_the_command_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path))
    with pytest.raises(ValueError, match="not here; fetch it once: python -m darkroom"):
        subjects.person(np.zeros((20, 30, 3), np.uint8))


def test_a_damaged_network_is_not_run(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path))
    fetch.path().write_bytes(b"....TFL3")
    with pytest.raises(ValueError, match="is not the file that was tested here"):
        subjects.person(np.zeros((20, 30, 3), np.uint8))


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_the_real_network_finds_the_astronaut(network, kind):
    """Catches inputs of another range or order of colours."""
    picture = data.astronaut()
    mask = subjects.person(picture if kind is np.uint8 else picture / kind(255))
    assert mask.dtype == np.float32
    for x, y in ((222, 40), (222, 130), (100, 330), (300, 320), (220, 480)):
        assert mask[y, x] > 0.9  # hair, face, both shoulders, chest
    for x, y in ((60, 60), (420, 100), (330, 60), (480, 150)):
        assert mask[y, x] < 0.1  # flag, shuttle, wall


def test_the_real_network_finds_nobody_in_a_cup_and_a_cat(network):
    assert not subjects.person(data.coffee()).any()
    assert not subjects.person(data.chelsea()).any()


@pytest.mark.parametrize(
    ("name", "least"),
    [("p_22fc0130", 0.975), ("p_514ca06a", 0.97), ("p_51c916fc", 0.96)],
)
def test_the_real_network_agrees_with_masks_made_by_hand(network, shared, name, least):
    """Without the second look the last one is 0.925."""
    folder = shared / "data" / "portrait_cutouts"
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: portraits with masks made by hand")
    picture = images.read(folder / "original" / f"{name}.jpg").pixels
    truth = decoding.load(folder / "alpha" / f"{name}.png").convert("L")
    found, person = subjects.person(picture) > 0.5, np.asarray(truth) > 127
    assert (found & person).sum() / (found | person).sum() > least
