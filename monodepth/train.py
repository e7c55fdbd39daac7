"""Trains a network that sees depth in one photo, on pairs of two cameras' photos.

  python -m monodepth.train                          # on generated scenes, in minutes
  python -m monodepth.train --data_dir KITTI --filenames_file kitti_train_files.txt

The same command again goes on exactly where it was stopped. TensorBoard:
tensorboard --logdir checkpoints/monodepth
"""

from __future__ import annotations

import pathlib

from darkroom import program
from darkroom.train import runs
from monodepth.config import Config


def main(config: Config) -> None:
    """Trains from where the run stands to its last step."""
    from monodepth import presets, stereo_pairs

    folder = config.data_dir or str(stereo_pairs.generated())
    cut = stereo_pairs.CUT[config.dataset]
    pairs = stereo_pairs.find(folder, config.filenames_file, cut)
    test = stereo_pairs.held_out(folder, config.validation_file, cut)[: config.validate]
    config = presets.resolve(config, len(pairs))
    run = pathlib.Path(config.checkpoint_dir)
    with runs.claim(run, config):
        if not config.retrain:
            runs.check_flags(run, config)

        from darkroom import quiet

        with quiet.chatter():
            from monodepth import session  # starts TensorFlow

        training = session.training(config, run, pairs, test)
        steps = training.run(config.encoder)
        print(
            f"{training.weights[0]}: {steps}; next: python -m monodepth.predict PHOTO"
        )


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
