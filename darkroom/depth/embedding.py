"""Writes a disparity into a JPEG, as phones do, so that other programs can refocus it.

Two published layouts go in, for the programs that read one of them:

- GDepth (developers.google.com/depthmap-metadata): a PNG in base64, in extended XMP.
- Dynamic Depth 1.0: a directory in the XMP names a second JPEG behind the first.

Both hold distances as RangeInverse, which is linear in disparity. Distances in metres
are not known here: nearest and farthest are 1 and 100 of no unit.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping

import cv2
import numpy as np
from PIL import Image

from darkroom.io import jpeg
from darkroom.pixels import Array

LONGER_SIDE = 1024  # of the map; phones' have fewer pixels, and readers sharpen it
NEAR, FAR = 1.0, 100.0
_QUALITY = 95
_EXIF = b"Exif\0\0"
_MOST = 0xFFFF - 2  # bytes in a segment, besides its own length
_PART = 65400  # bytes of extended XMP in a segment, as the specification advises
_GOOGLE = "http://ns.google.com/photos/"
_NAMESPACES = {
    "GDepth": f"{_GOOGLE}1.0/depthmap/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "Device": f"{_GOOGLE}dd/1.0/device/",
    "Profile": f"{_GOOGLE}dd/1.0/profile/",
    "Container": f"{_GOOGLE}dd/1.0/container/",
    "Item": f"{_GOOGLE}dd/1.0/item/",
    "Camera": f"{_GOOGLE}dd/1.0/camera/",
    "Image": f"{_GOOGLE}dd/1.0/image/",
    "DepthMap": f"{_GOOGLE}dd/1.0/depthmap/",
}
_PHOTO_URI, _MAP_URI = "primary_image", "android/depthmap"


def embedded(photo: bytes, disparity: Array) -> bytes:
    """Returns a JPEG's content with a disparity in it.

    Args:
      photo: a JPEG's, upright or turned by its EXIF as the disparity is not: it must
        be stored as the disparity lies.
      disparity: `[H, W]` in [0, 1], 1 is nearest, of any size.

    Raises:
      ValueError: it is no JPEG.
    """
    if not photo.startswith(jpeg.START):
        raise ValueError("a depth map goes into a JPEG; got another file")
    far = np.rint(255 * (1 - np.clip(_shrunk(disparity), 0, 1))).astype(np.uint8)
    behind = _encoded(far, format="JPEG", quality=_QUALITY)
    extended = _packet(
        _attributes(
            "GDepth",
            Data=base64.b64encode(_encoded(far, format="PNG")).decode("ascii"),
        )
    )
    name = hashlib.md5(extended, usedforsecurity=False).hexdigest().upper()
    standard = _packet(
        _attributes(
            "GDepth", Format="RangeInverse", Near=NEAR, Far=FAR, Mime="image/png"
        )
        + _attributes("xmpNote", HasExtendedXMP=name),
        _dynamic_depth(len(behind)),
    )
    segments = [jpeg.XMP + standard]
    for offset in range(0, len(extended), _PART):
        head = len(extended).to_bytes(4, "big") + offset.to_bytes(4, "big")
        part = extended[offset : offset + _PART]
        segments.append(jpeg.EXTENDED_XMP + name.encode() + head + part)
    at = _after_head(photo)
    parts = [photo[:at], *map(_segment, segments), photo[at : jpeg.end(photo)], behind]
    return b"".join(parts)


def _shrunk(disparity: Array) -> Array:
    scale = LONGER_SIDE / max(disparity.shape)
    if scale >= 1:
        return disparity
    # The nearest: a mean of two surfaces would be a third, where there is none.
    size = [max(1, round(side * scale)) for side in disparity.shape[::-1]]
    return cv2.resize(disparity, size, interpolation=cv2.INTER_NEAREST_EXACT)


def _encoded(grey: Array, **how: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(grey).save(file, **how)  # type: ignore[arg-type]
    return file.getvalue()


def _after_head(photo: bytes) -> int:
    """Returns where XMP goes: behind JFIF and EXIF, which want to be first."""
    at = 2
    for marker, start, stop in jpeg.segments(photo):
        is_exif = marker == jpeg.APP1 and photo.startswith(_EXIF, start)
        if marker != jpeg.APP0 and not is_exif:
            break
        at = stop
    return at


def _segment(content: bytes) -> bytes:
    assert len(content) <= _MOST
    head = bytes([0xFF, jpeg.APP1]) + (len(content) + 2).to_bytes(2, "big")
    return head + content


def _attributes(namespace: str, /, **values: object) -> str:
    return "".join(f' {namespace}:{name}="{value}"' for name, value in values.items())


def _packet(attributes: str, inside: str = "") -> bytes:
    """Returns an XMP packet: a description's attributes, and what is inside it."""
    used = {
        prefix: address
        for prefix, address in _NAMESPACES.items()
        if f"{prefix}:" in attributes + inside
    }
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="darkroom">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{_spaces(used)}{attributes}>'
        f"{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _spaces(used: Mapping[str, str]) -> str:
    return "".join(f' xmlns:{prefix}="{used[prefix]}"' for prefix in used)


def _dynamic_depth(length: int) -> str:
    """Returns the elements of Dynamic Depth for a map of `length` bytes behind."""
    photo = _attributes(
        "Item", Mime="image/jpeg", Length=0, Padding=0, DataURI=_PHOTO_URI
    )
    map_ = _attributes("Item", Mime="image/jpeg", Length=length, DataURI=_MAP_URI)
    image = _attributes("Image", ItemSemantic="Primary", ItemURI=_PHOTO_URI)
    depth = _attributes(
        "DepthMap",
        Format="RangeInverse",
        Units="None",
        Near=NEAR,
        Far=FAR,
        ItemSemantic="Depth",
        DepthURI=_MAP_URI,
    )
    camera = f"<Camera:Image{image}/><Camera:DepthMap{depth}/>"
    profile = (
        "<Profile:Type>DepthPhoto</Profile:Type><Profile:CameraIndices><rdf:Seq>"
        "<rdf:li>0</rdf:li></rdf:Seq></Profile:CameraIndices>"
    )
    return (
        "<Device:Profiles>"
        + _seq(f"<Device:Profile {_RESOURCE}>{profile}</Device:Profile>")
        + "</Device:Profiles><Device:Container "
        + f"{_RESOURCE}><Container:Directory>"
        + _seq(f"<Container:Item{photo}/>", f"<Container:Item{map_}/>")
        + "</Container:Directory></Device:Container><Device:Cameras>"
        + _seq(f"<Device:Camera {_RESOURCE}>{camera}</Device:Camera>")
        + "</Device:Cameras>"
    )


_RESOURCE = 'rdf:parseType="Resource"'


def _seq(*items: str) -> str:
    inside = "".join(f"<rdf:li {_RESOURCE}>{item}</rdf:li>" for item in items)
    return f"<rdf:Seq>{inside}</rdf:Seq>"
