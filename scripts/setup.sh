#!/bin/sh
# Makes .venv with this project in it, if it is not there.
#   scripts/setup.sh        everything
#   scripts/setup.sh lens   without TensorFlow: the lens, the page, exported networks
#   scripts/setup.sh library   the same, and Apache Beam for libraries of photos
#   scripts/setup.sh jax    the same, and PyNET's training in Keras on JAX
#   scripts/setup.sh test   everything, and what the tests need
# PYTHON names another interpreter than python3, VENV another folder than .venv.
set -eu
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
install() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
case "${1:-}" in
lens | library | jax)
    install --requirement requirements-lens.txt
    [ "$1" != library ] || install 'apache-beam >= 2.60'
    [ "$1" != jax ] || install --requirement requirements-jax.txt
    install --no-deps --editable .
    ;;
*) install --editable ".${1:+[$1]}" ;;
esac
