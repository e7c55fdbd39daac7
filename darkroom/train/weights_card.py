"""The card of a weights file: what the file holds, as JSON in its own attributes.

Networks are built by what a card says, so the fields of all packages have types and
ranges here: a damaged card is one sentence, and no network of a million layers.
"""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

from darkroom.io import reading

if TYPE_CHECKING:
    import h5py

Card = dict[str, Any]  # what a weights file says of itself, as JSON

ATTRIBUTE = "card"  # of a weights file
_LOOSEST = 20  # bytes of arrays for one of the file; Keras compresses nothing
_LARGEST = 1e15  # number in a card
# Fields of a card that networks are built by, of all packages.
_TEXTS = {"network", "kind", "norm", "encoder", "start", "task", "layout", "size"}
_SWITCHES = {"stereo", "deconv", "dropout", "own_statistics"}
_NUMBERS: dict[str, tuple[float, float]] = {  # whole where the first one is
    "width": (1e-3, 8),
    "level": (1, 7),
    "without_filters_of": (3, 6),
    "step": (0, 10**12),
    "steps": (0, 10**12),
    "blocks": (0, 100),
    "downsamplings": (1, 12),
    "layers": (0, 12),
    "inputs": (1, 100),
    "outputs": (1, 100),
    "farthest": (1e-6, 1e6),
    "radius": (1e-6, 1e6),
}
_MAY_LACK = {"without_filters_of", "farthest", "task", "layout", "radius"}


def read(path: pathlib.Path) -> Card:
    """Returns the card of a weights file; empty for a file that plain Keras wrote.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is no weights file.
    """
    import h5py

    if not path.exists():
        raise FileNotFoundError(2, "no such weights file", str(path))
    reading.check_regular(path)
    try:
        with h5py.File(path, "r") as file:
            _check_claims(file, path.stat().st_size)
            text = file.attrs.get(ATTRIBUTE, "{}")
    except Exception as error:  # HDF5 fails in many ways on a damaged file
        raise ValueError(
            f"{path} is not a .weights.h5 file, or is damaged; expected one that a "
            "training run or convert wrote"
        ) from error
    try:
        card = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        card = None
    if not isinstance(card, dict) or not _is_plain(card):
        raise ValueError(
            f"{path}: its card is damaged; expected names and plain values, as a "
            "training run or convert writes them"
        )
    for name, value in card.items():
        if expected := _expected(name, value):
            raise ValueError(
                f"{path}: its card is damaged: {name} is {json.dumps(value)}; expected "
                f"{expected}"
            )
    return card


def arrays(file: h5py.File) -> dict[str, h5py.Dataset]:
    """Returns all arrays of an open weights file, by name."""
    import h5py

    found: dict[str, h5py.Dataset] = {}
    file.visititems(
        lambda name, item: found.update(
            {name: item} if isinstance(item, h5py.Dataset) else {}
        )
    )
    return found


def _check_claims(file: h5py.File, size: int) -> None:
    """Raises ValueError for arrays that claim far more bytes than the file has."""
    claimed = sum(array.nbytes for array in arrays(file).values())
    if claimed > _LOOSEST * size:
        raise ValueError(f"its arrays claim {claimed} bytes of {size}")


def _expected(name: str, value: object) -> str:
    """Says what a field of a card should be; nothing if it is, or is not known."""
    if value is None and name in _MAY_LACK:
        return ""
    if name in _TEXTS:
        return "" if isinstance(value, str) else "text"
    if name in _SWITCHES:
        return "" if isinstance(value, bool) else "true or false"
    if name not in _NUMBERS:
        return ""
    low, high = _NUMBERS[name]
    whole = isinstance(low, int)
    kinds = (int,) if whole else (int, float)
    if type(value) in kinds and low <= float(str(value)) <= high:
        return ""
    return f"a {'whole ' * whole}number from {low} to {high}"


def _is_plain(value: object, depth: int = 4) -> bool:
    """Whether a card's value is text, a number of a sane size, or few of them."""
    if isinstance(value, dict | list) and depth:
        inside = [*value, *value.values()] if isinstance(value, dict) else value
        return all(_is_plain(each, depth - 1) for each in inside)
    if isinstance(value, int | float):
        return abs(value) < _LARGEST
    return value is None or isinstance(value, str)
