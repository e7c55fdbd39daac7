"""HEIC of 10 bits: no level is lost on the way, and Apple's gain map is found."""

import io

import numpy as np
import pytest
from PIL import Image

from darkroom.io import images

pillow_heif = pytest.importorskip("pillow_heif")

# All 1024 levels, grey: chroma would be subsampled.
LEVELS = np.arange(1024).reshape(32, 32)
PHOTO = np.repeat(np.rint(LEVELS * (65535 / 1023)).astype(np.uint16)[..., None], 3, 2)


def ten_bits():
    file = pillow_heif.from_bytes("RGB;16", (32, 32), (PHOTO >> 6 << 6).tobytes())
    stored = io.BytesIO()
    file.save(stored, quality=-1)  # without loss
    return stored.getvalue()


def test_ten_bits_are_read_as_ten_bits(tmp_path):
    path = tmp_path / "photo.heic"
    path.write_bytes(ten_bits())
    found = images.read(path).pixels
    assert found.dtype == np.uint16
    assert len(np.unique(found)) > 1000 > 256
    assert np.abs(found.astype(int) - PHOTO).max() <= 2 * 64
    assert found.max() == 65535


def test_ten_bits_are_written_as_ten_bits(tmp_path):
    path = tmp_path / "photo.heic"
    images.write(path, PHOTO)
    assert pillow_heif.open_heif(path).info["bit_depth"] == 10
    found = images.read(path).pixels
    error = np.abs(found.astype(int) - PHOTO)
    assert error.mean() < 65535 / 255 and len(np.unique(found)) > 400


def test_eight_bits_stay_eight(tmp_path):
    path = tmp_path / "photo.heic"
    images.write(path, (PHOTO >> 8).astype(np.uint8))
    assert images.read(path).pixels.dtype == np.uint8


def test_apple_s_auxiliary_picture(tmp_path, monkeypatch):
    """pillow-heif writes none, so the one that it would give is put in its place."""
    grey = np.zeros((16, 16), np.uint8)
    grey[8:] = 255
    kind = "urn:com:apple:photo:2020:aux:hdrgainmap"
    headroom = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        b'xmlns:g="http://ns.apple.com/HDRGainMap/1.0/" g:HDRGainMapHeadroom="4.5"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )

    class File:
        info = {  # noqa: RUF012
            "aux": {kind: [7]},
            "metadata": [{"type": "mime", "data": headroom}],
            "exif": b"",
        }

        def get_aux_image(self, number):
            assert number == 7
            return self

        def to_pillow(self):
            return Image.fromarray(grey)

    path = tmp_path / "photo.heic"
    images.write(path, (PHOTO >> 8).astype(np.uint8))
    path.write_bytes(path.read_bytes() + kind.encode())  # where a real one says so
    monkeypatch.setattr(pillow_heif, "open_heif", lambda file: File())
    gain = images.read(path).gain_map.gain
    np.testing.assert_allclose(gain[:8], 1)
    np.testing.assert_allclose(gain[8:], 4.5, rtol=1e-6)
