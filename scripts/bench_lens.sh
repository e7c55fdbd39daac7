#!/bin/sh
# How good the lens is beside simpler ones, and what it costs: two minutes. In short:
#   scripts/bench_lens.sh --fresh 2 --repeats 0
set -eu
exec python -m benchmarks.lens "$@"
