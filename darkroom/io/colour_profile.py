"""Colour profiles for pictures that say their colours in another way than by one.

A PNG may give a gamma and primaries (PNG 3rd edition, gAMA and cHRM) or code points
(cICP, of ITU-T H.273). Few formats can hold these, all can hold an ICC profile, so they
become one: primaries as a matrix, the transfer function as a curve (ICC.1:2001-04).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Primaries = tuple[tuple[float, float], ...]  # x and y of white, red, green and blue
Transfer = Callable[[Array], Array]  # of the light of an encoded value in [0, 1]

_D65 = (0.3127, 0.3290)
SRGB: Primaries = (_D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_D50 = np.array([0.9642, 1.0, 0.8249])  # the white of all profiles
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
# By H.273's code points, tables 2 and 3.
_PRIMARIES: dict[int, Primaries] = {
    1: SRGB,
    9: (_D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    11: ((0.314, 0.351), (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: (_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}


def _srgb(value: Array) -> Array:
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _bt709(value: Array) -> Array:
    return np.where(value < 0.081, value / 4.5, ((value + 0.099) / 1.099) ** (1 / 0.45))


def power(gamma: float) -> Transfer:
    """Returns the transfer function `value ** gamma`."""
    return lambda value: value**gamma


_TRANSFERS: dict[int, Transfer] = {
    **dict.fromkeys((1, 6, 14, 15), _bt709),
    4: power(2.2),
    5: power(2.8),
    8: power(1.0),
    13: _srgb,
}


def of_code_points(primaries: int, transfer: int) -> bytes | None:
    """Returns the profile of H.273's code points; None of sRGB's own.

    Raises:
      ValueError: there is no profile for them, as for the curves of HDR (PQ and HLG).
    """
    if (primaries, transfer) == (1, 13):
        return None
    if primaries not in _PRIMARIES or transfer not in _TRANSFERS:
        kind = {16: " (PQ, of HDR)", 18: " (HLG, of HDR)"}.get(transfer, "")
        raise ValueError(
            f"its colours have the code points {primaries} and {transfer}{kind}, which "
            "are not read here; save it in sRGB or Display P3"
        )
    return matrix(_PRIMARIES[primaries], _TRANSFERS[transfer])


def matrix(primaries: Primaries, transfer: Transfer) -> bytes:
    """Returns an ICC profile of three primaries and one curve (ICC.1:2001-04, 6.3.1.1).

    Raises:
      ValueError: the primaries are no triangle around a white.
    """
    _check(primaries)
    white, *colours = (np.array([x, y, 1 - x - y]) / y for x, y in primaries)
    columns = np.stack(colours, axis=1)
    if abs(np.linalg.det(columns)) < 1e-6:
        raise ValueError("its primaries are on one line")
    columns = columns * np.linalg.solve(columns, white)
    # The eye's adaptation from the picture's white to the profile's (Bradford).
    scale = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white))
    red, green, blue = (np.linalg.inv(_BRADFORD) @ scale @ _BRADFORD @ columns).T
    steps = transfer(np.linspace(0, 1, 1024))
    curve = b"curv" + struct.pack(">II", 0, len(steps))
    curve += np.round(np.clip(steps, 0, 1) * 65535).astype(">u2").tobytes()
    name = b"primaries and curve of the picture\0"
    about = b"desc" + struct.pack(">II", 0, len(name)) + name + bytes(78)
    tags = {
        b"desc": about,
        b"cprt": b"text\0\0\0\0no copyright\0",
        b"wtpt": _xyz(_D50),
        b"rXYZ": _xyz(red),
        b"gXYZ": _xyz(green),
        b"bXYZ": _xyz(blue),
        b"rTRC": curve,
    }
    return _assembled(tags, {b"gTRC": b"rTRC", b"bTRC": b"rTRC"})


def _check(primaries: Primaries) -> None:
    if not all(0 <= x <= 1 and 0 < y <= 1 for x, y in primaries):
        raise ValueError("its primaries are outside of what can be seen")


def _xyz(values: Array) -> bytes:
    fixed = (round(float(value) * 65536) for value in values)
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *fixed)


def _assembled(tags: dict[bytes, bytes], shared: dict[bytes, bytes]) -> bytes:
    """Header, table of tags and their data; `shared` tags have another one's data."""
    at = 128 + 4 + 12 * (len(tags) + len(shared))
    table, body, places = [], b"", {}
    for tag, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        places[tag] = struct.pack(">II", at + len(body), len(data))
        table.append(tag + places[tag])
        body += padded
    table += [tag + places[other] for tag, other in shared.items()]
    rest = struct.pack(">I", len(table)) + b"".join(table) + body
    header = struct.pack(">I4sI", 128 + len(rest), b"", 0x02400000)
    header += b"mntrRGB XYZ " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    header = header.ljust(68, b"\0") + _xyz(_D50)[8:]
    return header.ljust(128, b"\0") + rest
