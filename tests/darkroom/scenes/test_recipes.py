"""Recipes: what is refused, and that the widest lens fits into every scene."""

from typing import Any

import pytest

from darkroom.scenes import optics, recipes, stage


def test_a_split_has_its_own_count() -> None:
    """Catches training and test scenes taken for each other."""
    recipe = recipes.Recipe("ebb", 5, 2)
    assert (recipe.count("train"), recipe.count("test")) == (5, 2)
    assert recipes.Recipe("ebb", 0, 1).count("train") == 0


@pytest.mark.parametrize("name", ["aperture", "baseline"])
def test_limits_that_are_named_are_allowed(name: str) -> None:
    """Catches 0.12 - 0.02 < 0.1 in floating point: 'at most 0.1' refused 0.1."""
    for value in (0, 0.1):
        recipes.Recipe(**{name: value}).check()  # type: ignore[arg-type]
    for value in (0.101, float("nan")):
        with pytest.raises(ValueError, match=f"{name} of {value}"):
            recipes.Recipe(**{name: value}).check()  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(32, 32), (32, 41), (40, 130)])
def test_the_widest_aperture_stays_inside_the_margin(size: tuple[int, int]) -> None:
    """Catches a limit beyond the stage's margin: the lens would refuse, halfway."""
    recipe = recipes.Recipe("ebb", 1, 1, "{}x{}".format(*size), aperture=0.1)
    recipe.check()
    for index in range(8):
        scene = stage.scene(0, index, size)
        optics.shoot(scene, recipe.aperture * size[1], rays=1)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"layout": "nyu"}, "no layout 'nyu'; take one of ebb, stereo"),
        ({"train": 0, "test": 0}, "0 training and 0 test scenes"),
        ({"train": -1}, "-1 training"),
        ({"size": "20x70"}, "20x70 pixels are too small"),
        ({"size": "70"}, "size is 70; expected HxW"),
        ({"aperture": 0.2}, "aperture of 0.2 .* at most 0.1"),
        ({"baseline": -0.1}, "baseline of -0.1 .* at most 0.1"),
        ({"layout": "stereo", "focused": True}, "focused is of the layout ebb alone"),
    ],
)
def test_recipes_that_make_nothing(change: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        recipes.Recipe(**change).check()
