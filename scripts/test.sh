#!/bin/sh
# Installs what the tests need into .venv and runs them.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh test
exec .venv/bin/python -m pytest -n auto --dist loadfile "$@"
