"""TIFF files of every layout lie upright, whoever decodes them."""

import itertools

import numpy as np
import pytest
import tifffile
from PIL import Image

from darkroom.io import depth_maps, images, sixteen_bit

KINDS = {  # channels, bits, photometric, extra samples
    "grey8": (1, 8, "minisblack", None),
    "grey16": (1, 16, "minisblack", None),
    "negative8": (1, 8, "miniswhite", None),
    "negative16": (1, 16, "miniswhite", None),
    "rgb8": (3, 8, "rgb", None),
    "rgb16": (3, 16, "rgb", None),
    "rgba8": (4, 8, "rgb", ["unassalpha"]),
    "rgba16": (4, 16, "rgb", ["unassalpha"]),
    "rgbx16": (4, 16, "rgb", ["unspecified"]),
    "cmyk8": (4, 8, "separated", None),
}
LAYOUTS = {
    "one strip": {"rowsperstrip": 1000},
    "strips": {"rowsperstrip": 5},
    "tiles": {"tile": (16, 16)},
    "bigtiff": {"bigtiff": True, "rowsperstrip": 5},
    "zlib": {"compression": "zlib", "rowsperstrip": 7},
}


def values(channels: int, bits: int) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(3))
    shape = (24, 41, channels)[: 2 if channels == 1 else 3]
    return rng.integers(0, 2**bits, shape).astype(f"u{bits // 8}")


def write(path, kind: str, layout: str, orientation: int) -> np.ndarray:
    """Writes the file and returns what is in it as stored: black is 0, and RGB."""
    channels, bits, photometric, extra = KINDS[kind]
    stored = values(channels, bits)
    tifffile.imwrite(
        path,
        stored,
        photometric=photometric,
        extrasamples=extra,
        extratags=[(274, 3, 1, orientation, True)],
        metadata=None,
        **LAYOUTS[layout],
    )
    if photometric == "miniswhite":
        return 2**bits - 1 - stored
    if photometric == "separated":
        return np.asarray(Image.fromarray(stored, "CMYK").convert("RGB"))
    return stored


@pytest.mark.parametrize(("kind", "layout"), itertools.product(KINDS, LAYOUTS))
def test_photos_are_upright(tmp_path, kind, layout):
    """The oracle is a turned array: catches Pillow's scrambled strips, double turns."""
    for orientation in range(1, 9):
        path = tmp_path / f"{orientation}.tif"
        stored = write(path, kind, layout, orientation)
        upright = sixteen_bit.turn(stored, orientation)
        photo = images.read(path)
        colour = upright if upright.ndim == 3 else np.dstack([upright] * 3)
        np.testing.assert_array_equal(photo.pixels, colour[..., :3])
        if kind.startswith("rgba"):
            np.testing.assert_array_equal(photo.alpha, upright[..., 3])
        else:
            assert photo.alpha is None


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["grey8", "grey16", "negative8", "negative16"])
def test_maps_are_upright(tmp_path, kind, layout):
    for orientation in range(1, 9):
        path = tmp_path / f"{orientation}.tif"
        stored = write(path, kind, layout, orientation)
        upright = sixteen_bit.turn(stored, orientation)
        np.testing.assert_array_equal(depth_maps.numbers(path), upright)


def test_floating_point_colour_is_named_for_what_it_is(tmp_path):
    picture = np.zeros((8, 9, 3), np.float32)
    tifffile.imwrite(tmp_path / "a.tif", picture, photometric="rgb")
    with pytest.raises(ValueError, match=r"a\.tif: it is a TIFF of 32-bit floating"):
        images.read(tmp_path / "a.tif")


def test_a_tile_larger_than_the_picture_is_refused(tmp_path):
    """Catches some hundred bytes that take a gigabyte."""
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, values(1, 8), tile=(16, 16), metadata=None)
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        tags = file.pages[0].tags
        places = [tags[name].valueoffset for name in ("TileWidth", "TileLength")]
    for place in places:
        data[place : place + 2] = (32752).to_bytes(2, "little")
    path.write_bytes(data)
    for read in (images.read, depth_maps.numbers):
        with pytest.raises(ValueError, match=r"a\.tif: its tiles are far larger"):
            read(path)
