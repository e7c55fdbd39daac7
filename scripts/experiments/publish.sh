#!/bin/sh
# Puts the experiments' results of a scale into docs/results, and docs/results.md in step:
#   scripts/experiments/publish.sh night
set -eu
cd "$(dirname "$0")/../.."
for result in runs/experiments/"${1:-short}"/*/result.json; do
    folder=$(dirname "$result")
    shown="docs/results/$(basename "$folder")"
    mkdir -p "$shown"
    cp "$result" "$folder"/*.jpg "$shown"
done
exec python -m darkroom.report --markdown docs/results.md
