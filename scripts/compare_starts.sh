#!/bin/sh
# How PyNET's training may begin, compared on generated scenes: the table in docs/pynet.md.
# Half an hour on two cores; stopped, it goes on where it was.
set -eu
train() { # name, then flags
    name=$1
    shift
    scripts/train_pynet.sh --checkpoint_dir "runs/starts/$name" "$@"
}
train identity
train identity_nothing_frozen --nofreeze
train paper --start paper
python -m pynet.train --level 1 --joint --steps 1400 --checkpoint_dir runs/starts/joint

for name in identity identity_nothing_frozen paper joint; do
    echo "$name"
    python -m pynet.summary --checkpoint_dir "runs/starts/$name"
done
