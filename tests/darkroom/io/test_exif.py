"""What a photo tells travels as the bytes it is, and odd entries harm nobody."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from darkroom.io import exif, images

TEXTS = {
    270: "Zoë am Meer".encode(),
    271: b"A maker",
    315: "Zoë".encode("latin-1"),
    33432: "© 2024 Zoë".encode(),
}
PHOTO = np.zeros((8, 9, 3), np.uint8)


def folder(entries, base: int, order: str = "<", following: int = 0) -> bytes:
    """A folder as it is written, from (tag, type, count, bytes)."""
    entries = sorted(entries)
    lines, values = b"", b""
    start = base + 2 + 12 * len(entries) + 4
    for tag, kind, count, data in entries:
        place = data.ljust(4, b"\0")
        if len(data) > 4:
            place = struct.pack(f"{order}I", start + len(values))
            values += data + b"\0" * (len(data) % 2)
        lines += struct.pack(f"{order}HHI", tag, kind, count) + place[:4]
    end = struct.pack(f"{order}I", following)
    return struct.pack(f"{order}H", len(entries)) + lines + end + values


def block(entries, order: str = "<", **folders) -> bytes:
    """An EXIF block; `folders` are exif, gps and interoperability."""
    pointers = {"exif": exif.EXIF, "gps": exif.GPS}
    lines = [*entries]
    places = {}
    size = 8 + 2 + 12 * (len(entries) + len(folders)) + 4
    size += sum(len(d) + len(d) % 2 for *_, d in entries if len(d) > 4)
    body = b""
    for name, content in folders.items():
        places[name] = size + len(body)
        body += folder(content, places[name], order)
        lines.append((pointers[name], 4, 1, struct.pack(f"{order}I", places[name])))
    mark = b"II*\0" if order == "<" else b"MM\0*"
    head = mark + struct.pack(f"{order}I", 8)
    return exif.PREFIX + head + folder(lines, 8, order) + body


def text(data: bytes):
    return 2, len(data) + 1, data + b"\0"


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".deep.tif"])
def test_text_keeps_its_bytes(tmp_path, suffix, order):
    """Catches letters that become question marks, and a block of another byte order."""
    lens = (0xA434, *text("Zoë 50 mm".encode()))
    time = (33434, 5, 1, struct.pack(f"{order}II", 1, 8))
    north = (2, 5, 3, struct.pack(f"{order}6I", 48, 1, 8, 1, 1, 2))
    entries = [(tag, *text(data)) for tag, data in TEXTS.items()]
    told = block(entries, order, exif=[lens, time], gps=[north])
    Image.fromarray(PHOTO).save(tmp_path / "a.jpg", exif=told)
    photo = images.read(tmp_path / "a.jpg")
    path = tmp_path / f"b{suffix}"
    deep = PHOTO.astype(np.uint16) if "deep" in suffix else PHOTO
    images.write(path, deep, photo)
    again = exif.parse(images.read(path).exif)
    for tag, data in TEXTS.items():
        assert again.main[tag].values == data + b"\0"
    assert again.exif[0xA434].values == "Zoë 50 mm".encode() + b"\0"
    read = Image.Exif()  # the oracle for numbers
    read.load(images.read(path).exif)
    assert read.get_ifd(exif.EXIF)[33434] == 0.125
    assert read.get_ifd(exif.GPS)[2] == (48, 8, 0.5)
    with Image.open(path) as image:
        assert image.getexif()[271] == "A maker"


def test_interoperability_comes_along_and_no_pointer_dangles(tmp_path):
    inner = folder([(1, 2, 4, b"R98\0")], 0)
    told = Image.Exif()
    told[271] = "A maker"
    told.get_ifd(exif.EXIF)[exif.INTEROPERABILITY] = {1: "R98"}
    told[0x014A] = 4000  # further pictures of a raw file
    Image.fromarray(PHOTO).save(tmp_path / "a.jpg", exif=told.tobytes())
    kept = exif.parse(images.read(tmp_path / "a.jpg").exif)
    assert kept.interoperability[1].values == b"R98\0"
    assert 0x014A not in kept.main
    assert inner


def odd_blocks():
    """Every tag of a list with every type, few and many values, whole and cut."""
    tags = (256, 258, 262, 270, 271, 274, 282, 296, 305, 306, 330, 513, 531, 700)
    tags += (33432, 33723, 34377, 0x8769, 0x8825, 0xA005)
    rng = np.random.Generator(np.random.PCG64(15))
    for tag in tags:
        for kind in range(15):
            for count in (0, 1, 2, 3, 1000, 2**16, 2**31):
                data = rng.bytes(min(count, 50) * 8)
                whole = block([(271, *text(b"A maker")), (tag, kind, count, data)])
                yield whole
                yield whole[: int(rng.integers(len(whole)))]


def test_no_block_stops_a_photo(tmp_path):
    """4,200 blocks; catches whatever a library throws at types that do not fit."""
    blocks = list(odd_blocks())
    assert len(blocks) == 4200
    for number, odd in enumerate(blocks):
        kept = exif.copied(odd)
        assert exif.copied(kept) == kept
        if number % 20 == 0:
            path = tmp_path / "a.jpg"
            Image.fromarray(PHOTO).save(path, exif=odd)
            photo = images.read(path)
            for suffix in (".jpg", ".png", ".webp", ".tif"):
                images.write(tmp_path / f"b{suffix}", photo.pixels, photo)
                again = images.read(tmp_path / f"b{suffix}")
                assert again.pixels.shape[2] == 3
                with Image.open(tmp_path / f"b{suffix}") as image:
                    image.load()


def test_an_odd_entry_does_not_hide_which_way_is_up(tmp_path):
    """Catches a picture called damaged since its block cannot be written again."""
    odd = (282, 2, 3, b"ab\0")  # a resolution in text
    told = block([odd, (exif.ORIENTATION, 3, 1, struct.pack("<HH", 6, 0))])
    Image.fromarray(PHOTO).save(tmp_path / "a.jpg", exif=told)
    photo = images.read(tmp_path / "a.jpg")
    assert photo.pixels.shape == (9, 8, 3)
    assert exif.orientation(photo.exif) == 1
    assert 282 in exif.parse(photo.exif).main


@pytest.mark.parametrize("said", [b"tiff:Orientation='6'", b"tiff:Orientation>6<"])
def test_xmp_says_what_exif_does_not(said):
    assert exif.orientation(b"", b"<x " + said) == 6
    told = block([(exif.ORIENTATION, 3, 1, struct.pack("<HH", 3, 0))])
    assert exif.orientation(told, said) == 3


def test_a_maker_s_note_gives_way_to_the_rest():
    note = (0x927C, 7, 80_000, bytes(80_000))
    long = block([(271, *text(b"A maker"))], exif=[note, (33434, 5, 1, bytes(8))])
    fitting = exif.fitting_jpeg(long)
    assert len(fitting) < 1000
    kept = exif.parse(fitting)
    assert kept.main[271].values == b"A maker\0"
    assert 33434 in kept.exif and 0x927C not in kept.exif


def test_a_tiff_keeps_its_picture_and_pages(tmp_path):
    """Catches a folder that moved without what it points to."""
    pages = [Image.fromarray(np.full((40, 30, 3), v, np.uint8)) for v in (10, 200)]
    for compression in ("raw", "tiff_lzw"):
        out = io.BytesIO()
        pages[0].save(
            out, "TIFF", save_all=True, append_images=pages[1:], compression=compression
        )
        file = exif.added_to_tiff(out.getvalue(), block([(315, *text(b"Zoe"))]))
        with Image.open(io.BytesIO(file)) as image:
            assert image.getexif()[315] == "Zoe"
            for number, page in enumerate(pages):
                image.seek(number)
                np.testing.assert_array_equal(np.asarray(image), np.asarray(page))
