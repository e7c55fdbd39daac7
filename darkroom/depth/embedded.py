"""The depth map that a phone's portrait mode leaves inside a photo.

Google writes GDepth (developers.google.com/depthmap-metadata) or Dynamic Depth 1.0,
Apple a second JPEG behind the first, described by its own XMP, or an image in HEIC.
"""

from __future__ import annotations

import base64
import io
import pathlib

import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.depth import scaling
from darkroom.io import decoding, jpeg, reading, sixteen_bit
from darkroom.pixels import Array

_GDEPTH = "{http://ns.google.com/photos/1.0/depthmap/}"
_DYNAMIC = "{http://ns.google.com/photos/dd/1.0/depthmap/}"
_ITEM = "{http://ns.google.com/photos/dd/1.0/item/}"
_APPLE = "{http://ns.apple.com/pixeldatainfo/1.0/}"
_METRES = ("1751410032", "1717855600")  # Apple's number formats "hdep" and "fdep"
_BY_DISTANCE = 2  # HEIF's "uniform Z"; the other types grow with disparity


def find(path: pathlib.Path) -> Array | None:
    """Finds the disparity inside a photo's file, or returns None.

    Returns:
      `[h, w]` float32 in [0, 1], upright as the photo is read, of any size.

    Raises:
      OSError: the file may not be read.
      ValueError: there is a depth map, but it is damaged.
    """
    data = reading.content(path)
    read = _in_jpeg if data.startswith(jpeg.START) else _in_heif
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            disparity = read(data)
        if disparity is not None and not np.isfinite(disparity).all():
            raise ValueError("its distances are not above 0")
    except Exception as error:  # of any of the libraries that read it
        message = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"{path}: the depth map inside the photo is damaged ({message}); pass a "
            "depth map with --depth FILE"
        ) from error
    return None if disparity is None else scaling.stretched(disparity)


def foreign(path: pathlib.Path) -> str:
    """Names the maker whose own depth format is in a photo; empty if there is none."""
    data = reading.content(path)
    # Samsung's trailer names its parts; Xiaomi's XMP says where the map lies.
    if data.endswith(b"SEFT") and b"DepthMap" in data[-100_000:]:
        return "Samsung"
    return "Xiaomi" if b"ns.xiaomi.com/photos" in data[:200_000] else ""


def _in_jpeg(data: bytes) -> Array | None:
    properties = jpeg.properties(data)
    disparity = _dynamic_depth(data, properties)
    disparity = _gdepth(properties) if disparity is None else disparity
    disparity = _apple(data) if disparity is None else disparity
    if disparity is None:
        return None
    return sixteen_bit.turn(disparity, decoding.orientation_of(data))


def _dynamic_depth(data: bytes, properties: list[jpeg.Properties]) -> Array | None:
    """Reads Dynamic Depth 1.0, whose map is one of the files behind the photo."""
    maps = [each for each in properties if f"{_DYNAMIC}DepthURI" in each]
    maps = [m for m in maps if m.get(f"{_DYNAMIC}ItemSemantic", "Depth") == "Depth"]
    if not maps:
        return None
    start = jpeg.end(data)
    items = [each for each in properties if f"{_ITEM}Mime" in each]
    for place, item in enumerate(items):
        # The first is the photo itself, whose length may be given or not.
        length = int(item[f"{_ITEM}Length"]) if place else 0
        if item.get(f"{_ITEM}DataURI") == maps[0][f"{_DYNAMIC}DepthURI"]:
            fraction = _decoded(data[start : start + length])
            return _google(fraction, maps[0], _DYNAMIC)
        start += length + int(item.get(f"{_ITEM}Padding", 0))
    raise ValueError("the file that it names is not there")


def _gdepth(properties: list[jpeg.Properties]) -> Array | None:
    """Reads GDepth, whose map is text in the XMP."""
    merged = {name: text for each in properties for name, text in each.items()}
    if f"{_GDEPTH}Data" not in merged:
        return None
    text = "".join(merged[f"{_GDEPTH}Data"].split()).rstrip("=")
    file = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    return _google(_decoded(file), merged, _GDEPTH)


def _google(fraction: Array, properties: jpeg.Properties, namespace: str) -> Array:
    """Applies both formats of both specifications; a fraction of 0 is near, 1 far."""
    near = np.float64(properties.get(f"{namespace}Near", 1))
    far = np.float64(properties.get(f"{namespace}Far", np.inf))
    if properties.get(f"{namespace}Format", "RangeInverse").lower() == "rangelinear":
        inverse = 1 / (near + fraction * (far - near))
    else:
        inverse = 1 / near + fraction * (1 / far - 1 / near)
    return 1 / inverse if properties.get(f"{namespace}Units") == "Diopters" else inverse


def _apple(data: bytes) -> Array | None:
    """Reads Apple's auxiliary picture: fractions between two floats, of either unit."""
    for start in jpeg.following(data):
        merged = {
            name: text
            for each in jpeg.properties(data, start)
            for name, text in each.items()
        }
        kind = merged.get(f"{_APPLE}AuxiliaryImageType", "")
        if kind not in ("disparity", "depth"):
            continue
        least = float(merged.get(f"{_APPLE}FloatMinValue", 0))
        most = float(merged.get(f"{_APPLE}FloatMaxValue", 1))
        values = least + _decoded(data[start : jpeg.end(data, start)]) * (most - least)
        metres = kind == "depth" or merged.get(f"{_APPLE}NativeFormat") in _METRES
        return 1 / values if metres else values
    return None


def _in_heif(data: bytes) -> Array | None:
    try:
        import pillow_heif
    except ImportError:
        return None
    if not pillow_heif.is_supported(data):
        return None
    depths = pillow_heif.open_heif(io.BytesIO(data)).info.get("depth_images")
    if not depths:
        return None
    about = depths[0].info.get("metadata") or {}
    fraction = _fraction(depths[0].to_pillow())
    if about.get("representation_type") != _BY_DISTANCE:
        return fraction
    near, far = about["z_near"], about["z_far"]
    return 1 / (near + fraction * (far - near))


def _decoded(file: bytes) -> Array:
    return _fraction(decoding.load_bytes(file, "its picture"))


def _fraction(image: Image.Image) -> Array:
    grey = image if image.mode.startswith("I;16") else image.convert("L")
    return pixels.to_float(np.asarray(grey))
