#!/bin/sh
# What a step of CycleGAN costs, beside PyTorch: some minutes on two quiet cores. In short:
#   scripts/bench_gan.sh --sides 128 --repeat 1
set -eu
exec python -m benchmarks.cyclegan "$@"
