#!/bin/sh
# What monodepth costs, beside the original: some minutes on two quiet cores. In short:
#   scripts/bench_monodepth.sh --repeat 1
set -eu
exec python -m benchmarks.monodepth "$@"
