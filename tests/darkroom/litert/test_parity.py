"""How far a file is from Keras, with stand-ins for files."""

import math

import keras
import numpy as np
import pytest

from darkroom.litert import parity, quantize


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


def test_not_a_number_is_never_close_enough(model):
    report = parity.compare(model, lambda a: a * np.nan, pictures(1, 0.5))
    for precision in quantize.PRECISIONS:
        with pytest.raises(ValueError, match=f"as {precision} it differs .* PSNR nan"):
            report.check(precision)


@pytest.mark.parametrize(
    ("precision", "psnr", "largest"),
    [
        ("float32", 60, 2e-4),
        ("float16", 50, 0.5),
        ("int8_dynamic", 34, 0.5),
        ("int8", 30, 0.5),
        ("int16x8", 40, 0.5),
    ],
)
def test_a_precision_promises_a_psnr(precision, psnr, largest):
    """And float32 an error at every pixel."""
    parity.ParityReport(psnr, largest).check(precision)
    with pytest.raises(ValueError, match=f"expected at least {psnr} dB: "):
        parity.ParityReport(psnr - 0.1, 0).check(precision)
    if precision == "float32":
        with pytest.raises(ValueError, match=r"largest 2.1e-04; expected"):
            parity.ParityReport(80, 2.1e-4).check(precision)


def test_it_reads_as_people_say_it():
    assert str(parity.ParityReport(41.26, 0.052)) == "PSNR 41.3 dB, largest 5.2e-02"
