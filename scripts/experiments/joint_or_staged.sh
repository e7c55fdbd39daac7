#!/bin/sh
# Experiment 1: PyNET trained jointly or level by level, at equal computation, from the
# paper's start and from the identity. Stopped, it goes on where it was.
set -eu
exec python -m benchmarks.experiments.joint_or_staged "$@"
