"""Depth maps inside photos, in files built here after the public specifications."""

import base64
import io
import types

import numpy as np
import pytest
from PIL import Image

from darkroom.depth import embedded, scaling
from darkroom.io import images

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
DD = "http://ns.google.com/photos/dd/1.0"

NEAR, FAR = 0.5, 8.0
DISTANCE = NEAR + (FAR - NEAR) * np.linspace(0, 1, 12).reshape(3, 4) ** 2
DISPARITY = scaling.stretched(1 / DISTANCE)
FRACTIONS = {  # of the specification, "Encoding depth and confidence"
    "RangeLinear": (DISTANCE - NEAR) / (FAR - NEAR),
    "RangeInverse": FAR * (DISTANCE - NEAR) / (DISTANCE * (FAR - NEAR)),
}


def file(values, kind="PNG", **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, kind, **options)
    return buffer.getvalue()


def png(fraction, deep=True) -> bytes:
    top, kind = (65535, np.uint16) if deep else (255, np.uint8)
    return file(np.rint(fraction * top).astype(kind))


def segment(content: bytes) -> bytes:
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content


def photo(*contents: bytes, orientation: int = 1, behind: bytes = b"") -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    data = file(np.full((24, 32, 3), 90, np.uint8), "JPEG", exif=exif)
    return data[:2] + b"".join(map(segment, contents)) + data[2:] + behind


def description(attributes: str, inside: str = "") -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
        f'<rdf:Description rdf:about="" {attributes}>{inside}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def gdepth(data: bytes, more: str, **options) -> bytes:
    space = 'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/"'
    whole = description(f'{space} GDepth:Data="{base64.b64encode(data).decode()}"')
    parts = [
        EXTENDED + b"0" * 32 + len(whole).to_bytes(4, "big")
        + at.to_bytes(4, "big") + whole[at : at + 200]
        for at in range(0, len(whole), 200)
    ]  # fmt: skip
    standard = XMP + description(f'{space} GDepth:Mime="image/png" {more}')
    return photo(standard, *parts, **options)


def dynamic_depth(data: bytes, more: str, length=None, **options) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="{DD}/{name.lower()}/"'
        for name in ("Device", "Container", "Item", "Camera", "DepthMap")
    )
    gain = file(np.zeros((4, 4), np.uint8), "JPEG")
    items = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item {each}/></rdf:li>'
        for each in (
            'Item:Mime="image/jpeg" Item:DataURI="primary" Item:Padding="3"',
            f'Item:Mime="image/jpeg" Item:Length="{len(gain)}" Item:DataURI="gain"',
            f'Item:Mime="image/png" Item:Length="{length or len(data)}" '
            'Item:DataURI="depth"',
        )
    )
    inside = (
        f"<Device:Container><Container:Directory><rdf:Seq>{items}</rdf:Seq>"
        "</Container:Directory></Device:Container><Device:Cameras><rdf:Seq>"
        '<rdf:li rdf:parseType="Resource"><Camera:DepthMap DepthMap:DepthURI="depth" '
        f'DepthMap:ItemSemantic="Depth" {more}/></rdf:li></rdf:Seq></Device:Cameras>'
    )
    xmp = XMP + description(spaces, inside)
    return photo(xmp, behind=b"pad" + gain + data, **options)


def apple(fraction, kind: str, number: str, least: float, most: float) -> bytes:
    space = 'xmlns:apdi="http://ns.apple.com/pixeldatainfo/1.0/"'
    inside = "".join(
        f"<apdi:{name}>{text}</apdi:{name}>"
        for name, text in (
            ("AuxiliaryImageType", kind),
            ("NativeFormat", int.from_bytes(number.encode(), "big")),
            ("FloatMinValue", least),
            ("FloatMaxValue", most),
        )
    )
    values = np.kron(np.rint(fraction * 255), np.ones((8, 8))).astype(np.uint8)
    data = file(values, "JPEG", quality=100)
    xmp = segment(XMP + description(space, inside))
    return data[:2] + xmp + data[2:]


@pytest.mark.parametrize("build", [gdepth, dynamic_depth])
@pytest.mark.parametrize("form", ["RangeLinear", "RangeInverse"])
def test_google_s_formats_give_disparity(tmp_path, build, form):
    """Catches: near and far exchanged; a distance taken for a disparity."""
    prefix = "GDepth" if build is gdepth else "DepthMap"
    more = f'{prefix}:Format="{form}" {prefix}:Near="{NEAR}" {prefix}:Far="{FAR}"'
    (tmp_path / "a.jpg").write_bytes(build(png(FRACTIONS[form]), more))
    np.testing.assert_allclose(embedded.find(tmp_path / "a.jpg"), DISPARITY, atol=1e-3)


