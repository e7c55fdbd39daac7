"""A map's numbers come out of every kind of file as they were put in."""

import zlib

import numpy as np
import pytest
from PIL import Image

from darkroom.io import depth_maps, images, reading


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize(("kind", "top"), [(np.uint8, 255), (np.uint16, 65535)])
def test_integers_become_fractions(tmp_path, suffix, kind, top):
    """Catches 16 bits cut to 8, or divided by 255 or 65536."""
    values = np.array([[0, 1, 2], [top // 3, top - 1, top]], kind)
    images.write(tmp_path / f"map{suffix}", values)
    assert depth_maps.stored(tmp_path / f"map{suffix}").dtype == kind
    read = depth_maps.read(tmp_path / f"map{suffix}")
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, values / top, rtol=1e-6)


def test_big_endian_tiff_is_read_by_value(tmp_path):
    import tifffile

    values = np.array([[1, 2, 770]], np.uint16)
    tifffile.imwrite(tmp_path / "map.tif", values, byteorder=">")
    np.testing.assert_array_equal(depth_maps.stored(tmp_path / "map.tif"), values)


def test_three_equal_channels_are_one_map_and_unequal_ones_none(tmp_path):
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    images.write(tmp_path / "map.png", np.dstack([values] * 3))
    np.testing.assert_array_equal(depth_maps.stored(tmp_path / "map.png"), values)
    images.write(tmp_path / "colour.png", np.dstack([values, values, values + 1]))
    with pytest.raises(ValueError, match=r"colour\.png: it is a picture in colour"):
        depth_maps.read(tmp_path / "colour.png")


def test_palette_and_black_and_white_files_are_maps_too(tmp_path):
    values = np.array([[0, 255, 255], [255, 0, 0]], np.uint8)
    Image.fromarray(values).convert("1").save(tmp_path / "a.png")
    Image.fromarray(values).convert("P").save(tmp_path / "b.png")
    for name in "ab":
        np.testing.assert_array_equal(
            depth_maps.stored(tmp_path / f"{name}.png"), values
        )


def test_an_array_of_fractions_is_read_as_it_is(tmp_path):
    values = np.linspace(0, 1, 12).reshape(3, 4)
    np.save(tmp_path / "map.npy", values)
    np.testing.assert_array_equal(
        depth_maps.read(tmp_path / "map.npy"), values.astype(np.float32)
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.stack([np.eye(3)] * 2), r"shape \(2, 3, 3\)"),
        (np.full((2, 3), 7), "from 7 to 7"),
        (np.full((2, 3), 1.5), r"from 1\.5 to 1\.5"),
        (np.full((2, 3), np.nan), "from nan"),
        (np.zeros((0, 3)), "shape"),
    ],
)
def test_an_array_that_is_no_fraction_is_refused(tmp_path, values, said):
    np.save(tmp_path / "map.npy", values)
    with pytest.raises(ValueError, match=rf"map\.npy: .*{said}"):
        depth_maps.read(tmp_path / "map.npy")


VALUES = np.array([[0.5, 1.25, 7.0], [2.0, 1024.0, 3.5]], np.float32)


def write_pfm(path, values, order):
    kind = b"PF" if values.ndim == 3 else b"Pf"
    height, width = values.shape[:2]
    scale = {"<": -1.0, ">": 1.0}[order]
    header = kind + f"\n{width} {height}\n{scale}\n".encode()
    path.write_bytes(header + values[::-1].astype(f"{order}f4").tobytes())


@pytest.mark.parametrize("order", "<>")
def test_a_pfm_of_either_byte_order_is_read_from_its_last_row(tmp_path, order):
    write_pfm(tmp_path / "map.pfm", VALUES, order)
    np.testing.assert_array_equal(depth_maps.numbers(tmp_path / "map.pfm"), VALUES)


def test_a_pfm_of_three_equal_channels_is_a_map_and_of_unequal_ones_none(tmp_path):
    write_pfm(tmp_path / "map.pfm", np.dstack([VALUES] * 3), "<")
    np.testing.assert_array_equal(depth_maps.numbers(tmp_path / "map.pfm"), VALUES)
    write_pfm(tmp_path / "map.pfm", np.dstack([VALUES, VALUES, VALUES + 1]), "<")
    with pytest.raises(ValueError, match=r"map\.pfm: .* shape \(2, 3, 3\)"):
        depth_maps.numbers(tmp_path / "map.pfm")


