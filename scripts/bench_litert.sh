#!/bin/sh
# What exported files cost beside Keras, in every width: an hour on two quiet cores.
# In short:
#   scripts/bench_litert.sh --widths 0.125 --size 128x192
set -eu
exec python -m benchmarks.litert "$@"
