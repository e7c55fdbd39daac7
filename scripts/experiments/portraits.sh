#!/bin/sh
# Experiment 4: CycleGAN on portraits, plain, with mask loss, overlay and both, beside two
# smoothings; why the overlay alone makes negatives. Stopped, it goes on where it was.
set -eu
exec python -m benchmarks.experiments.portraits "$@"