@pytest.mark.parametrize("cut", [1, 25])
def test_a_pfm_cut_short_is_one_sentence(tmp_path, cut):
    write_pfm(tmp_path / "map.pfm", VALUES, "<")
    data = (tmp_path / "map.pfm").read_bytes()
    (tmp_path / "map.pfm").write_bytes(data[:-cut])
    with pytest.raises(ValueError, match=r"map\.pfm: .*(cut short|header)"):
        depth_maps.numbers(tmp_path / "map.pfm")


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("kind", ["f2", "f4", "f8", "i2", "i4", "u4", "u1", "u2"])
def test_a_tiff_of_every_number_type_is_read_by_value(
    tmp_path, kind, compression, order
):
    """Catches: Pillow, which swaps no bytes of a compressed big-endian TIFF."""
    import tifffile

    values = np.floor(np.minimum(VALUES, 255)).astype(kind)
    path = tmp_path / "map.tif"
    tifffile.imwrite(path, values, byteorder=order, compression=compression)
    read = depth_maps.numbers(path)
    assert read.dtype == (values.dtype if kind in ("u1", "u2") else np.float32)
    np.testing.assert_array_equal(read, values)


@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_a_turned_tiff_is_read_upright(tmp_path, kind):
    import tifffile

    path, turned = tmp_path / "map.tif", np.rot90(VALUES).astype(kind)
    tifffile.imwrite(path, turned, extratags=[(274, 3, 1, 6, True)])
    np.testing.assert_array_equal(depth_maps.numbers(path), VALUES.astype(kind))


@pytest.mark.parametrize("kind", ["f4", "f8", ">f4", "i8", "u1", "u2", ">u2", "?"])
def test_an_array_of_any_real_numbers_is_read(tmp_path, kind):
    values = np.floor(np.minimum(VALUES, 255)).astype(kind)
    np.save(tmp_path / "map.npy", values)
    read = depth_maps.numbers(tmp_path / "map.npy")
    assert read.dtype in (np.uint8, np.uint16, np.float32)
    np.testing.assert_array_equal(read, values.astype(np.float64))


@pytest.mark.parametrize(
    "values", [VALUES.astype(complex), VALUES[0], VALUES[:0], np.zeros((2, 3, 2, 1))]
)
def test_an_array_of_another_kind_is_one_sentence(tmp_path, values):
    np.save(tmp_path / "map.npy", values)
    with pytest.raises(ValueError, match=r"map\.npy: .*expected \[H, W\] numbers"):
        depth_maps.numbers(tmp_path / "map.npy")


def test_sixteen_bits_of_a_png_are_kept(tmp_path):
    values = VALUES.astype(np.uint16) * 60
    images.write(tmp_path / "map.png", values)
    np.testing.assert_array_equal(depth_maps.numbers(tmp_path / "map.png"), values)


@pytest.mark.parametrize(
    "names",
    [["Z"], ["Y"], ["V"], ["depth"], ["R", "G", "B"], ["A", "View.Depth.Z", "View.R"]],
)
def test_an_exr_s_depth_is_found_by_its_channel(tmp_path, names):
    """Catches: OpenCV, which reads a channel that is not named Y as black."""
    exr = pytest.importorskip("OpenEXR")
    planes = {name: np.zeros_like(VALUES) for name in names}
    for name in names[1:2] if "A" in names else names:
        planes[name] = VALUES
    header = {"compression": exr.ZIP_COMPRESSION, "type": exr.scanlineimage}
    exr.File(header, planes).write(str(tmp_path / "map.exr"))
    np.testing.assert_array_equal(depth_maps.numbers(tmp_path / "map.exr"), VALUES)


def test_an_exr_without_depth_lists_its_channels(tmp_path):
    exr = pytest.importorskip("OpenEXR")
    header = {"compression": exr.NO_COMPRESSION, "type": exr.scanlineimage}
    exr.File(header, {"U": VALUES, "W": VALUES}).write(str(tmp_path / "map.exr"))
    with pytest.raises(ValueError, match=r"map\.exr: its channels are U, W; expected"):
        depth_maps.numbers(tmp_path / "map.exr")


def test_an_exr_without_its_package_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "OpenEXR", None)
    with pytest.raises(ValueError, match=r"map\.exr: .* pip install openexr"):
        depth_maps.numbers(tmp_path / "map.exr")


