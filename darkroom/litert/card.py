"""What a LiteRT file is, in words: a JSON card beside it, and the same inside it.

`pynet.tflite` has its card in `pynet.tflite.json`. Inside the file, as a metadata
buffer named `darkroom_card`, is the same, save for `sha256` and `bytes`, which are of
the whole file and so cannot be in it. A file whose sum is not its card's, or whose own
card says something else, is refused. Files of others, without a card, are not judged.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import pathlib
import shlex
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from darkroom import cli
from darkroom.io import saving
from darkroom.litert import graph

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Card = dict[str, Any]  # JSON

METADATA = b"darkroom_card"
_OF_THE_WHOLE = ("sha256", "bytes")


def path_of(file: pathlib.Path) -> pathlib.Path:
    """Returns where the card of a file is: `NAME.tflite.json`."""
    return file.with_name(f"{file.name}.json")


def stamp(content: bytes, card: Card) -> bytes:
    """Puts a card into the metadata of a `.tflite` file's content, in place of any."""
    from ai_edge_litert import schema_py_generated as schema

    model: graph.Schema = schema.ModelT.InitFromPackedBuf(content, 0)
    model.metadata = [m for m in model.metadata or [] if m.name != METADATA]
    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = np.frombuffer(_json(card).encode(), np.uint8)
    entry.name, entry.buffer = METADATA, len(model.buffers)
    model.buffers.append(buffer)
    model.metadata.append(entry)
    return graph.pack(model, len(content) + 2**16)


def embedded(content: bytes | mmap.mmap) -> Card | None:
    """Returns the card in the metadata of a `.tflite` file's content, if it has one."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(content, 0)
    for index in range(model.MetadataLength()):
        entry = model.Metadata(index)
        if entry.Name() == METADATA:
            return json.loads(model.Buffers(entry.Buffer()).DataAsNumpy().tobytes())
    return None


def write(file: pathlib.Path, content: bytes, card: Card) -> Card:
    """Writes the card of a file that holds `content`; returns it, now with its sum."""
    whole = {**card, "bytes": len(content), "sha256": _sum(content)}
    saving.write(path_of(file), lambda path: path.write_text(_json(whole)))
    return whole


def read(file: pathlib.Path) -> Card | None:
    """Reads the card of a file and checks it; None where no card is beside it.

    Raises:
      ValueError: the file is not the one that its card is of.
    """
    beside = path_of(file)
    if not beside.exists():
        return None
    try:
        card = json.loads(beside.read_text())
        expected = card["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{beside} is not the card of a LiteRT file; export {file} again, or "
            "delete the card"
        ) from error
    with file.open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != expected:
            raise ValueError(
                f"{file} was changed or damaged after it was made: its SHA-256 is not "
                f"the one in {beside}; export it again"
            )
        # Mapped: a phone's program has no memory for a file that its runtime maps too.
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            inside = embedded(content)
    if inside != {k: v for k, v in card.items() if k not in _OF_THE_WHOLE}:
        raise ValueError(
            f"{beside} says something else than {file} does of itself; export it again"
        )
    return card


def find(file: pathlib.Path) -> Card | None:
    """Reads the card beside a `.tflite` file (`read`), or else the one inside it.

    Returns:
      None where neither is there, or what is inside cannot be read.

    Raises:
      ValueError: as `read`.
    """
    if (card := read(file)) is not None:
        return card
    try:
        with (
            file.open("rb") as opened,
            mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            card = embedded(content)
    except (ValueError, TypeError, LookupError, struct.error):
        return None  # of another maker, or damaged where its networks are not
    return card if isinstance(card, dict) else None


def command_line(program: str, config: DataclassInstance) -> str:
    """Returns the command of a config, `python -m pynet.export --level=1`."""
    flags = cli.spell(config).splitlines()
    return " ".join(["python -m", program, *map(shlex.quote, flags)])


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(card: Card) -> str:
    return json.dumps(card, indent=2, ensure_ascii=False) + "\n"
