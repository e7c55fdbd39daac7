#!/bin/sh
# All six experiments, one after another; stopped, it goes on where it was.
#   scripts/experiments/all.sh night    # about 12 hours on two cores
set -eu
here=$(dirname "$0")
for name in renderers exported_files portraits depth_generators joint_or_staged \
    level_by_level; do
    "$here/$name.sh" --scale "${1:-short}"
done
