"""Finds the weights that come with the repository: `checkpoints/` beside the code."""

from __future__ import annotations

import os
import pathlib

VARIABLE = "DARKROOM_CHECKPOINTS"  # names another folder


def folder() -> pathlib.Path:
    """Returns where shipped weights are: `checkpoints/`, or what `VARIABLE` names."""
    own = pathlib.Path(__file__).parents[2] / "checkpoints"
    return pathlib.Path(os.environ.get(VARIABLE) or own)


def find(name: str, instead: str) -> pathlib.Path:
    """Returns the path of a shipped file.

    Args:
      name: of the file, with its ending.
      instead: how a file of one's own is named here, as in "--method FILE.tflite".

    Raises:
      ValueError: it is not there, as in an installation from a wheel.
    """
    path = folder() / name
    if not path.is_file():
        raise ValueError(
            f"{name} is not in {path.parent}: weights come with the repository, in "
            f"checkpoints/, and not with an installed package; copy that folder and "
            f"name it by {VARIABLE}, or pass {instead}"
        )
    return path
