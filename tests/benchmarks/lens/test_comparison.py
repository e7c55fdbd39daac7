"""All renderers on a set, means over what has a score; light; the grid."""

import dataclasses

import numpy as np
import pytest

from benchmarks.lens import comparison, hair, renderers
from darkroom import pixels


def row(**named) -> dict:
    return {"psnr": 30.0, "lights": None, "energy": 0.01, **named}


def test_means_leave_out_what_has_no_score() -> None:
    """Catches None as 0, and errors of energy that cancel."""
    rows = [row(psnr=20.0, lights=12.0), row(energy=-0.03)]
    means = comparison.summary(rows)
    assert means == pytest.approx(
        {"psnr": 25.0, "lights": 12.0, "energy": 0.02, "worst": 20.0}
    )
    assert comparison.summary([row()])["lights"] is None


def test_each_renderer_has_its_own_rows(shot) -> None:
    """Catches the truth compared with itself, and floats taken for uint8."""
    among = {
        "same": lambda photo, disparity, focus, radius: photo,
        "dark": lambda photo, disparity, focus, radius: photo / np.float32(510),
    }
    found = comparison.compare([shot], among, "a set")
    assert found["same"]["shots"]["scene/0"]["psnr"] == 100
    assert found["dark"]["mean"]["worst"] < 15
    assert found["dark"]["mean"]["milliseconds"] >= 0


def test_what_takes_a_matte_is_compared_where_all_have_one(shot) -> None:
    soft = dataclasses.replace(shot, matte=np.zeros((48, 64)))
    among = {"same": lambda photo, disparity, focus, radius: photo}
    both = comparison.compare([soft, soft], among, "a set")
    assert list(both) == ["same", *renderers.MATTED]
    assert list(comparison.compare([soft, shot], among, "a set")) == ["same"]


def test_hair_is_better_with_its_matte_by_far() -> None:
    """Catches a matte that is not handed on."""
    shots = hair.generate(1, (180, 240), 2)
    among = {"hard": renderers.unboosted}
    found = comparison.compare(shots, among, "hair")
    hard, soft = (found[name]["mean"]["scored"] for name in ("hard", *renderers.MATTED))
    assert soft > hard + 5


def test_the_gather_keeps_light_and_srgb_does_not() -> None:
    """Catches light that leaves the picture, and light that is not counted as light."""
    assert comparison.energy_error(renderers.exact_gather) < 1e-4
    assert comparison.energy_error(renderers.one_disc) > 0.03


def test_lost_light_is_told() -> None:
    def dim(photo, disparity, focus, radius):
        return pixels.to_srgb(pixels.to_linear(photo) * np.float32(0.75))

    assert comparison.energy_error(dim) == pytest.approx(0.25, abs=1e-4)


def test_identity_is_to_the_bit(monkeypatch) -> None:
    blur = lambda linear, *_: linear  # noqa: E731
    monkeypatch.setattr(comparison.lens, "blur", blur)
    assert comparison.keeps_photo()
    blur = lambda linear, *_: np.nextafter(linear, 2)  # noqa: E731
    monkeypatch.setattr(comparison.lens, "blur", blur)
    assert not comparison.keeps_photo()


def test_the_worst_the_median_and_the_best_are_shown(shot) -> None:
    names = [str(n) for n in range(5)]
    shots = [dataclasses.replace(shot, name=name) for name in names]
    rows = dict(zip(names, [{"psnr": p} for p in (30, 40, 20, 35, 10)], strict=True))
    assert [one.name for one in comparison.pick(shots, rows)] == ["4", "0", "1"]
    assert len(comparison.pick(shots[:1], rows)) == 1


def test_a_row_has_photo_disparity_renderers_and_truth(shot) -> None:
    found = {"a": {"lens": {"shots": {shot.name: {"psnr": 30.0}}}}}
    page = comparison.grid({"a": [shot]}, found)
    cells = len(renderers.ALL) - 1 + 3  # the untouched photo is shown once
    assert page.shape == (48 + 22, cells * (64 + 8) - 8, 3)
    assert (page[22:, :64] == shot.photo).all()
    assert (page[22:, -64:] == shot.truth).all()
