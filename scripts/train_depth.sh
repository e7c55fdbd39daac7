#!/bin/sh
# Trains pix2pix on generated depth maps for a few minutes, and scores it on scenes that
# it has not seen, beside the best constant and the best slope from top to bottom.
# Stopped, it goes on where it was.
set -eu
python -m cyclegan_tf.train --model pix2pix --task depth
python -m cyclegan_tf.evaluate --task depth --output runs/depth \
    --weights pix2pix=checkpoints/cyclegan_tf/pix2pix_depth/generator.weights.h5
