"""How a picture is drawn: the controls, and what they are to the lens."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal, TypeGuard

from darkroom import cli

if TYPE_CHECKING:
    from darkroom.lens import aperture

AMOUNTS = ("strength", "f_number", "radius")  # three ways to say one thing


@dataclasses.dataclass(frozen=True)
class Look:
    """The controls; None stands for the default that the help names."""

    method: str | None = cli.flag(
        None, "lens (default), classic, graded, pynet, or an exported PyNET's .tflite"
    )
    strength: float | None = cli.flag(None, "how much blur, 0 to 100 (default: 50)")
    f_number: float | None = cli.flag(
        None,
        "how much blur, as of a lens of this f-number (1.8 is strength 50); the "
        "photo's own lens where EXIF and a map in metres tell it",
    )
    radius: float | None = cli.flag(
        None,
        "how much blur, in pixels of radius per unit of disparity, up to a quarter of "
        "the photo's longer side",
    )
    focal_range: float | Literal["auto"] | None = cli.flag(
        None,
        "width of the band of disparities that stays sharp, 0 to 1; auto (default): as "
        "deep as what is in focus",
    )
    shape: Literal["disc", "bubble", "ring", "blades"] | None = cli.flag(
        None, "of the aperture (default: disc)"
    )
    blades: int | None = cli.flag(None, "how many, 3 to 32 (default: 5)")
    curvature: float | None = cli.flag(
        None, "of the blades, 0 (straight, the default) to 1 (round)"
    )
    rotation: float | None = cli.flag(None, "of the blades, clockwise in degrees")
    cats_eye: float | None = cli.flag(
        None, "how far discs narrow towards the corners, 0 (default) to 1"
    )
    squeeze: float | None = cli.flag(
        None, "a disc's width over its height, 0.25 to 4; anamorphic is below 1"
    )
    boost: float | None = cli.flag(
        None, "how many times brighter than white a clipped light was; 1 is off"
    )
    spherical: float | None = cli.flag(
        None, "1: soap bubbles behind the focus, cream in front; -1: the other way"
    )
    fringing: float | None = cli.flag(
        None, "green edges behind the focus, magenta in front, 0 (default) to 1"
    )
    vignette: float | None = cli.flag(
        None, "dark corners, 0 (default) to 1, and discs that narrow there (cats_eye)"
    )
    grain: float | None = cli.flag(
        None, "the photo's own grain for what is blurred: 1 (default), none 0, twice 2"
    )
    filter: Literal["gaussian", "average", "median", "bilateral"] | None = cli.flag(
        None, "of the method graded (default: gaussian)"
    )


NETWORKS = {"pynet": "pynet_quarter.tflite"}  # methods, of files that are shipped
NAMES = tuple(field.name for field in dataclasses.fields(Look))
_CONTROLS = {  # that a method has; a network of one's own has none
    "lens": [name for name in NAMES if name not in ("method", "filter")],
    "classic": [*AMOUNTS],
    "graded": [*AMOUNTS, "filter"],
    **{name: [*AMOUNTS] for name in NETWORKS},
}
_LIMITS = {"radius": (0, 10_000), "focal_range": (0, 1), "boost": (1, 1000)}
_LIMITS |= {"fringing": (0, 1), "vignette": (0, 1), "grain": (0, 4)}
_WIDEST = 1 / 4  # blur radius over the photo's longer side: three times strength 100


def given(look: Look) -> dict[str, Any]:
    """Returns the controls that are set, of a `Look` or of a config that extends it."""
    values = ((name, getattr(look, name)) for name in NAMES)
    return {name: value for name, value in values if value is not None}


def over(flags: Look, preset: Look) -> Look:
    """Returns the preset with what the flags say in place of what it says."""
    chosen, base = given(flags), given(preset)
    if any(name in chosen for name in AMOUNTS):
        base = {name: value for name, value in base.items() if name not in AMOUNTS}
    return Look(**base | chosen)


def check(look: Look) -> None:
    """Refuses what no photo could be drawn with.

    Raises:
      ValueError: controls that contradict one another, have no effect with the method,
        or are outside their limits.
    """
    chosen = given(look)
    method = chosen.pop("method", "lens")
    if method not in _CONTROLS and not is_network(method):
        raise ValueError(
            f"there is no method {method}; expected "
            f"{', '.join(_CONTROLS)}, or the path of an exported PyNET, "
            "which ends in .tflite"
        )
    idle = [name for name in chosen if name not in _CONTROLS.get(method, ())]
    if idle:
        raise ValueError(f"{idle[0]} has no effect with the method {method}; drop it")
    amounts = [name for name in AMOUNTS if name in chosen]
    if len(amounts) > 1:
        raise ValueError(
            f"{' and '.join(amounts)} were given; each says how much is blurred: give "
            "one of them"
        )
    for name, (low, high) in _LIMITS.items():
        if chosen.get(name, "auto") != "auto" and not low <= chosen[name] <= high:
            raise ValueError(
                f"{name} is {chosen[name]:g}; expected {low:g} to {high:g}"
            )
    if look.radius is None:  # which depends on no photo's size
        blur_radius(look, (1, 1))
    opening(look)


def is_network(method: str | None) -> TypeGuard[str]:
    """Tells whether a method is a shipped network, or the path of one's file."""
    return method is not None and (method in NETWORKS or method.endswith(".tflite"))


