#!/bin/sh
# What CI does in short, in full; the counts stand in docs/reliability.md.
#   scripts/torture.sh files     10,000 damaged pictures and maps, two minutes
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
files)
    FUZZ_INPUTS=10000 exec .venv/bin/python -m pytest -s tests/darkroom/io/test_fuzz.py
    ;;
*)
    echo "usage: scripts/torture.sh files" >&2
    exit 2
    ;;
esac
