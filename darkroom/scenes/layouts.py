"""Which files a scene becomes in each data set's own layout.

ebb       {train,test}/original/N.jpg (sharp), original_depth/N.png (disparity, 8 bit,
          half size; folded at the focus for a recipe that is `focused`), bokeh/N.jpg:
          the layout of EBB! (Ignatov et al. 2020)
stereo    left/N.png right/N.png disp_left/N.png disp_right/N.png (16 bit, 256 times
          the shift in pixels, as in KITTI), train.txt and test.txt with a line
          "left/N.png right/N.png" for each pair
depth     {train,test}/photo/N.png depth/N.png (16 bit, millimetres)
portrait  {train,test}{A,B}/N.png: persons, sharp in A and in front of a blurred
          background in B, unpaired; {train,test}{A,B}_mask/N.png
lens      {train,test}/scene_N/aif.png (sharp), disparity.png (16 bit, 65535 = 1),
          truth_0.png to truth_2.png through a lens, scene.json with the lens of each:
          {"shots": [{"K": pixels of blur radius per unit of disparity, "focus": ...}]}
"""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable

import numpy as np

from darkroom import pixels
from darkroom.lens import focus
from darkroom.pixels import Array
from darkroom.scenes import (
    captured,
    layers,
    optics,
    shots,
    stage,
    surroundings,
    textures,
)
from darkroom.scenes.recipes import Recipe
from darkroom.scenes.textures import Split

Files = dict[str, Callable[[], Array | str]]  # where, and what makes the content

METRES_AT_1 = 1.0  # the distance of disparity 1: metres = METRES_AT_1 / disparity


def files(recipe: Recipe, split: Split, index: int) -> Files:
    """Returns the files of one item: their places, and what makes each."""
    make: dict[str, Callable[[Recipe, Split, int], Files]] = {
        "ebb": _ebb,
        "stereo": _stereo,
        "depth": _depth,
        "portrait": _portrait,
        "lens": _lens,
    }
    return make[recipe.layout](recipe, split, index)


def lists(recipe: Recipe) -> dict[str, str]:
    """Returns the text files of the data set, name to content."""
    if recipe.layout != "stereo":
        return {}
    return {
        f"{split}.txt": "".join(
            "left/{0}.png right/{0}.png\n".format(_number(recipe, split, index))
            for index in range(recipe.count(split))
        )
        for split in ("train", "test")
    }


def whole(path: pathlib.Path) -> bool:
    """Returns whether a JPEG, PNG or JSON file is there and has its end."""
    end = {".jpg": b"\xff\xd9", ".png": b"IEND\xaeB`\x82", ".json": b"}\n"}[path.suffix]
    try:
        with path.open("rb") as file:
            file.seek(-len(end), 2)
            return file.read() == end
    except OSError:  # not there, or shorter than the marker
        return False


def _ebb(recipe: Recipe, split: Split, index: int) -> Files:
    real = _captured(recipe, split, index)
    if real is not None:
        return {
            f"{split}/original/{index}.jpg": lambda: pixels.to_uint8(
                pixels.to_srgb(real().linear)
            ),
            f"{split}/original_depth/{index}.png": lambda: _depth_map(
                recipe, real().disparity, real().focus
            ),
            f"{split}/bokeh/{index}.jpg": lambda: pixels.to_uint8(
                pixels.to_srgb(real().shoot(recipe.aperture * recipe.shape[1]))
            ),
        }
    scene = _staged(recipe, split, index)
    return {
        f"{split}/original/{index}.jpg": lambda: _sharp(scene()),
        f"{split}/original_depth/{index}.png": lambda: _depth_map(
            recipe, optics.disparity(scene()), scene().focus
        ),
        f"{split}/bokeh/{index}.jpg": lambda: _bokeh(recipe, scene()),
    }


def _depth_map(recipe: Recipe, disparity: Array, at: float) -> Array:
    """Returns EBB!'s map of a scene that is focused `at` a disparity, uint8."""
    shown = focus.folded(disparity, at) if recipe.focused else disparity
    return pixels.resize(pixels.to_uint8(shown), 0.5)


