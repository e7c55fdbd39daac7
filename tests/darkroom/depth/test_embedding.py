"""A depth in a JPEG: read again by us, laid out as the specifications say."""

import base64
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from darkroom import depth
from darkroom.depth import embedded, embedding
from darkroom.io import images, jpeg

RNG = np.random.default_rng(11)
PHOTO = RNG.integers(0, 256, (48, 64, 3), np.uint8)
RAMP = np.tile(np.linspace(0, 1, 48, dtype=np.float32)[:, None], (1, 64))
GDEPTH = "{http://ns.google.com/photos/1.0/depthmap/}"
DD = "{http://ns.google.com/photos/dd/1.0/"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


@pytest.fixture
def photo(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    path = tmp_path / "photo.jpg"
    Image.fromarray(PHOTO).save(path, quality=95, exif=exif)
    return path


def packets(data):
    """The XMP packets, put together as the XMP specification, part 3, says."""
    standard, parts = b"", {}
    for marker, start, stop in jpeg.segments(data):
        content = data[start:stop]
        if marker == 0xE1 and content.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
            standard = content.partition(b"\0")[2]
        elif marker == 0xE1 and content.startswith(b"http://ns.adobe.com/xmp/ext"):
            content = content.partition(b"\0")[2]
            total, offset = (int.from_bytes(content[i : i + 4]) for i in (32, 36))
            parts[offset] = content[40:]
            guid = content[:32].decode()
    extended = b"".join(parts[offset] for offset in sorted(parts))
    assert len(extended) == total
    return ET.fromstring(standard), ET.fromstring(extended), guid


def test_what_was_written_is_read_again(photo):
    photo.write_bytes(embedding.embedded(photo.read_bytes(), RAMP))
    np.testing.assert_allclose(embedded.find(photo), RAMP, atol=3 / 255)
    found = depth.find(images.read(photo), photo)
    assert found.origin == "the depth map inside the photo"


def test_the_photo_stays_what_it_was(photo):
    before = Image.open(photo)
    before.load()
    photo.write_bytes(embedding.embedded(photo.read_bytes(), RAMP))
    after = Image.open(photo)
    np.testing.assert_array_equal(np.asarray(after), np.asarray(before))
    assert after.getexif()[0x010F] == "a camera"


def test_gdepth_is_laid_out_as_published(photo):
    large = RNG.random((300, 1400), np.float32)  # needs several segments
    data = embedding.embedded(photo.read_bytes(), large)
    standard, extended, guid = packets(data)
    about = standard[0][0].attrib
    assert about[f"{GDEPTH}Format"] == "RangeInverse"
    assert about[f"{GDEPTH}Mime"] == "image/png"
    assert float(about[f"{GDEPTH}Near"]) < float(about[f"{GDEPTH}Far"])
    assert about["{http://ns.adobe.com/xmp/note/}HasExtendedXMP"] == guid
    image = base64.b64decode(extended[0][0].attrib[f"{GDEPTH}Data"])
    grey = np.asarray(Image.open(io.BytesIO(image)))
    assert grey.dtype == np.uint8 and grey.shape == (219, 1024)
    # RangeInverse: near is 0, far 255
    small = embedding.embedded(photo.read_bytes(), RAMP)
    image = base64.b64decode(packets(small)[1][0][0].attrib[f"{GDEPTH}Data"])
    grey = np.asarray(Image.open(io.BytesIO(image)))
    np.testing.assert_array_equal(grey, np.rint(255 * (1 - RAMP)))


def test_dynamic_depth_is_laid_out_as_published(photo):
    data = embedding.embedded(photo.read_bytes(), RAMP)
    standard = packets(data)[0]
    items = [each.attrib for each in standard.iter(f"{DD}container/}}Item")]
    assert [item[f"{DD}item/}}DataURI"] for item in items] == [
        "primary_image",
        "android/depthmap",
    ]
    length = int(items[1][f"{DD}item/}}Length"])
    assert jpeg.end(data) == len(data) - length
    behind = Image.open(io.BytesIO(data[-length:]))
    assert (behind.format, behind.mode, behind.size) == ("JPEG", "L", (64, 48))
    (map_,) = standard.iter(f"{DD}camera/}}DepthMap")
    assert map_.attrib[f"{DD}depthmap/}}DepthURI"] == "android/depthmap"
    assert map_.attrib[f"{DD}depthmap/}}ItemSemantic"] == "Depth"
    (type_,) = standard.iter(f"{DD}profile/}}Type")
    assert type_.text == "DepthPhoto"
    # A property with parseType="Resource" may have no other attribute (RDF/XML 7.2).
    for element in standard.iter():
        if f"{RDF}parseType" in element.attrib:
            assert len(element.attrib) == 1


def test_a_depth_goes_into_a_jpeg_only():
    with pytest.raises(ValueError, match="goes into a JPEG"):
        embedding.embedded(b"\x89PNG", RAMP)
