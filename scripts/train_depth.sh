#!/bin/sh
# Trains pix2pix on generated depth maps for a few minutes, and scores it on scenes that
# it has not seen, beside the best constant and the best slope from top to bottom.
# Stopped, it goes on where it was.
set -eu
data=data/depth_many
name=pix2pix_depth_many
python -m darkroom.scenes --layout depth --train 800 --test 72 --seed 5 \
    --size 256x256 --output "$data"
python -m cyclegan_tf.train --model pix2pix --task depth --data_dir "$data" \
    --preset tiny --steps 4000 --decay_steps 2000 --name "$name"
python -m cyclegan_tf.evaluate --task depth --data_dir "$data" --output runs/depth \
    --weights "pix2pix=checkpoints/cyclegan_tf/$name/generator.weights.h5"