def test_diopters_are_disparities_already(tmp_path):
    more = (
        'DepthMap:Format="RangeLinear" DepthMap:Near="0" DepthMap:Far="2" '
        'DepthMap:Units="Diopters"'
    )
    (tmp_path / "a.jpg").write_bytes(dynamic_depth(png(DISPARITY, deep=False), more))
    np.testing.assert_allclose(embedded.find(tmp_path / "a.jpg"), DISPARITY, atol=5e-3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_map_is_turned_with_the_photo(tmp_path, orientation):
    """The oracle is how `images` turns a picture of the same numbers."""
    exif = Image.Exif()
    exif[274] = orientation
    values = np.rint(FRACTIONS["RangeInverse"] * 255).astype(np.uint8)
    Image.fromarray(values).save(tmp_path / "same.png", exif=exif)
    expected = 1 - images.read(tmp_path / "same.png").pixels[..., 0] / 255
    data = gdepth(file(values), "", orientation=orientation)
    (tmp_path / "a.jpg").write_bytes(data)
    np.testing.assert_allclose(embedded.find(tmp_path / "a.jpg"), expected, atol=1e-6)


def test_apple_s_second_jpeg_is_told_from_its_other_ones(tmp_path):
    gain = apple(
        np.zeros((3, 4)), "urn:com:apple:photo:2020:aux:hdrgainmap", "L008", 0, 1
    )
    for kind, number, fraction, limits in (
        ("disparity", "hdis", DISPARITY, (0.3, 1.9)),
        ("depth", "fdep", FRACTIONS["RangeLinear"], (NEAR, FAR)),
    ):
        depth = apple(fraction, kind, number, *limits)
        (tmp_path / "a.jpg").write_bytes(photo(behind=gain + b"\0\0" + depth))
        found = embedded.find(tmp_path / "a.jpg")[4::8, 4::8]
        np.testing.assert_allclose(found, DISPARITY, atol=0.04)


@pytest.mark.parametrize(
    "data", [photo(), photo(XMP + description("")), b"", b"GIF89a"]
)
def test_a_photo_without_a_map_has_none(tmp_path, data):
    (tmp_path / "a.jpg").write_bytes(data)
    assert embedded.find(tmp_path / "a.jpg") is None


@pytest.mark.parametrize(
    "data",
    [
        gdepth(b"no picture", ""),
        gdepth(png(DISPARITY)[:60], ""),
        gdepth(png(DISPARITY), 'GDepth:Near="x"'),
        gdepth(png(DISPARITY), 'GDepth:Format="RangeLinear" GDepth:Near="0"'),
        dynamic_depth(png(DISPARITY), "", length=20),
        dynamic_depth(png(DISPARITY), "").replace(
            b'DataURI="depth"', b'DataURI="other"'
        ),
    ],
)
def test_a_damaged_map_is_one_sentence_that_says_what_to_do(tmp_path, data):
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(
        ValueError, match=r"a\.jpg: .* inside the photo is damaged"
    ) as e:
        embedded.find(tmp_path / "a.jpg")
    assert str(e.value).endswith("--depth FILE")
    assert "\n" not in str(e.value)


def test_a_map_that_claims_too_many_pixels_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 5)
    (tmp_path / "a.jpg").write_bytes(gdepth(png(DISPARITY), ""))
    with pytest.raises(ValueError, match="damaged"):
        embedded.find(tmp_path / "a.jpg")


@pytest.mark.parametrize(
    ("about", "fraction"),
    [
        (None, DISPARITY),
        ({"representation_type": 1}, DISPARITY),
        (
            {"representation_type": 2, "z_near": NEAR, "z_far": FAR},
            FRACTIONS["RangeLinear"],
        ),
    ],
)
def test_heic_s_depth_image_is_read_by_its_type(tmp_path, monkeypatch, about, fraction):
    """Nothing here writes a HEIC with a depth image: a stand-in for what reads it."""
    heif = pytest.importorskip("pillow_heif")
    grey = Image.fromarray(np.rint(fraction * 255).astype(np.uint8))
    depth = types.SimpleNamespace(info={"metadata": about}, to_pillow=lambda: grey)
    opened = types.SimpleNamespace(info={"depth_images": [depth]})
    monkeypatch.setattr(heif, "open_heif", lambda _: opened)
    path = tmp_path / "a.heic"
    heif.from_pillow(grey.convert("RGB").resize((64, 64))).save(path)
    np.testing.assert_allclose(embedded.find(path), DISPARITY, atol=0.02)


def test_a_heic_without_a_depth_image_has_none(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.new("RGB", (64, 64))).save(tmp_path / "a.heic")
    assert embedded.find(tmp_path / "a.heic") is None


def test_other_makers_formats_are_named(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(photo(behind=b"DualShot_DepthMap_1 ... SEFHSEFT"))
    assert embedded.find(path) is None
    assert embedded.foreign(path) == "Samsung"
    path.write_bytes(photo())
    assert embedded.foreign(path) == ""
