#!/bin/sh
# What every level costs, beside the original: half an hour on two quiet cores. In short:
#   scripts/bench_pynet.sh --levels 7,5 --sizes 256 --inference_size 256x384 --repeat 2
set -eu
exec python -m benchmarks.pynet "$@"
