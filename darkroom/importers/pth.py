"""Reads PyTorch's state dicts without PyTorch, and without running what is in them.

A `.pth` is a pickle, which may call any function, beside the raw numbers. Here only the
names that a dict of tensors needs are known, as in torch.load(weights_only=True); a
file that asks for another is refused before anything has run. Both of PyTorch's formats
are read: the zip file of 1.6 and later, and the plain one from before.
"""

from __future__ import annotations

import collections
import io
import math
import os
import pathlib
import pickle
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from darkroom.importers import pickles
from darkroom.pixels import Array

Content = Any  # what a pickle holds

_MAGIC = 0x1950A86A20F9469CFC6C  # begins the plain format
_BFLOAT16 = "bfloat16"  # the upper half of a float32
_SHARED = 4  # tensors at most, in the mean, that lie in one place
_DTYPES = {
    "BFloat16Storage": _BFLOAT16,
    "HalfStorage": "<f2",
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "IntStorage": "<i4",
    "LongStorage": "<i8",
}


def read(path: pathlib.Path) -> dict[str, Array]:
    """Reads the arrays of a state dict by name, in its order.

    Raises:
      OSError: the file cannot be read.
      ValueError: it holds code, a whole checkpoint, or is not PyTorch's at all.
    """
    with path.open("rb") as file:
        try:
            zipped = file.read(4) == b"PK\3\4"
            file.seek(0)
            content = _read_zip(file) if zipped else _read_plain(file)
        except _UnknownNameError as error:
            raise ValueError(
                f"{path} asks for {error}, which may be code and was not run; expected "
                "a state dict, tensors alone: save network.state_dict() instead"
            ) from None
        except Exception as error:  # a damaged pickle can fail in any way
            raise ValueError(
                f"{path} is not a state dict that PyTorch saved, or is damaged"
            ) from error
    if not isinstance(content, Mapping):
        raise ValueError(
            f"{path} holds a {type(content).__name__}; expected a state dict, names "
            "and their tensors"
        )
    if other := [k for k, v in content.items() if not isinstance(v, np.ndarray)]:
        raise ValueError(
            f"{path} holds more than tensors ({', '.join(map(str, other[:3]))}): a "
            "whole checkpoint; save the network's state dict in it to a file of its own"
        )
    return {str(name): array for name, array in content.items()}


class _Storage(NamedTuple):
    dtype: str
    key: str


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    size: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self, numbers: Array) -> Array:
        """Returns the tensor as its own array; `numbers` are those of its storage."""
        steps = zip(self.size, self.strides, strict=True)
        last = self.offset + sum((n - 1) * step for n, step in steps)
        if min(self.offset, *self.size, *self.strides, last, 0) < 0 or max(
            last + 1, math.prod(self.size)
        ) > len(numbers):  # else a wrong file could show the memory behind the array
            raise ValueError(f"a tensor of {self.size} lies outside of its storage")
        strides = [step * numbers.itemsize for step in self.strides]
        view = np.lib.stride_tricks.as_strided(
            numbers[self.offset :], self.size, strides
        )
        return view.copy()


class _UnknownNameError(pickle.UnpicklingError):
    pass


class _Unpickler(pickle.Unpickler):
    """Knows tensors, their storages and ordered dicts; numbers come later."""

    def find_class(self, module: str, name: str) -> Any:
        match module, name:
            case "collections", "OrderedDict":
                return collections.OrderedDict
            case "torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2":
                return self._tensor
            case "torch._utils", "_rebuild_parameter":
                return self._parameter
            case "torch", _ if name in _DTYPES:
                return _DTYPES[name]
        raise _UnknownNameError(f"{module}.{name}")

    def persistent_load(self, identity: Any) -> _Storage:
        _, dtype, key, *_ = identity
        return _Storage(dtype, key)

    def _tensor(
        self,
        storage: _Storage,
        offset: int,
        size: Sequence[int],
        strides: Sequence[int],
        *_: object,
    ) -> _Tensor:
        return _Tensor(storage, offset, tuple(size), tuple(strides))

    def _parameter(self, tensor: _Tensor, *_: object) -> _Tensor:
        return tensor


def _read_zip(file: BinaryIO) -> Content:
    with zipfile.ZipFile(file) as archive:
        (main,) = (n for n in archive.namelist() if n.split("/")[1:] == ["data.pkl"])
        folder = main.removesuffix("data.pkl")
        for member in archive.infolist():
            if member.compress_type != zipfile.ZIP_STORED:  # PyTorch never does
                raise ValueError(f"{member.filename} is compressed")
        content = _load(io.BytesIO(archive.read(main)), archive.getinfo(main).file_size)

        def numbers(storage: _Storage) -> Array:
            return _array(archive.read(f"{folder}data/{storage.key}"), storage.dtype)

        size = os.fstat(file.fileno()).st_size
        return _with_arrays(content, numbers, size)


def _load(file: BinaryIO, size: int) -> Content:
    pickles.check(file, size)
    return _Unpickler(file).load()


def _read_plain(file: BinaryIO) -> Content:
    size = os.fstat(file.fileno()).st_size
    magic, _, _, content, keys = (_load(file, size) for _ in range(5))
    if magic != _MAGIC:
        raise ValueError("another kind of pickle")
    dtypes = {t.storage.key: t.storage.dtype for t in _tensors(content)}
    data = {}
    for key in keys:
        kind = dtypes[key]
        itemsize = 2 if kind == _BFLOAT16 else np.dtype(kind).itemsize
        count = int.from_bytes(file.read(8), "little")
        if count * itemsize > size - file.tell():
            raise ValueError("the file ends before its numbers")
        data[key] = _array(file.read(count * itemsize), kind)
    return _with_arrays(content, lambda storage: data[storage.key], size)


def _array(data: bytes, dtype: str) -> Array:
    """Reads numbers; bfloat16, which NumPy has not, becomes float32."""
    if dtype != _BFLOAT16:
        return np.frombuffer(data, dtype)
    return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")


def _tensors(content: Content) -> list[_Tensor]:
    values = content.values() if isinstance(content, Mapping) else ()
    return [value for value in values if isinstance(value, _Tensor)]


def _with_arrays(
    content: Content, numbers: Callable[[_Storage], Array], size: int
) -> Content:
    """Puts arrays in the tensors' place; `size` is the file's, in bytes."""
    if not isinstance(content, Mapping):
        return content
    claimed = sum(math.prod(tensor.size) for tensor in _tensors(content))
    if 2 * claimed > _SHARED * size:  # of the smallest type
        raise ValueError(f"its tensors of {claimed} numbers share {size} bytes")
    return {
        name: value.array(numbers(value.storage))
        if isinstance(value, _Tensor)
        else value
        for name, value in content.items()
    }
