"""CycleGAN and Pix2Pix: photo to depth, and portraits with a shallow depth of field.

Zhu et al. 2017 (arXiv 1703.10593) and Isola et al. 2017 (arXiv 1611.07004) in Keras 3.
Pictures are in [-1, 1] inside this package, and in [0, 1] outside.

    import cyclegan_tf
    portrait = cyclegan_tf.load("generator_a.weights.h5")(photo)   # [H, W, 3]
    metres = cyclegan_tf.load("depth.tflite")(photo)               # [H, W]
"""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from cyclegan_tf.data import folders as folders

if TYPE_CHECKING:
    from cyclegan_tf.generator import Generator


def load(path: str | pathlib.Path, task: str | None = None) -> Generator:
    """Loads a generator, which is called with photos of any size.

    Args:
      path: a `.weights.h5` of cyclegan_tf.train or cyclegan_tf.convert, or a `.tflite`
        of cyclegan_tf.export, which needs no TensorFlow; or the name of one that
        cyclegan_tf.ship packed into `checkpoints/`.
      task: "portrait" or "depth", for weights that do not say.

    Returns:
      A function from `[H, W, 3]`, uint8, uint16 or float in [0, 1], to the portrait,
      `[H, W, 3]` float32 in [0, 1], or to the depth, `[H, W]` float32 in metres; see
      `Generator`.

    Raises:
      OSError: there is no such file.
      ValueError: it is damaged, of another network, or does not say its task.
    """
    from cyclegan_tf import generator

    return generator.load(str(path), task)
