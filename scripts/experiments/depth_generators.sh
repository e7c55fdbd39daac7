#!/bin/sh
# Experiment 3: Pix2Pix (U-Net, ResNet-9) and CycleGAN (ResNet-6, ResNet-9) find depth,
# beside two guesses. --nyu DIR does it on NYU Depth v2. Stopped, it goes on.
set -eu
exec python -m benchmarks.experiments.depth_generators "$@"
