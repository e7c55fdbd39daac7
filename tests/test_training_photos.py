"""scripts/training_photos.py: what scenes are made of, and what is held out."""

from __future__ import annotations

import pathlib
import runpy
import sys

import numpy as np
import pytest

from darkroom.io import depth_maps, images
from darkroom.scenes import textures

SCRIPT = pathlib.Path(__file__).parents[1] / "scripts/training_photos.py"
pytest.importorskip("skimage")


def test_no_photo_is_on_both_sides(tmp_path, monkeypatch, capsys):
    rng = np.random.default_rng(0)

    def picture(*place: str, shape: tuple[int, ...] = (16, 24, 3)) -> None:
        target = tmp_path.joinpath(*place)
        target.parent.mkdir(parents=True, exist_ok=True)
        images.write(target, rng.integers(1, 255, shape, np.uint8))

    for scene in ("Aloe", "Baby2"):
        picture("stereo", scene, "view1.png")
        picture("stereo", scene, "disp1.png", shape=(16, 24))
    hole = depth_maps.stored(tmp_path / "stereo/Aloe/disp1.png").copy()
    hole[4, 5:9] = 0
    images.write(tmp_path / "stereo/Aloe/disp1.png", hole)
    for name in ("one", "two"):
        picture("persons", "original", f"{name}.jpg")
        picture("persons", "alpha", f"{name}.png", shape=(16, 24))
    picture("more", "wide.jpg", shape=(10, 3200, 3))
    out = tmp_path / "out"
    flags = [f"--{name}={tmp_path / name}" for name in ("stereo", "persons", "more")]
    monkeypatch.setattr(sys, "argv", ["training_photos.py", str(out), *flags])
    runpy.run_path(str(SCRIPT))["main"]()
    assert "files in" in capsys.readouterr().out

    disparity = depth_maps.stored(out / "Aloe_disparity.png")
    assert disparity.dtype == np.uint16 and disparity.max() == 65535
    farther = min(hole[4, 4], hole[4, 9]) / hole.max()
    np.testing.assert_allclose(disparity[4, 5:9] / 65535, farther, atol=1e-4)
    assert images.read(out / "wide.jpg").pixels.shape == (5, 1600, 3)
    found = {split: textures.of(split, out) for split in textures.PACKAGED}
    for split, cutout, scene in (("train", "one", "Aloe"), ("test", "two", "Baby2")):
        assert any(name.endswith(f"{cutout}.png") for name in found[split].persons)
        assert any(f"{scene}." in name for name in found[split].captured)
    names = {
        split: {pathlib.Path(name).stem for name in kinds.views + kinds.surfaces}
        for split, kinds in found.items()
    }
    assert {"coffee", "rocket"} <= names["test"] and "chelsea" in names["train"]
    assert not names["train"] & names["test"]
