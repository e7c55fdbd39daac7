"""What a run leaves on disk: its flags, weights, and the exact state to resume from.

A run folder holds `flags.txt` (for --flagfile), `state.npz` (every variable of
the network and the optimizer by name, and the step), the weights for the next
program, and `log/` for TensorBoard. Files appear whole or not at all.
"""

from __future__ import annotations

import hashlib
import io
import json
import pathlib
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from darkroom import program
from darkroom.io import reading, saving
from darkroom.pixels import Array
from darkroom.train import weights_card

if TYPE_CHECKING:
    import h5py
    import keras

Shapes = dict[str, tuple[int, ...]]

_SUM = "sha256"  # in the card: of all numbers


def by_path(variables: Iterable[keras.Variable]) -> dict[str, keras.Variable]:
    """Returns the variables by their paths.

    Raises:
      ValueError: two share a path.
    """
    variables = list(variables)
    named = {variable.path: variable for variable in variables}
    if len(named) != len(variables):
        raise ValueError(
            f"{len(variables)} variables share {len(named)} names; name every layer"
        )
    return named


def save_state(
    path: pathlib.Path, step: int, state: Mapping[str, keras.Variable]
) -> None:
    """Writes the step and every variable, by its name here, to an `.npz` file.

    Raises:
      ValueError: a variable is not finite: the old file, the last good state, stays.
      OSError: it cannot be written; the old file stays.
    """
    arrays: dict[str, Any] = {name: _numpy(v) for name, v in state.items()}
    for name, array in arrays.items():
        if not np.all(np.isfinite(array)):
            raise ValueError(
                f"{name} is not finite at step {step}; the state before it is kept "
                f"in {path}. Lower --learning_rate and start again from there"
            )

    def save(temporary: pathlib.Path) -> None:
        with temporary.open("wb") as file:
            np.savez(file, __step__=np.int64(step), **arrays)

    saving.write(path, save)


def load_state(path: pathlib.Path, state: Mapping[str, keras.Variable]) -> int:
    """Restores what `save_state` wrote, completely and strictly; returns its step.

    Raises:
      ValueError: the file is damaged, or holds other variables or shapes.
    """
    try:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        step = int(arrays.pop("__step__"))
    except Exception as error:  # a damaged zip file can fail in any way
        if isinstance(error, OSError) and error.strerror:
            raise
        raise ValueError(
            f"{path} is damaged; delete it to start this run again"
        ) from error
    _compare(str(path), _shapes(arrays), _shapes(state))
    for name, variable in state.items():
        variable.assign(arrays[name])
    return step


def save_weights(model: keras.Model, path: pathlib.Path, **card: object) -> None:
    """Writes a Keras `.weights.h5` with a card: what the file holds, as JSON.

    The card goes into the file's attributes, where plain `model.load_weights`
    does not mind it, with the shape of every variable and a sum over all numbers.
    """
    import h5py

    shapes = _shapes(by_path(model.weights))
    # In memory first: HDF5 on a full disk ends the process when it closes its file.
    content = _InMemory()
    model.save_weights(content)
    with h5py.File(content, "r+") as file:
        card |= {"variables": shapes, _SUM: _sum(file)}
        file.attrs[weights_card.ATTRIBUTE] = json.dumps(card)
    saving.write(path, lambda temporary: temporary.write_bytes(content.getbuffer()))


class _InMemory(io.BytesIO):
    """A file in memory, with the ending that Keras asks for."""

    def __str__(self) -> str:
        return "memory.weights.h5"


def _sum(file: h5py.File) -> str:
    """SHA-256 over the name, type, shape and numbers of every array, by name."""
    arrays = weights_card.arrays(file)
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name][()])
        digest.update(f"{name} {array.dtype.str} {array.shape};".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def holds(path: pathlib.Path, step: int) -> bool:
    """Tells whether a weights file is there, whole, and of that step."""
    try:
        card = weights_card.read(path)
        _check_sum(path, card)
    except (ValueError, OSError):
        return False
    return bool(card.get("step") == step)


def load_weights(model: keras.Model, path: pathlib.Path) -> weights_card.Card:
    """Loads a `.weights.h5` strictly: the same variables in the same shapes.

    Returns:
      The file's card.

    Raises:
      FileNotFoundError, ValueError: as `weights_card.read`, or it fits another network.
    """
    card = weights_card.read(path)
    if "variables" in card:
        _compare(str(path), _card_shapes(path, card), _shapes(by_path(model.weights)))
    _check_sum(path, card)
    try:
        with warnings.catch_warnings():  # the sentence below says it better
            warnings.simplefilter("ignore")
            model.load_weights(path)
    except Exception as error:
        raise ValueError(
            f"{path} does not fit this network: {program.sentence(error)}"
        ) from error
    return card


def _check_sum(path: pathlib.Path, card: weights_card.Card) -> None:
    import h5py

    if _SUM not in card:  # plain Keras wrote it
        return
    with reading.decoding(path, "the weights file"), h5py.File(path, "r") as file:
        intact = _sum(file) == card[_SUM]
    if not intact:
        raise ValueError(
            f"{path}: its numbers are not those that were written; get a whole copy"
        )


def _card_shapes(path: pathlib.Path, card: weights_card.Card) -> Shapes:
    try:
        shapes = card["variables"].items()
        return {name: tuple(int(side) for side in shape) for name, shape in shapes}
    except (AttributeError, TypeError, ValueError):
        raise ValueError(
            f"{path}: its card is damaged; expected the shape of every variable"
        ) from None


def _numpy(variable: keras.Variable) -> Array:
    import keras

    return keras.ops.convert_to_numpy(variable)


def _shapes(variables: Mapping[str, keras.Variable | Array]) -> Shapes:
    return {name: tuple(variable.shape) for name, variable in variables.items()}


def _compare(source: str, found: Shapes, wanted: Shapes) -> None:
    """Raises a ValueError that names the first differences between two tables."""
    if missing := [name for name in wanted if name not in found]:
        raise ValueError(
            f"{source} lacks {len(missing)} of the {len(wanted)} variables that this "
            f"network has ({_some(missing)}); it comes from another network"
        )
    if extra := [name for name in found if name not in wanted]:
        raise ValueError(
            f"{source} holds {len(extra)} variables that this network does not have "
            f"({_some(extra)}); it comes from another network"
        )
    for name, shape in wanted.items():
        if found[name] != shape:
            raise ValueError(
                f"{source} holds {name} as {found[name]}, this network has {shape}; "
                "it was made with another --width"
            )


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
