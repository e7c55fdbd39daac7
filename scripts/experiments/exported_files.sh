#!/bin/sh
# Experiment 6: the shipped PyNET in every precision: quality, size, time, and LiteRT's own
# litert-benchmark beside ours. --weights FILE takes other weights.
set -eu
exec python -m benchmarks.experiments.exported_files "$@"