def opening(look: Look) -> aperture.Aperture:
    """Returns the aperture. Any control of the blades asks for blades.

    Raises:
      ValueError: a control of the blades with another shape, or outside its limits.
    """
    from darkroom.lens import aperture

    names = [field.name for field in dataclasses.fields(aperture.Aperture)]
    chosen = {name: value for name, value in given(look).items() if name in names}
    of_blades = [n for n in ("blades", "curvature", "rotation") if n in chosen]
    if of_blades and chosen.setdefault("shape", "blades") != "blades":
        raise ValueError(
            f"{of_blades[0]} was given, and the shape is {chosen['shape']}; it needs "
            "the shape blades"
        )
    if look.vignette is not None:  # the barrel that darkens the corners narrows discs
        chosen.setdefault("cats_eye", look.vignette)
    return aperture.Aperture(**chosen)


def amount(look: Look, size: tuple[int, int]) -> float | None:
    """Returns `blur_radius` if a look says how much is blurred; else None."""
    if all(getattr(look, name) is None for name in AMOUNTS):
        return None
    return blur_radius(look, size)


def blur_radius(look: Look, size: tuple[int, int]) -> float:
    """Returns the blur radius in pixels per unit of disparity, for a `size` HxW.

    Raises:
      ValueError: it is more than a quarter of the longer side: time and memory grow
        with its square, and nothing of the photo would be left.
    """
    from darkroom.lens import focus

    radius = look.radius
    if look.f_number is not None:
        radius = focus.radius_of_f_number(look.f_number, size)
    elif radius is None:
        strength = 50 if look.strength is None else look.strength
        radius = focus.radius_of_strength(strength, size)
    most = _WIDEST * max(size)
    if radius <= most:
        return radius
    if look.f_number is not None:
        least = focus.radius_of_f_number(most, size)  # each is the other's inverse
        raise ValueError(
            f"f_number is {look.f_number:g}; expected at least {least:.3g}, where the "
            "blur's radius is a quarter of a photo's longer side"
        )
    raise ValueError(
        f"radius is {radius:g} pixels; expected at most {most:g}, a quarter of this "
        "photo's longer side"
    )


def scaled(look: Look, scale: float) -> Look:
    """Returns the same look in a picture of another size, for what is in pixels."""
    if look.radius is None:
        return look
    return dataclasses.replace(look, radius=look.radius * scale)


def ranged(look: Look, band: float) -> Look:
    """Returns the look with a focal range in numbers: `band` if it leaves that open."""
    if look.focal_range not in (None, "auto"):
        return look
    return dataclasses.replace(look, focal_range=band or None)
