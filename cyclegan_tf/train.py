"""Trains networks that turn photos into depth maps, or portraits into bokeh.

  python -m cyclegan_tf.train --run mask_loss                # on generated portraits
  python -m cyclegan_tf.train --model pix2pix --task depth   # on generated depth maps
  python -m cyclegan_tf.train --task depth --data_dir NYU    # on NYU v2

The same command again goes on exactly where it was stopped. TensorBoard:
tensorboard --logdir checkpoints/cyclegan_tf
"""

from __future__ import annotations

import pathlib

from cyclegan_tf.config import Config
from darkroom import program
from darkroom.train import runs


def main(config: Config) -> None:
    """Trains from where the run stands to its last step."""
    from cyclegan_tf import folders, presets
    from cyclegan_tf.data import samples

    presets.check(config)
    folder = config.data_dir or str(samples.generated_scenes(config.task))
    paired = config.model == "pix2pix"
    pictures, test = (
        folders.domains(folder, split, paired) for split in ("train", "test")
    )
    config = presets.resolve(config, max(map(len, pictures)))
    run = pathlib.Path(config.checkpoint_dir) / config.name
    with runs.claim(run, config):
        runs.check_flags(run, config)

        from darkroom import quiet

        with quiet.chatter():
            from cyclegan_tf import session  # starts TensorFlow

        training = session.training(config, run, pictures, test)
        steps = training.run(config.name)
        weights = training.weights[0]
        print(
            f"{weights}: {steps}; "
            f"next: python -m cyclegan_tf.translate PHOTO --weights {weights}"
        )


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
