"""How far a file is from Keras, with stand-ins for files."""

import math

import keras
import numpy as np
import pytest

from darkroom.litert import parity


@pytest.fixture(scope="module")
def model() -> keras.Model:
    picture = keras.Input((4, 6, 3))
    return keras.Model(picture, keras.layers.Rescaling(0.5)(picture))


def pictures(*levels: float) -> list[np.ndarray]:
    return [np.full((1, 4, 6, 3), level, np.float32) for level in levels]


def test_psnr_is_of_the_worst_picture_and_the_largest_of_all(model):
    """Catches a mean over pictures, and a maximum that forgets all but the last."""

    def file(array: np.ndarray) -> np.ndarray:
        wrong = array / 2
        wrong[0, 0, 0, 0] += 0.5 * float(array.mean() > 0.9)
        return wrong

    found = parity.compare(model, file, pictures(0, 1, 0.5))
    assert found.largest == pytest.approx(0.5)
    assert found.psnr == pytest.approx(-10 * math.log10(0.25 / 72))


def test_a_smaller_range_makes_the_same_error_larger(model):
    def file(array: np.ndarray) -> np.ndarray:
        return array / 2 + 0.01

    found = parity.compare(model, file, pictures(0.5), peak=0.1)
    assert found.largest == pytest.approx(0.1, rel=1e-5)
    assert found.psnr == pytest.approx(20, abs=1e-3)


def test_equal_pictures_have_a_finite_psnr(model):
    """Catches an infinity, which JSON cannot hold."""
    assert parity.compare(model, lambda a: a / 2, pictures(0.5)).psnr == 200


def test_not_a_number_is_never_within_a_bar(model):
    found = parity.compare(model, lambda a: a * np.nan, pictures(1, 0.5))
    assert not any(found.within(precision) for precision in parity.BARS)


def test_bars():
    """The issue's bars; and float32 must also be exact at every pixel."""
    for precision, bar in (("float16", 50), ("int8_dynamic", 34), ("int8", 30)):
        assert parity.Differences(bar, 0.5).within(precision)
        assert not parity.Differences(bar - 0.1, 0).within(precision)
    assert parity.Differences(60, 2e-4).within("float32")
    assert not parity.Differences(59.9, 0).within("float32")
    assert not parity.Differences(80, 2.1e-4).within("float32")


def test_it_reads_as_people_say_it():
    assert str(parity.Differences(41.26, 0.052)) == "PSNR 41.3 dB, largest 5.2e-02"
