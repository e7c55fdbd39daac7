"""Packs a trained network for `checkpoints/`: its files, and a card on them."""

from __future__ import annotations

import hashlib
import json
import pathlib
from collections.abc import Sequence
from typing import Any

from darkroom import cli
from darkroom.io import saving

LARGEST, ALL = 16e6, 48e6  # bytes, of a file and of all

Card = dict[str, Any]  # a JSON object


def read_card(path: pathlib.Path) -> Card:
    """Reads what a person says of a network.

    Raises:
      OSError: there is no such file.
      ValueError: it is no JSON object.
    """
    try:
        card = json.loads(cli.read_text(path))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(card, dict):
        raise ValueError(f"{path} holds no JSON object; expected one on the network")
    return card


def copy(source: pathlib.Path, to: pathlib.Path) -> None:
    """Copies a file, whole or not at all, unless it is there already.

    Raises:
      OSError: it cannot be read or written.
    """
    if not saving.is_same(source, to):
        content = source.read_bytes()
        saving.write(to, lambda target: target.write_bytes(content))


def write_card(path: pathlib.Path, card: Card, files: Sequence[pathlib.Path]) -> None:
    """Writes the card, with "files" in it: the bytes and SHA-256 of each.

    Args:
      path: `NAME.json`, in the folder of all that is shipped.
      card: what a person says of the network, and how its files were made.
      files: beside it.

    Raises:
      OSError: it cannot be written.
      ValueError: a file, or all of the folder, is more than a repository should carry.
    """
    for file in files:
        if file.stat().st_size > LARGEST:
            raise ValueError(
                f"{file} has {file.stat().st_size / 1e6:.1f} MB; expected at most "
                f"{LARGEST / 1e6:g}: ship a narrower network"
            )
    total = sum(each.stat().st_size for each in path.parent.iterdir() if each.is_file())
    if total > ALL:
        raise ValueError(
            f"{path.parent} holds {total / 1e6:.1f} MB; expected at most "
            f"{ALL / 1e6:g}: take something out"
        )
    card = card | {"files": {file.name: describe(file) for file in files}}
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    saving.write(path, lambda to: to.write_text(text, encoding="utf-8"))
    print(f"{path}: {', '.join(card['files'])}")


def describe(path: pathlib.Path) -> dict[str, Any]:
    """Returns a file's bytes and SHA-256."""
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
