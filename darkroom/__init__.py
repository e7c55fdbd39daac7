"""What photographs need, whatever network made them.

    import darkroom
    picture = darkroom.render_photo("photo.jpg", f_number=1.4)
    picture = darkroom.blur(photo, disparity, focus=0.8, f_number=1.4)

The conventions of the whole repository; docstrings state only departures.

- A picture is `[B, H, W, 3]` float32 in [0, 1], RGB, sRGB-encoded unless its name
  says `linear`. Single pictures drop the batch axis.
- A disparity is `[B, H, W, 1]`, larger is nearer: a fraction of the picture's
  width for stereo, scaled to [0, 1] for rendering. A depth is in metres.
- A mask is `[B, H, W, 1]` in [0, 1].
- A level is 7 (coarsest) to 1 (full size).
- Networks of cyclegan_tf speak [-1, 1] inside and [0, 1] outside.
- A size is written HxW, height first.
- Bad input raises ValueError (or OSError) whose text says what came, what was
  expected and what to do; programs print it as one sentence and exit with 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from darkroom import quiet

if TYPE_CHECKING:
    import pathlib

    import numpy as np

    from darkroom.lens import Aperture

    Array = np.ndarray[Any, Any]

__version__ = "0.1.0"

quiet.interrupts()


def blur(
    photo: Array,
    disparity: Array,
    focus: float = 0.8,
    f_number: float = 1.4,
    *,
    focal_range: float = 0.0,
    aperture: Aperture | None = None,
    boost: float | None = None,
    fringing: float = 0.0,
    vignette: float = 0.0,
    grain: float = 0.0,
    matte: Array | None = None,
) -> Array:
    """Returns what a lens with a wide aperture makes of a sharp photo.

    Args:
      photo: `[H, W, 3]` uint8, uint16 or float in [0, 1], sRGB-encoded.
      disparity: `[H, W]` in [0, 1], larger is nearer.
      focus: the disparity that is sharp.
      f_number: half of it blurs twice as far; 1.8 is the programs' default.
      focal_range: how wide a band of disparities around the focus stays sharp.
      aperture: the opening's shape (default: a disc).
      boost: how many times brighter than white clipped lights are taken to be
        (default: as `darkroom.lens.blur`); 1 takes the photo as it is.
      fringing: 0 to 1, green edges behind the focus and magenta ones in front.
      vignette: 0 to 1, how dark the corners get.
      grain: how much of the photo's own grain the blurred part gets back, 1 for as much
        as the sharp part has (the programs' default); 0 for the lens alone.
      matte: `[H, W]` float in [0, 1], how much of each pixel is the subject's: hair.

    Returns:
      `[H, W, 3]` of the photo's type (float32 of float), sRGB-encoded.

    Raises:
      ValueError: sizes that do not fit, NaN, or a number out of its range.
    """
    import numpy as np

    from darkroom import lens, pixels
    from darkroom.lens import focus as focusing

    blurred = lens.blur(
        pixels.to_linear(photo),
        np.asarray(disparity, np.float32),
        focus,
        focusing.radius_of_f_number(f_number, photo.shape[:2]),
        focal_range=focal_range,
        aperture=aperture or lens.Aperture(),
        boost=boost,
        fringing=fringing,
        vignette=vignette,
        matte=matte,
    )
    kind = np.float32 if photo.dtype.kind == "f" else photo.dtype.type
    picture = np.clip(pixels.to_srgb(blurred, kind), 0, None)
    if kind is np.float32:
        picture = np.minimum(picture, 1)  # a light is brighter than white
    if not grain:
        return picture
    from darkroom.lens import grain as grains

    radius = focusing.radius_of_f_number(f_number, photo.shape[:2])
    return grains.restored(picture, photo, disparity, focus, radius, focal_range, grain)


def render_photo(
    photo: str | pathlib.Path | Array,
    depth: str | pathlib.Path | Array | None = None,
    focus: tuple[float, float] | None = None,
    subject: tuple[float, float, float, float] | None = None,
    matte: str | pathlib.Path | Array | None = None,
    **look: Any,
) -> Array:
    """Returns what the command `darkroom PHOTO` draws.

    Args:
      photo: a file, or `[H, W, 3]` uint8, uint16 or float in [0, 1], sRGB-encoded.
      depth: a map's file, a depth network's `.tflite` or `.onnx`, "small" (the network
        that comes along) or "prior" (lower is nearer); or `[H, W]` in [0, 1], larger is
        nearer. None takes NAME_depth.* beside the photo, the map inside the file, the
        network that was fetched, a guess at a portrait, or "small"; "none" does so
        without a network.
      focus: x and y of what is sharp, fractions of width and height. None takes a
        face, else a person, else what is nearest; of a network, what it takes itself.
      subject: in place of it, x, y, width and height of a box around what is sharp.
      matte: how much of each pixel is the subject's: a file, grey or with transparency,
        or `[H, W]` float in [0, 1]. It is sharp, too, unless the others say what is.
      look: the flags of the look, as in `f_number=2.0, shape="ring"`, or the method.

    Returns:
      `[H, W, 3]` of the photo's type (float32 of float, and of a network),
      sRGB-encoded.

    Raises:
      OSError, ValueError: a file is bad, the photo has no depth, there is nothing
        there to focus on, or a value of the look is out of its range.
    """
    import pathlib

    import numpy as np

    from darkroom import depth as depths
    from darkroom import pixels, subjects
    from darkroom.io import companions, images
    from darkroom.render import autofocus, masks, methods, network
    from darkroom.render import look as looks

    how = looks.Look(**look)
    looks.check(how)
    if isinstance(photo, np.ndarray):
        is_float = photo.dtype.kind == "f"
        path, shot = None, images.Photo(pixels.to_float(photo) if is_float else photo)
    else:
        path, shot = pathlib.Path(photo), images.read(photo)
    boxed = subjects.boxed(shot.pixels, subject) if subject else None
    if matte is not None:
        masks.check_method(how.method)
    if isinstance(matte, np.ndarray):
        alpha: Array | None = matte.astype(np.float32, copy=False)
    else:
        alpha = masks.read_matte(str(matte or ""), shot.pixels.shape[:2])
    if isinstance(depth, np.ndarray):
        disparity = depth.astype(np.float32, copy=False)
    else:
        own = companions.Companions(depth=str(depth or ""))
        source = own.of(path).depth if path else own.depth
        mask = boxed.mask if boxed else alpha
        near = depths.find(shot, path, source or "", subject=mask)
        disparity = near.disparity
    request = autofocus.FocusRequest(point=focus, box=subject)
    run = network.load(how.method) if looks.is_network(how.method) else None
    if run and run.radius is None and request == autofocus.ANYTHING:
        return run(shot.pixels, disparity)  # it guesses the focus
    at = autofocus.find(request, shot.pixels, disparity, how.focal_range, boxed, alpha)
    middle, band = at.band(how.focal_range)
    pulled = subjects.pull(disparity, middle, at.subject)
    if run:
        amount = looks.amount(how, shot.pixels.shape[:2])
        return run(shot.pixels, pulled, middle, amount)
    picture = methods.draw(shot, pulled, middle, looks.ranged(how, band), alpha)
    return np.clip(picture, 0, 1) if picture.dtype.kind == "f" else picture
