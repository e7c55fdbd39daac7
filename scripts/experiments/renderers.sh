#!/bin/sh
# Experiment 5: the same photo and depth through a hard threshold, six levels, the lens and
# PyNET, against traced truth. Minutes; --weights FILE takes other weights.
set -eu
exec python -m benchmarks.experiments.renderers "$@"
