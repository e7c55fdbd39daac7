"""Cards: beside a file, inside it, and what becomes of a file that is another."""

import dataclasses
import json
import pathlib
import tracemalloc

import keras
import numpy as np
import pytest

from darkroom import litert
from darkroom.litert import card, convert

WORDS = {"network": "a half", "range": [0, 1], "unit": "größer ist näher"}


@pytest.fixture(scope="module")
def content() -> bytes:
    """A file that halves a picture and adds a convolution to it."""
    keras.utils.set_random_seed(0)
    picture = keras.Input((16, 24, 3), name="photo")
    x = keras.layers.Conv2D(3, 3, padding="same", name="conv")(picture)
    return convert.convert(keras.Model(picture, x), (1, 16, 24, 3), "float32")


@pytest.fixture
def file(content, tmp_path) -> pathlib.Path:
    path = tmp_path / "net.tflite"
    stamped = card.stamp(content, WORDS)
    path.write_bytes(stamped)
    card.write(path, stamped, WORDS)
    return path


def test_a_card_goes_in_and_comes_out(content):
    """Catches letters that are lost, and a second card beside the first."""
    assert card.embedded(content) is None
    once = card.stamp(content, WORDS)
    assert card.embedded(once) == WORDS
    twice = card.stamp(once, {"network": "another"})
    assert card.embedded(twice) == {"network": "another"}
    assert twice.count(card.METADATA) == 1


def test_a_file_that_was_copied_without_its_card_has_it_inside(file):
    card.path_of(file).unlink()
    assert card.read(file) is None
    assert card.find(file) == WORDS
    assert litert.Network(file).card == WORDS


@pytest.mark.parametrize("inside", [b"[1]", b"{", b"\xff"])
def test_a_card_inside_that_cannot_be_read_is_none(file, inside):
    """It is another maker's, perhaps; the network is none the worse."""
    card.path_of(file).unlink()
    words = card._json(WORDS).encode()
    content = file.read_bytes()
    assert words in content
    file.write_bytes(content.replace(words, inside.ljust(len(words))))
    assert card.find(file) is None
    file.write_bytes(b"")
    assert card.find(file) is None


def test_a_card_leaves_the_network_as_it_was(content, file, tmp_path):
    plain = tmp_path / "plain.tflite"
    plain.write_bytes(content)
    picture = np.random.default_rng(0).random((1, 16, 24, 3)).astype(np.float32)
    found, expected = litert.Network(file), litert.Network(plain)
    np.testing.assert_array_equal(found(picture), expected(picture))
    assert found.card is not None
    assert found.card["unit"] == WORDS["unit"]
    assert found.card["bytes"] == file.stat().st_size
    assert expected.card is None  # of others: not judged


def test_a_file_is_refused_wherever_a_byte_of_it_is_changed(file):
    """Catches a sum over a part of the file only: names, weights, card, padding."""
    good = file.read_bytes()
    litert.Network(file)
    for place in [9, *range(100, len(good), len(good) // 20), len(good) - 1]:
        bad = bytearray(good)
        bad[place] ^= 1
        file.write_bytes(bad)
        with pytest.raises(
            ValueError, match=r"net.tflite was changed or damaged after"
        ):
            litert.Network(file)
    for content in (good + b"\0", b""):
        file.write_bytes(content)
        with pytest.raises(ValueError, match="was changed or damaged after it was"):
            card.read(file)


def test_a_file_is_not_in_memory_to_be_read(file):
    """Catches 190 MB that PyNET's file would take beside those of its runtime."""
    stamped = file.read_bytes() + bytes(
        2**24
    )  # a flatbuffer does not mind what follows
    file.write_bytes(stamped)
    card.write(file, stamped, WORDS)
    tracemalloc.start()
    assert card.read(file) is not None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**23


def test_a_file_is_refused_if_its_card_says_something_else(file):
    beside = card.path_of(file)
    words = json.loads(beside.read_text())
    for changed in ({**words, "range": [0, 255]}, {**words, "more": 1}):
        beside.write_text(json.dumps(changed))
        with pytest.raises(ValueError, match=r"says something else than .*net.tflite"):
            litert.Network(file)


@pytest.mark.parametrize("text", ["", "[]", "{}", "no card"])
def test_what_is_no_card_is_one_sentence(file, text):
    card.path_of(file).write_text(text)
    with pytest.raises(
        ValueError, match=r"net.tflite.json is not the card of a LiteRT"
    ):
        litert.Network(file)


def test_the_sum_is_what_sha256sum_prints(file):
    import hashlib

    words = json.loads(card.path_of(file).read_text())
    assert words["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_command_can_be_pasted():
    @dataclasses.dataclass
    class Config:
        level: int = 3
        weights: str = "my weights.h5"
        width: float | None = None

    assert card.command_line("pynet.export", Config()) == (
        "python -m pynet.export --level=3 '--weights=my weights.h5'"
    )
