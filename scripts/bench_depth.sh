#!/bin/sh
# What it costs from a photo of 12 megapixels to its picture by KerasHub's Depth Anything
# V2 Small with random weights: five minutes on two quiet cores, needs KerasHub.
set -eu
exec python -m benchmarks.depth "$@"
