"""Files that PyTorch saved, and files that must not be trusted."""

from __future__ import annotations

import os
import pathlib
import pickle
import zipfile

import numpy as np
import pytest

from darkroom.importers import pth

GOLDEN = pathlib.Path(__file__).parents[2] / "golden"
SHAPES = {
    "net.0.weight": (2, 3, 1, 1),
    "net.0.bias": (2,),
    "net.2.weight": (4, 2, 1, 1),
    "net.2.bias": (4,),
    "net.5.weight": (1, 4, 1, 1),
    "net.5.bias": (1,),
}


def zipped(path: pathlib.Path, pickled: bytes, **storages: bytes) -> pathlib.Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        for key, numbers in storages.items():
            archive.writestr(f"archive/data/{key}", numbers)
    return path


@pytest.mark.parametrize("kind", ["zip", "plain"])
def test_files_of_pytorch_itself(kind):
    """Catches a wrong order of names and numbers, in both of PyTorch's formats."""
    found = pth.read(GOLDEN / f"gan_{kind}.pth")
    assert list(found) == list(SHAPES)
    for number, (name, shape) in enumerate(SHAPES.items()):
        chance = np.random.Generator(np.random.PCG64([1, number]))
        expected = 0.1 * chance.standard_normal(shape)
        np.testing.assert_array_equal(found[name], expected.astype(np.float32))


def test_what_is_written_comes_back(tmp_path, write_pth):
    """Catches strides that are ignored, a number's shape, and another type's bytes."""
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    path = tmp_path / "some.pth"
    write_pth(path, {"a": array, "count": np.int64(7)})
    found = pth.read(path)
    np.testing.assert_array_equal(found["a"], array)
    assert (found["count"], found["count"].shape) == (7, ())
    turned = path.with_name("turned.pth")
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sizes, strides = b"I2\nI3\nI4\n", b"I12\nI4\nI1\n"
    pickled = files["archive/data.pkl"].replace(sizes, b"I3\nI4\nI2\n")
    pickled = pickled.replace(strides, b"I4\nI1\nI12\n")
    zipped(
        turned, pickled, **{"0": files["archive/data/0"], "1": files["archive/data/1"]}
    )
    np.testing.assert_array_equal(pth.read(turned)["a"], array.transpose(1, 2, 0))


class Call:
    """Pickled as a call of a function, as tensors are."""

    def __init__(self, function, *arguments) -> None:
        self.parts = function, arguments

    def __reduce__(self):
        return self.parts


@pytest.mark.parametrize("form", ["zip", "plain", "in a dict", "as a class"])
def test_code_is_refused_and_not_run(tmp_path, form):
    marker = tmp_path / "ran"
    call = Call(os.mkdir, str(marker))
    content = {"in a dict": {"model.1.weight": call}, "as a class": os.PathLike}
    pickled = pickle.dumps(content.get(form, call), protocol=2)
    path = tmp_path / "bad.pth"
    if form == "plain":
        path.write_bytes(pickled)
    else:
        zipped(path, pickled)
    said = r"bad\.pth asks for (posix\.mkdir|os\.PathLike), which may be code and was n"
    with pytest.raises(ValueError, match=said):
        pth.read(path)
    assert not marker.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            {"epoch": 3, "net": {}},
            r"holds more than tensors \(epoch, net\): a whole ch",
        ),
        ([1, 2], "holds a list; expected a state dict"),
        ("a text", "holds a str; expected a state dict"),
    ],
)
def test_what_is_no_state_dict_is_refused(tmp_path, content, said):
    with pytest.raises(ValueError, match=said):
        pth.read(zipped(tmp_path / "other.pth", pickle.dumps(content, protocol=2)))


@pytest.mark.parametrize(
    "content",
    [b"", b"a text", b"\xff\xd8\xff\xe0 JPEG", b"PK\3\4 a zip", pickle.dumps([1])],
)
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "photo.pth"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"photo\.pth is not a state dict that PyTor"):
        pth.read(path)


@pytest.mark.parametrize("kind", ["zip", "plain"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.97])
def test_files_cut_off_are_refused(tmp_path, kind, kept):
    """Catches an upload that stopped, whose last numbers would be rubbish."""
    whole = (GOLDEN / f"gan_{kind}.pth").read_bytes()
    path = tmp_path / "cut.pth"
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(ValueError, match="or is damaged"):
        pth.read(path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"(I2\nI3\nt", b"(I2\nI4\nt"),  # more than its storage has
        (b"(I2\nI3\nt", b"(I2\nI-3\nt"),
        (b"(I3\nI1\nt", b"(I9\nI1\nt"),  # strides beyond the end
        (b"(I3\nI1\nt", b"(I-3\nI1\nt"),
        (b"I0\n", b"I1\n"),  # an offset
        (b"I0\n", b"I-1\n"),
    ],
)
def test_tensors_outside_of_their_storage_are_refused(
    tmp_path, write_pth, before, after
):
    """Catches a view of memory that is not the file's."""
    path = tmp_path / "view.pth"
    write_pth(path, {"a": np.ones((2, 3), np.float32)})
    with zipfile.ZipFile(path) as archive:
        pickled = archive.read("archive/data.pkl")
    assert pickled.count(before) == 1
    zipped(path, pickled.replace(before, after), **{"0": np.ones(6, "f4").tobytes()})
    with pytest.raises(ValueError, match="or is damaged"):
        pth.read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="none"):
        pth.read(tmp_path / "none.pth")


def test_bfloat16_is_the_upper_half_of_a_float32(tmp_path, write_pth):
    path = tmp_path / "some.pth"
    write_pth(path, {"a": np.zeros(3, np.float32)})
    with zipfile.ZipFile(path) as archive:
        pickled = archive.read("archive/data.pkl")
    pickled = pickled.replace(b"FloatStorage", b"BFloat16Storage")
    numbers = np.array([0x3F80, 0xC000, 0x4049], "<u2").tobytes()
    zipped(path, pickled, **{"0": numbers})
    np.testing.assert_array_equal(pth.read(path)["a"], [1, -2, 3.140625])
