"""Where a level's training starts: at its own last state, or at the level below it.

The rule, in this order: this run's own state; the weights that --from_weights
names; from scratch (level 7, --joint); the finished weights of the coarser level.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterable
from typing import Any

from darkroom.train import checkpoints
from pynet import identity


def weights_file(checkpoint_dir: str, level: int) -> pathlib.Path:
    """Where the weights of a level are kept."""
    return pathlib.Path(checkpoint_dir) / f"level_{level}" / "pynet.weights.h5"


def begin(
    pyramid: Any,
    state: Iterable[Any],
    run: pathlib.Path,
    level: int,
    start: str,
    from_weights: str | None = None,
    joint: bool = False,
) -> int:
    """Brings the pyramid to where this level's training starts.

    Args:
      pyramid: a fresh network; its weights are set.
      state: all variables that a resumed run needs, the optimizer's too.
      run: the run folder of this level.
      level: 7 to 1.
      start: "paper" or "identity", of the first weights.
      from_weights: a weights file to start from.
      joint: level 1 with no stages before it.

    Returns:
      The steps that are done: 0, or where this run was stopped.

    Raises:
      ValueError, FileNotFoundError: there is nothing to start from (the command to
        run first is named), or it does not fit.
    """
    if (run / "state.npz").exists():
        return checkpoints.load_state(run / "state.npz", state)
    if from_weights is None and (level == 7 or joint):
        if start == "identity":
            identity.start(pyramid)
        card: dict[str, Any] = {"level": 7}
    else:
        if from_weights is not None:
            file = pathlib.Path(from_weights)
        else:
            file = weights_file(str(run.parent), level + 1)
            _check_finished(file, level)
        card = checkpoints.load_weights(pyramid, file)
        if card.get("start", start) != start:
            raise ValueError(
                f"{file} was begun with --start {card['start']}, and --start is "
                f"{start}; pass --start {card['start']}"
            )
    if start == "identity" and level == 1 and card.get("level", 1) > 1:
        identity.raise_raw(pyramid)
    return 0


def _check_finished(file: pathlib.Path, level: int) -> None:
    """Raises ValueError unless the coarser level's training is over."""
    first = f"run first: python -m pynet.train --level {level + 1}, with the same flags"
    if not file.exists():
        raise ValueError(
            f"level {level} starts from level {level + 1}, whose weights are not at "
            f"{file}; {first}, or pass --from_weights"
        )
    card = checkpoints.read_card(file)
    if card.get("step", 0) < card.get("steps", 0):
        raise ValueError(
            f"level {level} starts from level {level + 1}, which has only "
            f"{card['step']} of its {card['steps']} steps; {first}, or pass "
            f"--from_weights {file} to start from there all the same"
        )
