#!/bin/sh
# Experiment 2: what each level of PyNET adds, 7 to 1; the weights are experiment 1's, or
# those of a staged training: --run_dir checkpoints/pynet --data_dir data/focused.
set -eu
exec python -m benchmarks.experiments.level_by_level "$@"
