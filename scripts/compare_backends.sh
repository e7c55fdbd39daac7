#!/bin/bash
# What a whole training costs in Keras on TensorFlow and on JAX, and where both end: all
# seven levels of a small PyNET on the same generated scenes, in five to fifteen minutes.
# Prints CPU-seconds a level, start and compilation included, then each one's scores.
# JAX is expected in .venv-jax (VENV=.venv-jax scripts/setup.sh jax).
set -euo pipefail
cd "$(dirname "$0")/.."
out=runs/compare_backends
TIMEFORMAT='%U CPU-seconds and %S of the system'
declare -A python=([tensorflow]=.venv/bin/python [jax]=${JAX_VENV:-.venv-jax}/bin/python)
.venv/bin/python -m darkroom.scenes --layout ebb --focused --size 192x288 \
    --train 200 --test 12 --output "$out/scenes"
for backend in tensorflow jax; do
    for level in 7 6 5 4 3 2 1; do
        case $level in 1) steps=200 ;; 2 | 3) steps=60 ;; *) steps=40 ;; esac
        echo "$backend, level $level, $steps steps:"
        time KERAS_BACKEND=$backend "${python[$backend]}" -m pynet.train --level "$level" \
            --preset tiny --width 0.25 --patch_size 96 --precision float32 --validate 12 \
            --steps "$steps" --data_dir "$out/scenes" --checkpoint_dir "$out/$backend" \
            2> "$out/$backend.log" > /dev/null
    done
done
for backend in tensorflow jax; do
    .venv/bin/python -m pynet.summary --checkpoint_dir "$out/$backend"
done
