#!/bin/sh
# Trains the portrait study's runs on generated portraits, a few minutes each, and puts
# them into one table: does the person stay as it is while the background blurs?
# Stopped, it goes on where it was.
set -eu
runs=checkpoints/cyclegan_tf
weights=
for run in plain mask_loss overlay overlay_mask_loss; do
    python -m cyclegan_tf.train --run "$run" --name "$run"
    weights="$weights${weights:+,}$run=$runs/$run/generator_a.weights.h5"
done
python -m cyclegan_tf.evaluate --task portrait --weights "$weights" \
    --output runs/portraits
