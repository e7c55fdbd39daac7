"""CycleGAN and Pix2Pix: photo to depth, and portraits with a shallow depth of field.

Zhu et al. 2017 (arXiv 1703.10593) and Isola et al. 2017 (arXiv 1611.07004) in Keras 3.
Pictures are in [-1, 1] inside this package, and in [0, 1] outside.
"""

from cyclegan_tf.data import folders as folders