def _captured(
    recipe: Recipe, split: Split, index: int
) -> Callable[[], captured.Captured] | None:
    """A photo with measured depth, for some of the scenes where there are such."""
    sources = textures.of(split, recipe.photos)
    rng = np.random.default_rng([recipe.seed, index, split == "test", 2])
    if not sources.captured or rng.random() >= captured.SHARE:
        return None
    return functools.cache(lambda: captured.draw(rng, sources, recipe.shape))


def _stereo(recipe: Recipe, split: Split, index: int) -> Files:
    scene, number = _staged(recipe, split, index), _number(recipe, split, index)
    shift = recipe.baseline * recipe.shape[1]

    def right() -> Array:
        return pixels.to_srgb(optics.right_view(scene(), shift))

    def shifts(baseline: float) -> Array:
        return _sixteen(optics.disparity(scene(), baseline) * shift * 256)

    return {
        f"left/{number}.png": lambda: _sharp(scene()),
        f"right/{number}.png": lambda: pixels.to_uint8(right()),
        f"disp_left/{number}.png": lambda: shifts(0.0),
        f"disp_right/{number}.png": lambda: shifts(shift),
    }


def _depth(recipe: Recipe, split: Split, index: int) -> Files:
    scene = _staged(recipe, split, index)

    def metres() -> Array:
        return METRES_AT_1 / np.maximum(optics.disparity(scene()), 1e-6)

    return {
        f"{split}/photo/{index}.png": lambda: _sharp(scene()),
        f"{split}/depth/{index}.png": lambda: _sixteen(1000 * metres()),
    }


def _portrait(recipe: Recipe, split: Split, index: int) -> Files:
    # unpaired: A and B show different persons
    sharp = _staged(recipe, split, 2 * index, portrait=True)
    blurred = _staged(recipe, split, 2 * index + 1, portrait=True)
    return {
        f"{split}A/{index}.png": lambda: _sharp(sharp()),
        f"{split}A_mask/{index}.png": lambda: _shown(sharp()),
        f"{split}B/{index}.png": lambda: _bokeh(recipe, blurred()),
        f"{split}B_mask/{index}.png": lambda: _shown(blurred()),
    }


def _lens(recipe: Recipe, split: Split, index: int) -> Files:
    scene = _staged(recipe, split, index, lamps=shots.LAMPS)
    drawn = functools.cache(
        lambda: shots.draw((recipe.seed, index, split == "test"), scene())
    )

    def truth(n: int) -> Array:
        shot = drawn()[n]
        return pixels.to_srgb(optics.shoot(scene(), shot.K, shot.focus), np.uint8)

    content: Files = {
        "aif.png": lambda: _sharp(scene()),
        "disparity.png": lambda: _sixteen(optics.disparity(scene()) * 65535),
        "scene.json": lambda: shots.to_json(drawn()),
    }
    for n in range(len(shots.APERTURES)):
        content[f"truth_{n}.png"] = functools.partial(truth, n)
    return {f"{split}/scene_{index}/{name}": make for name, make in content.items()}


def _staged(
    recipe: Recipe,
    split: Split,
    index: int,
    portrait: bool = False,
    lamps: float = surroundings.LAMPS,
) -> Callable[[], layers.Scene]:
    """Stages the scene when it is first asked for, then keeps it."""
    return functools.cache(
        lambda: stage.scene(
            recipe.seed, index, recipe.shape, split, portrait, lamps, recipe.photos
        )
    )


def _sharp(scene: layers.Scene) -> Array:
    return pixels.to_uint8(pixels.to_srgb(optics.pinhole(scene)))


def _bokeh(recipe: Recipe, scene: layers.Scene) -> Array:
    picture = optics.shoot(scene, recipe.aperture * recipe.shape[1])
    return pixels.to_uint8(pixels.to_srgb(picture))


def _shown(scene: layers.Scene) -> Array:
    """Returns where the subject is, as 0 or 255."""
    return np.where(optics.mask(scene) > 0.5, 255, 0).astype(np.uint8)


def _number(recipe: Recipe, split: Split, index: int) -> int:
    return index if split == "train" else recipe.train + index


def _sixteen(values: Array) -> Array:
    return np.clip(np.rint(values), 0, 65535).astype(np.uint16)
