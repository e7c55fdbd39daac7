#!/bin/sh
# What CI does in short, in full; the counts stand in docs/reliability.md.
#   scripts/torture.sh files     10,000 damaged pictures and maps, two minutes
#   scripts/torture.sh page      3,000 odd requests and 300 uploads, five minutes
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
files)
    FUZZ_INPUTS=10000 exec .venv/bin/python -m pytest -s tests/darkroom/io/test_fuzz.py
    ;;
page)
    FUZZ_REQUESTS=3000 PAGE_UPLOADS=300 exec .venv/bin/python -m pytest -s \
        tests/darkroom/page/test_fuzz.py tests/darkroom/page/test_upload_memory.py
    ;;
*)
    echo "usage: scripts/torture.sh files|page" >&2
    exit 2
    ;;
esac
