"""Finds the weights that come with the repository: `checkpoints/` beside the code."""

from __future__ import annotations

import importlib.util
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
    if path.is_file():
        return path
    others = sorted(file.name for file in path.parent.glob("*" + path.suffix))
    if others:
        raise ValueError(
            f"{name} is not in {path.parent}, which has {', '.join(others)}; give "
            f"another name, or pass {instead}"
        )
    raise ValueError(
        f"{name} is not in {path.parent}: weights come with the repository, in "
        f"checkpoints/, and not with an installed package; copy that folder and "
        f"name it by {VARIABLE}, or pass {instead}"
    )


def named(weights: str, prefix: str) -> pathlib.Path:
    """Returns the file of a path, or of the name of a shipped network.

    Args:
      weights: the path; or the name, which is `PREFIX_NAME.weights.h5` for Keras and
        `PREFIX_NAME.tflite` where Keras is not installed. A file that is there goes
        before a name.
      prefix: of the package's files, as "pynet_".

    Raises:
      ValueError: there is no network of that name.
    """
    path = pathlib.Path(weights)
    if not weights.isidentifier() or path.exists():
        return path
    has_keras = importlib.util.find_spec("keras") is not None
    ending = ".weights.h5" if has_keras else ".tflite"
    return find(f"{prefix}{weights}{ending}", "the path of a file")