@pytest.mark.parametrize("name", ["map.npy", "map.pfm", "map.exr", "map.tif"])
def test_what_is_no_map_is_one_sentence_with_its_path(tmp_path, name, capfd):
    path = tmp_path / name
    path.write_bytes(b"not a map at all, whatever its name says")
    if name == "map.exr":
        pytest.importorskip("OpenEXR")
    with pytest.raises(ValueError) as error:
        depth_maps.numbers(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")  # OpenEXR talks


@pytest.mark.parametrize(
    "name", ["map.npy", "map.pfm", "map.exr", "map.tif", "map.png"]
)
def test_a_missing_file_is_an_oserror_that_names_it(tmp_path, name):
    if name == "map.exr":
        pytest.importorskip("OpenEXR")
    with pytest.raises(FileNotFoundError) as error:
        depth_maps.numbers(tmp_path / name)
    assert str(error.value.filename) == str(tmp_path / name)


@pytest.mark.parametrize("name", ["map.tif", "map.exr"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, name, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 20)
    if name == "map.exr":
        exr = pytest.importorskip("OpenEXR")
        header = {"compression": exr.ZIP_COMPRESSION, "type": exr.scanlineimage}
        exr.File(header, {"Z": VALUES}).write(str(tmp_path / name))
    else:
        import tifffile

        tifffile.imwrite(tmp_path / name, VALUES)
    with pytest.raises(ValueError, match=rf"{name}: it would take .* GB of memory"):
        depth_maps.numbers(tmp_path / name)


@pytest.mark.parametrize("shape", [(1, 2, 3), (1, 1, 2, 3)])
def test_a_network_s_batch_and_channel_are_left_off(tmp_path, shape):
    np.save(tmp_path / "map.npy", VALUES.reshape(2, 3).reshape(shape))
    found = depth_maps.numbers(tmp_path / "map.npy")
    np.testing.assert_array_equal(found, VALUES.reshape(2, 3))


def test_the_only_array_of_an_archive(tmp_path):
    np.savez(tmp_path / "map.npz", VALUES)
    np.testing.assert_array_equal(depth_maps.numbers(tmp_path / "map.npz"), VALUES)
    (tmp_path / "map.npz").rename(tmp_path / "other.npy")
    np.testing.assert_array_equal(depth_maps.numbers(tmp_path / "other.npy"), VALUES)
    np.savez(tmp_path / "two.npz", VALUES, VALUES)
    with pytest.raises(ValueError, match=r"two\.npz: it holds 2 arrays"):
        depth_maps.numbers(tmp_path / "two.npz")


def test_a_head_that_claims_more_than_there_is(tmp_path):
    np.save(tmp_path / "map.npy", np.zeros((200, 100)))
    data = (tmp_path / "map.npy").read_bytes()
    (tmp_path / "map.npy").write_bytes(data.replace(b"(200, 100)", b"(20000000)"[:10]))
    (tmp_path / "more.npy").write_bytes(data.replace(b"(200, 100)", b"(999, 999)"))
    for name in ("map.npy", "more.npy"):
        with pytest.raises(ValueError, match=rf"{name}: "):
            depth_maps.numbers(tmp_path / name)


def test_a_portable_grey_map_has_16_bits(tmp_path):
    values = np.array([[0, 300, 65535], [1, 2, 40000]], np.uint16)
    head = b"P5\n3 2\n65535\n"
    (tmp_path / "map.pgm").write_bytes(head + values.astype(">u2").tobytes())
    np.testing.assert_array_equal(depth_maps.numbers(tmp_path / "map.pgm"), values)


@pytest.mark.parametrize("kind", [b"Pf", b"PF"])
def test_a_pfm_may_hold_what_is_not_a_number(tmp_path, kind):
    """Middlebury's unknown is inf; catches NaN, which is not equal to itself."""
    values = np.array([[1, np.nan, np.inf], [0, -np.inf, 2]], "<f4")
    stored = np.repeat(values[::-1, :, None], 3 if kind == b"PF" else 1, axis=2)
    (tmp_path / "a.pfm").write_bytes(kind + b"\n3 2\n-1.0\n" + stored.tobytes())
    np.testing.assert_array_equal(depth_maps.numbers(tmp_path / "a.pfm"), values)


@pytest.mark.parametrize("first", [0x0A, 0x0B])
def test_a_pfm_of_another_system(tmp_path, first):
    """Catches a map that is read a byte off, since its head ends in CR and LF."""
    values = VALUES.reshape(2, 3).astype("<f4")
    numbers = bytearray(values[::-1].tobytes())
    numbers[0] = first  # may look like the line's end
    expected = np.frombuffer(bytes(numbers), "<f4").reshape(2, 3)[::-1]
    for number, end in enumerate((b"\n", b"\r\n")):
        path = tmp_path / f"{number}.pfm"
        head = end.join([b"Pf", b"3 2", b"-1.0", b""])
        path.write_bytes(head + bytes(numbers))
        np.testing.assert_array_equal(depth_maps.numbers(path), expected)
        path.write_bytes(head + bytes(numbers) + b"x")
        if first == 0x0B:
            with pytest.raises(ValueError, match=r"pfm: 1 bytes are left over"):
                depth_maps.numbers(path)


def test_strips_that_inflate_without_end_are_refused(tmp_path):
    import tifffile

    path = tmp_path / "map.tif"
    tifffile.imwrite(path, np.zeros((4, 5), np.float32), compression="zlib")
    with tifffile.TiffFile(path) as file:
        tag = file.pages[0].tags["StripByteCounts"]
        place, offset = tag.valueoffset, file.pages[0].dataoffsets[0]
    bomb = zlib.compress(bytes(50_000_000))
    data = bytearray(path.read_bytes())
    data[offset:] = bomb
    size = tag.dtype.itemsize if hasattr(tag.dtype, "itemsize") else 4
    data[place : place + size] = len(bomb).to_bytes(size, "little")
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"map\.tif: it holds more numbers than it"):
        depth_maps.numbers(path)
