#!/bin/sh
# Makes .venv with this project in it, if it is not there.
#   scripts/setup.sh        everything
#   scripts/setup.sh lens   without TensorFlow: the lens, the page, exported networks
#   scripts/setup.sh library   the same, and Apache Beam for libraries of photos
#   scripts/setup.sh test   everything, and what the tests need
# PYTHON names another interpreter than python3, VENV another folder than .venv.
set -eu
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
install() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
if [ "${1:-}" = lens ] || [ "${1:-}" = library ]; then
    install --requirement requirements-lens.txt
    [ "$1" = lens ] || install 'apache-beam >= 2.60'
    install --no-deps --editable .
else
    install --editable ".${1:+[$1]}"
fi
