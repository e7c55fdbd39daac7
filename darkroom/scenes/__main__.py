"""Makes a data set of generated scenes with exact bokeh, disparity and masks.

An example: python -m darkroom.scenes --layout ebb --output data/scenes. Running
it again completes what an interrupted run has left out.
"""

from __future__ import annotations

from darkroom import program
from darkroom.scenes.recipes import Config


def main(config: Config) -> None:
    """Makes the data set, or completes it."""
    config.check()
    if not config.output:
        raise ValueError("no folder was named; pass --output DIR")
    from darkroom.scenes import dataset

    folder = dataset.generate(config, config.output, config.workers)
    print(f"{config.train} training and {config.test} test scenes in {folder}")


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
