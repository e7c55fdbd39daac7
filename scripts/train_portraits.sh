#!/bin/sh
# Trains CycleGAN on generated portraits, plain, with mask loss, with mask overlay and with
# both, minutes each, and puts them into one table: does the person stay as it is while the
# background blurs?
# Stopped, it goes on where it was. With another seed, as other trainings:
#   scripts/train_portraits.sh 1
set -eu
seed=${1:-0}
data=data/portraits_wide # a blur so wide that it shows at 64 px
runs=checkpoints/cyclegan_tf
weights=
python -m darkroom.scenes --layout portrait --size 128x128 --aperture 0.1 \
    --output "$data"
for run in plain mask_loss overlay overlay_mask_loss; do
    python -m cyclegan_tf.train --data_dir "$data" --preset tiny --run "$run" \
        --seed "$seed" --name "wide_${run}_$seed"
    weights="$weights${weights:+,}$run=$runs/wide_${run}_$seed/generator_a.weights.h5"
done
python -m cyclegan_tf.evaluate --task portrait --data_dir "$data" \
    --weights "$weights" --output "runs/portraits_$seed"
