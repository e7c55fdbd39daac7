"""Trains one level of PyNET-Bokeh; the levels go 7, 6 ... 1, each from the one before.

  python -m pynet.train --level 7                    # on generated scenes, in minutes
  python -m pynet.train --level 7 --data_dir EBB     # as in the paper, on the EBB! set

The same command again goes on exactly where it was stopped. TensorBoard:
tensorboard --logdir checkpoints/pynet
"""

from __future__ import annotations

import pathlib

from darkroom import program
from darkroom.train import runs
from pynet.config import Config


def main(config: Config) -> None:
    """Trains `config.level` from where it stands to its last step."""
    from pynet import data, levels

    config = levels.resolve(config)
    run = pathlib.Path(config.checkpoint_dir) / (
        "joint" if config.joint else f"level_{config.level}"
    )
    with runs.claim(run, config):
        runs.check_flags(run, config)
        folder = config.data_dir or data.generated()
        scenes, test = (data.pairs(folder, split) for split in ("train", "test"))

        from darkroom import quiet

        with quiet.chatter():
            from pynet import session  # starts TensorFlow

        training = session.training(config, run, scenes, test)
        steps = training.run(f"level {config.level}")
        following = (
            f"train --level {config.level - 1}"
            if config.level > 1
            else f"evaluate --weights {training.weights[0]}"
        )
        print(
            f"{training.weights[0]}: level {config.level}, {steps}; "
            f"next: python -m pynet.{following}"
        )


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
