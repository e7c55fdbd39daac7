"""Photos with their disparity, and how they look through a lens, exactly.

A set is a folder of scenes, as `python -m darkroom.scenes --layout lens` writes them:
`aif.png`, `disparity.png`, `truth_<n>.png` and `scene.json`, whose n-th shot tells the
lens.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import tempfile

import numpy as np

from darkroom import pixels
from darkroom.io import depth_maps, images
from darkroom.pixels import Array


@dataclasses.dataclass(frozen=True)
class Shot:
    """A photo, a lens, and the exact answer.

    Attributes:
      name: "scene/number".
      photo: `[H, W, 3]` uint8, sharp everywhere.
      disparity: `[H, W]`.
      focus: the disparity that is sharp.
      radius: blur radius in pixels per unit of disparity, K.
      truth: `[H, W, 3]` uint8.
      scored: `[H, W]` bool, the pixels that the set is about; None for all of them.
      matte: `[H, W]` in [0, 1], how much of each pixel the nearest thing covers;
        None if it is not known.
    """

    name: str
    photo: Array
    disparity: Array
    focus: float
    radius: float
    truth: Array
    scored: Array | None = None
    matte: Array | None = None

    @property
    def blur_radius(self) -> Array:
        """`[H, W]` float32, in pixels."""
        return (self.radius * np.abs(self.disparity - self.focus)).astype(np.float32)


def read(folder: pathlib.Path) -> list[Shot]:
    """Reads all shots of a set, scene by scene.

    Raises:
      OSError: a picture of a scene is missing.
      ValueError: there is no scene, or one that cannot be understood.
    """
    scenes = sorted(path.parent for path in folder.glob("*/scene.json"))
    if not scenes:
        raise ValueError(
            f"{folder} holds no scene; expected folders with aif.png, disparity.png, "
            "truth_0.png ... and scene.json, as `python -m darkroom.scenes --layout "
            "lens` makes them"
        )
    return [shot for scene in scenes for shot in _shots(scene)]


def _shots(scene: pathlib.Path) -> list[Shot]:
    photo = images.read(scene / "aif.png").pixels
    disparity = depth_maps.read(scene / "disparity.png")
    shots = []
    for n, (radius, focus) in enumerate(_lenses(scene / "scene.json")):
        truth = images.read(scene / f"truth_{n}.png").pixels
        if not photo.shape == truth.shape == (*disparity.shape, 3):
            raise ValueError(
                f"{scene}: the photo is {pixels.hxw(photo)}, its disparity "
                f"{pixels.hxw(disparity)} and truth {n} {pixels.hxw(truth)}; "
                "expected one size"
            )
        name = f"{scene.name}/{n}"
        shots.append(Shot(name, photo, disparity, focus, radius, truth))
    return shots


def _lenses(path: pathlib.Path) -> list[tuple[float, float]]:
    """Returns radius and focus of each shot."""
    try:
        shots = json.loads(path.read_text())["shots"]
        return [(float(shot["K"]), float(shot["focus"])) for shot in shots]
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f'{path}: expected {{"shots": [{{"K": pixels, "focus": disparity}}, ...]}}'
        ) from None


def generate(scenes: int, size: tuple[int, int], seed: int) -> list[Shot]:
    """Makes scenes from photos of scikit-image that no network is trained on.

    Args:
      scenes: how many; each has three shots.
      size: height and width, in pixels.
      seed: another seed, other scenes.
    """
    from darkroom.scenes import dataset, recipes

    with tempfile.TemporaryDirectory() as folder:
        height, width = size
        recipe = recipes.Recipe("lens", 0, scenes, f"{height}x{width}", seed)
        return read(dataset.generate(recipe, folder) / "test")


def generate_focused(
    scenes: int, size: tuple[int, int], seed: int, aperture: float
) -> list[Shot]:
    """Makes scenes as `generate`, one shot each, focused on the subject.

    It is the rule of focus, and the light, of the scenes that PyNET is trained on.

    Args:
      scenes: how many.
      size: height and width, in pixels.
      seed: another seed, other scenes.
      aperture: blur radius per unit of disparity, a fraction of the width.
    """
    from darkroom.scenes import optics, stage

    radius, shots = aperture * size[1], []
    for index in range(scenes):
        scene = stage.scene(seed, index, size, "test")
        photo, truth = (
            pixels.to_uint8(pixels.to_srgb(picture))
            for picture in (optics.pinhole(scene), optics.shoot(scene, radius))
        )
        disparity = optics.disparity(scene).astype(np.float32)
        name = f"scene_{index}/subject"
        shots.append(Shot(name, photo, disparity, scene.focus, radius, truth))
    return shots
