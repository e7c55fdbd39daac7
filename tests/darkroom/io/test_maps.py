"""A map's numbers come out of its file as fractions of what the file can hold."""

import numpy as np
import pytest
from PIL import Image

from darkroom.io import images, maps


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize(("kind", "top"), [(np.uint8, 255), (np.uint16, 65535)])
def test_integers_become_fractions(tmp_path, suffix, kind, top):
    """Catches: 16 bits cut to 8, or divided by 255 or 65536."""
    values = np.array([[0, 1, 2], [top // 3, top - 1, top]], kind)
    images.write(tmp_path / f"map{suffix}", values)
    assert maps.stored(tmp_path / f"map{suffix}").dtype == kind
    read = maps.read(tmp_path / f"map{suffix}")
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, values / top, rtol=1e-6)


def test_big_endian_tiff_is_read_by_value(tmp_path):
    import tifffile

    values = np.array([[1, 2, 770]], np.uint16)
    tifffile.imwrite(tmp_path / "map.tif", values, byteorder=">")
    np.testing.assert_array_equal(maps.stored(tmp_path / "map.tif"), values)


def test_three_equal_channels_are_one_map_and_unequal_ones_none(tmp_path):
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    images.write(tmp_path / "map.png", np.dstack([values] * 3))
    np.testing.assert_array_equal(maps.stored(tmp_path / "map.png"), values)
    images.write(tmp_path / "colour.png", np.dstack([values, values, values + 1]))
    with pytest.raises(ValueError, match=r"colour\.png: it is a picture in colour"):
        maps.read(tmp_path / "colour.png")


def test_palette_and_black_and_white_files_are_maps_too(tmp_path):
    values = np.array([[0, 255, 255], [255, 0, 0]], np.uint8)
    Image.fromarray(values).convert("1").save(tmp_path / "a.png")
    Image.fromarray(values).convert("P").save(tmp_path / "b.png")
    for name in "ab":
        np.testing.assert_array_equal(maps.stored(tmp_path / f"{name}.png"), values)


def test_an_array_is_read_as_it_is(tmp_path):
    values = np.linspace(0, 1, 12).reshape(3, 4)
    np.save(tmp_path / "map.npy", values)
    np.testing.assert_array_equal(
        maps.read(tmp_path / "map.npy"), values.astype(np.float32)
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.zeros((2, 3, 3)), r"shape \(2, 3, 3\)"),
        (np.zeros((2, 3), np.uint8), "uint8"),
        (np.full((2, 3), 1.5), r"from 1\.5 to 1\.5"),
        (np.full((2, 3), np.nan), "from nan"),
        (np.zeros((0, 3)), "shape"),
    ],
)
def test_an_array_of_another_kind_is_refused(tmp_path, values, said):
    np.save(tmp_path / "map.npy", values)
    with pytest.raises(ValueError, match=rf"map\.npy: .*{said}"):
        maps.read(tmp_path / "map.npy")


def test_a_broken_array_is_one_sentence(tmp_path):
    (tmp_path / "map.npy").write_bytes(b"\x93NUMPY no")
    with pytest.raises(ValueError, match=r"map\.npy: it is not an array"):
        maps.read(tmp_path / "map.npy")
