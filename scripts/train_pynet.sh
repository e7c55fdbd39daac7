#!/bin/sh
# Trains PyNET-Bokeh's seven levels one after another; flags go to each of them, as in
#   scripts/train_pynet.sh --data_dir EBB --vgg imagenet-vgg-verydeep-19.mat
# Stopped, it goes on where it was: a level that is done is passed over.
set -eu
for level in 7 6 5 4 3 2 1; do
    python -m pynet.train --level "$level" "$@"
done
