"""Light is kept: who does, who does not, and who changes what must not change."""

import numpy as np
import pytest

from benchmarks.lens import properties, renderers
from darkroom import pixels


def test_the_gather_keeps_light_and_srgb_does_not() -> None:
    """Catches light that leaves the picture, and light that is not counted as light."""
    assert properties.energy(renderers.exact_gather) < 1e-4
    assert properties.energy(renderers.one_disc) > 0.03


def test_lost_light_is_told() -> None:
    def dim(photo, disparity, focus, radius):
        return pixels.to_srgb(pixels.to_linear(photo) * np.float32(0.75))

    assert properties.energy(dim) == pytest.approx(0.25, abs=1e-4)


def test_identity_is_to_the_bit(monkeypatch) -> None:
    blur = lambda linear, *_: linear  # noqa: E731
    monkeypatch.setattr(properties.lens, "blur", blur)
    assert properties.identity()
    blur = lambda linear, *_: np.nextafter(linear, 2)  # noqa: E731
    monkeypatch.setattr(properties.lens, "blur", blur)
    assert not properties.identity()
