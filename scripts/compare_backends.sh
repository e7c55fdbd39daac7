#!/bin/sh
# What a whole training costs in Keras on TensorFlow and on JAX, and where both end: all
# seven levels of a small PyNET on the same generated scenes, in five to twenty minutes.
# Prints CPU-seconds a level, start and compilation included, then each one's scores.
# JAX is expected in .venv-jax (VENV=.venv-jax scripts/setup.sh jax), or in JAX_VENV.
set -eu
cd "$(dirname "$0")/.."
out=runs/compare_backends
.venv/bin/python -m darkroom.scenes --layout ebb --focused --size 192x288 \
    --train 200 --test 12 --output "$out/scenes"
train() { # backend, its Python, level, steps
    echo "$1, level $3, $4 steps, CPU-seconds:"
    KERAS_BACKEND=$1 .venv/bin/python - "$2" -m pynet.train --level "$3" --steps "$4" \
        --preset tiny --patch_size 96 --precision float32 --validate 12 \
        --data_dir "$out/scenes" --checkpoint_dir "$out/$1" <<'END'
import resource
import subprocess
import sys

subprocess.run(sys.argv[1:], check=True, capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{used.ru_utime + used.ru_stime:.0f}", flush=True)
END
}
for backend in tensorflow jax; do
    python=.venv/bin/python
    [ "$backend" = tensorflow ] || python=${JAX_VENV:-.venv-jax}/bin/python
    for level in 7 6 5 4; do
        train "$backend" "$python" "$level" 40
    done
    train "$backend" "$python" 3 60
    train "$backend" "$python" 2 60
    train "$backend" "$python" 1 200
done
for backend in tensorflow jax; do
    .venv/bin/python -m pynet.summary --checkpoint_dir "$out/$backend"
done
