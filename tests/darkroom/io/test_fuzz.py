"""Damaged files: each is read, or refused in one sentence, soon and in little memory.

FUZZ_INPUTS sets how many; scripts/torture.sh files takes 10,000.
"""

import io
import os
import pathlib
import resource
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import tifffile
from PIL import Image

from darkroom.depth import embedded
from darkroom.io import decoding, depth_maps, images

INPUTS = int(os.environ.get("FUZZ_INPUTS", "700"))
SECONDS, GIGABYTES = 5, 2
RNG = np.random.Generator(np.random.PCG64(5))
PHOTO = RNG.integers(0, 256, (24, 40, 3), np.uint8)


def encoded(picture: np.ndarray, kind: str, **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, **options)
    return file.getvalue()


def tiff(picture: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, picture, metadata=None, **options)
    return file.getvalue()


def array(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def seeds() -> dict[str, bytes]:
    """A whole file of each kind, by the name it gets."""
    exif = Image.Exif()
    exif[271], exif[274] = "A maker", 6
    grey, deep = PHOTO[..., 0], PHOTO.astype(np.uint16) * 257
    near = PHOTO[..., 0].astype(np.float32)
    files = {
        "a.jpg": encoded(PHOTO, "JPEG", exif=exif.tobytes()),
        "progressive.jpg": encoded(PHOTO, "JPEG", progressive=True),
        "a.png": encoded(PHOTO, "PNG", exif=exif.tobytes()),
        "grey.png": encoded(grey, "PNG"),
        "deep.png": encoded(deep[..., 0], "PNG"),
        "a.webp": encoded(PHOTO, "WEBP"),
        "lossless.webp": encoded(PHOTO, "WEBP", lossless=True),
        "a.avif": encoded(PHOTO, "AVIF"),
        "a.gif": encoded(grey, "GIF"),
        "a.bmp": encoded(PHOTO, "BMP"),
        "a.tif": tiff(PHOTO, photometric="rgb", extratags=[(274, 3, 1, 6, True)]),
        "deep.tif": tiff(deep, photometric="rgb", compression="zlib"),
        "tiles.tif": tiff(grey, tile=(16, 16), compression="zlib"),
        "float.tif": tiff(near, compression="zlib"),
        "a.npy": array(near),
        "a.pfm": b"Pf\n40 24\n-1.0\n" + near.tobytes(),
        "a.pgm": b"P5\n40 24\n65535\n" + deep[..., 0].astype(">u2").tobytes(),
    }
    try:
        import pillow_heif

        pillow_heif.register_heif_opener()
        files["a.heic"] = encoded(PHOTO, "HEIF")
    except ImportError:
        pass
    return files


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Flips bits, writes extreme numbers, cuts, doubles and drops parts."""
    content = bytearray(data)
    for _ in range(int(rng.integers(1, 6))):
        at = int(rng.integers(len(content))) if content else 0
        if rng.integers(2):  # where formats keep their numbers
            at = min(at, int(rng.integers(1, 200)))
        match int(rng.integers(6)):
            case 0:
                content[at : at + 1] = bytes([content[at] ^ 1 << int(rng.integers(8))])
            case 1:
                numbers = (0, 1, 2**15, 2**31 - 1, 2**31, 2**32 - 1)
                order = "little" if rng.integers(2) else "big"
                content[at : at + 4] = int(rng.choice(numbers)).to_bytes(4, order)
            case 2:
                content[at : at + 8] = rng.bytes(8)
            case 3:
                del content[int(rng.integers(len(content) + 1)) :]
            case 4:
                part = content[at : at + int(rng.integers(200))]
                content[at:at] = part
            case 5:
                del content[at : at + int(rng.integers(50))]
        if not content:
            break
    return bytes(content)


READERS: tuple[Callable[[pathlib.Path], object], ...] = (
    images.read,
    decoding.orientation,
    depth_maps.numbers,
    embedded.find,
)


def outcomes(folder: pathlib.Path, count: int, seed: int) -> Iterator[str]:
    """What became of each input: read, refused, or in what way it failed."""
    rng = np.random.Generator(np.random.PCG64(seed))
    files = list(seeds().items())
    for number in range(count):
        name, whole = files[number % len(files)]
        path = folder / name
        path.write_bytes(mutated(whole, rng))
        reader = READERS[int(rng.integers(len(READERS)))]
        before = time.process_time()
        outcome = "read"
        try:
            reader(path)
        except (ValueError, OSError) as error:
            outcome = "refused"
            said = str(error)
            if str(path) not in said or "\n" in said:
                outcome = f"input {number}, {name}: says {said!r}"
        except Exception as error:
            outcome = f"input {number}, {name}: {type(error).__name__}: {error}"
        if time.process_time() - before > SECONDS:
            outcome = f"input {number}, {name}: over {SECONDS} s"
        yield outcome


@pytest.mark.filterwarnings("ignore")
def test_damaged_files_are_read_or_refused_in_a_sentence(tmp_path, capfd):
    results = list(outcomes(tmp_path, INPUTS, seed=16))
    failed = [result for result in results if result not in ("read", "refused")]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{len(results)} inputs: {results.count('read')} read, "
        f"{results.count('refused')} refused, {len(failed)} lost; {peak:.2f} GB"
    )
    assert not failed, failed[:10]
    assert results.count("read") and results.count("refused")


def test_it_finds_a_reader_that_throws(tmp_path, monkeypatch):
    """The broken twin: a reader that lets its library's error through."""

    def broken(path):
        if path.read_bytes()[:4] != seeds()[path.name][:4]:
            raise KeyError("chunk")

    monkeypatch.setitem(globals(), "READERS", (broken,))
    results = list(outcomes(tmp_path, 100, seed=16))
    assert any("KeyError" in result for result in results)
