#!/bin/sh
# Makes .venv with this project in it, if it is not there; `setup.sh test` adds what
# the tests need. PYTHON names another interpreter than python3.
set -eu
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".${1:+[$1]}"
