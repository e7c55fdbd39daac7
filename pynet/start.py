"""Where a level's training starts.

In this order: at this run's own state (`pynet.session`); at the weights that
--from_weights names; from scratch (level 7, --joint); at the finished weights of the
coarser level.
"""

from __future__ import annotations

import pathlib

import keras

from darkroom.train import checkpoints, weights_card
from pynet import identity
from pynet.config import WEIGHTS, Config


def begin(pyramid: keras.Model, config: Config, run: pathlib.Path) -> None:
    """Sets the weights that a run without a state begins with.

    Args:
      pyramid: a fresh network.
      config: the flags, resolved.
      run: the folder of this level's run, beside that of the coarser level.

    Raises:
      ValueError, FileNotFoundError: there is nothing to start from (the command to
        run first is named), or it does not fit.
    """
    coarser = config.level + 1
    if config.from_weights is None and (config.level == 7 or config.joint):
        if config.start == "identity":
            identity.start(pyramid)
    else:
        if config.from_weights is not None:
            file = pathlib.Path(config.from_weights)
        else:
            file = run.parent / f"level_{coarser}" / WEIGHTS
            _check_finished(file, coarser)
        card = checkpoints.load_weights(pyramid, file)
        coarser = card.get("level", 1)
        if card.get("start", config.start) != config.start:
            raise ValueError(
                f"{file} was begun with --start {card['start']}, and --start is "
                f"{config.start}; pass --start {card['start']}"
            )
    if config.start == "identity" and config.level == 1 and coarser > 1:
        identity.raise_raw(pyramid)


def _check_finished(file: pathlib.Path, level: int) -> None:
    """Raises a ValueError unless the training of the coarser `level` is over."""
    first = f"run first: python -m pynet.train --level {level}, with the same flags"
    if not file.exists():
        raise ValueError(
            f"level {level - 1} starts from level {level}, whose weights are not at "
            f"{file}; {first}, or pass --from_weights"
        )
    card = weights_card.read(file)
    if card.get("step", 0) < card.get("steps", 0):
        raise ValueError(
            f"level {level - 1} starts from level {level}, which has only "
            f"{card['step']} of its {card['steps']} steps; {first}, or pass "
            f"--from_weights {file} to start from there all the same"
        )
