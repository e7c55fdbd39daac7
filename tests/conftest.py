"""What tests of several packages use."""

from __future__ import annotations

import pathlib
import struct
import zipfile

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The folder with the original programs' numbers and real pictures."""
    folder = ROOT.parent / "shared"
    if not (folder / "golden").is_dir():
        pytest.skip(f"{folder} is missing: golden numbers and real pictures are there")
    return folder


def _pickled(arrays: dict[str, np.ndarray]) -> bytes:
    """What torch.save writes of a state dict: calls of PyTorch's, by name."""

    def text(string: str) -> bytes:
        return b"X" + struct.pack("<I", len(string)) + string.encode()

    def numbers(values) -> bytes:
        return b"(" + b"".join(b"I%d\n" % value for value in values) + b"t"

    ordered_dict = b"ccollections\nOrderedDict\n)R"
    out = b"\x80\x02" + ordered_dict + b"("
    for key, (name, array) in enumerate(arrays.items()):
        kind = {"float32": "Float", "int64": "Long"}[array.dtype.name]
        storage = f"ctorch\n{kind}Storage\n".encode() + text(str(key)) + text("cpu")
        out += text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n"
        out += b"((" + text("storage") + storage + b"I%d\ntQ" % array.size
        strides = [step // array.itemsize for step in array.strides]
        out += b"I0\n" + numbers(array.shape) + numbers(strides)
        out += b"\x89" + ordered_dict + b"tR"
    metadata = b"}" + text("_metadata") + ordered_dict + b"sb"
    return out + b"u" + metadata + b"."


@pytest.fixture(scope="session")
def write_pth():
    """Writes a state dict as PyTorch does, without PyTorch."""

    def write(path: pathlib.Path, arrays: dict[str, np.ndarray]) -> str:
        arrays = {name: np.asarray(a, order="C") for name, a in arrays.items()}
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("archive/data.pkl", _pickled(arrays))
            for key, array in enumerate(arrays.values()):
                archive.writestr(f"archive/data/{key}", array.tobytes())
        return str(path)

    return write
