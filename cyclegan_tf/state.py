"""The variables of several networks in one state, each under a path of its own.

Layers have the same names in every network, and so have the optimizers' variables.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np


@dataclasses.dataclass(frozen=True)
class Entry:
    """A Keras variable by another path, for `checkpoints.save_state`."""

    path: str
    variable: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.variable.shape)

    def assign(self, value: Any) -> None:
        self.variable.assign(value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return np.asarray(keras.ops.convert_to_numpy(self.variable), dtype)


def of_networks(networks: Mapping[str, Any]) -> list[Entry]:
    """All weights, and where the chance of each dropout stands."""
    entries = []
    for name, network in networks.items():
        entries += [Entry(f"{name}/{v.path}", v) for v in network.weights]
        entries += [
            Entry(f"{name}/{layer.name}/chance", layer.seed_generator.state)
            for layer in network.layers
            if isinstance(layer, keras.layers.Dropout)
        ]
    return entries


def of_optimizers(optimizers: Mapping[str, Any]) -> list[Entry]:
    """All variables, numbered: their names do not tell two networks' layers apart."""
    return [
        Entry(f"{name}/{number}/{variable.name}", variable)
        for name, optimizer in optimizers.items()
        for number, variable in enumerate(optimizer.variables)
    ]
