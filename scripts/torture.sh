#!/bin/sh
# What CI does in short, in full; the counts stand in docs/reliability.md.
#   scripts/torture.sh files     10,000 damaged pictures and maps, two minutes
#   scripts/torture.sh page      3,000 odd requests and 300 uploads, five minutes
#   scripts/torture.sh kills     20 kills of each package's training, half an hour
#   scripts/torture.sh networks  1,500 damaged network files of every kind, five minutes
#   scripts/torture.sh flags     2,000 odd command lines over all programs
#   scripts/torture.sh places    full disks and read-only folders (as root)
#   scripts/torture.sh cluster   2 and 3 workers of one training, one killed; 40 minutes
#   scripts/torture.sh originals every level and run of the original programs' numbers
#   scripts/torture.sh library   200 photos with 10 broken ones on Apache Beam
#   scripts/torture.sh keras_hub installs KerasHub (267 MB) and holds its exports to it
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
case ${1:-} in
files)
    FUZZ_INPUTS=10000 exec $python -m pytest -s tests/darkroom/io/test_fuzz.py
    ;;
page)
    FUZZ_REQUESTS=3000 PAGE_UPLOADS=300 exec $python -m pytest -s \
        tests/darkroom/page/test_fuzz.py tests/darkroom/page/test_upload_memory.py
    ;;
kills)
    KILLS=20 exec $python -m pytest -s tests/test_killed_trainings.py
    ;;
networks)
    NETWORK_INPUTS=1500 exec $python -m pytest -s tests/test_damaged_networks.py
    ;;
flags)
    FLAG_LINES=2000 exec $python -m pytest -s tests/test_odd_flags.py
    ;;
places)
    ALL_PLACES=1 exec $python -m pytest tests/test_bad_places.py
    ;;
library)
    LIBRARY_PHOTOS=200 exec $python -m pytest -s tests/darkroom/library
    ;;
keras_hub)
    $python -m pip install --quiet keras-hub huggingface_hub
    exec $python -m pytest -s tests/darkroom/depth/test_export.py
    ;;
originals)
    exec $python -m pytest -m "torture or not torture" \
        tests/pynet/test_network.py tests/cyclegan_tf/test_cyclegan.py
    ;;
cluster)
    exec $python -m pytest -m "torture or not torture" \
        tests/darkroom/train/test_cluster.py tests/cyclegan_tf/test_two_devices.py \
        tests/test_cluster_programs.py
    ;;
*)
    echo "usage: scripts/torture.sh" \
        "files|page|kills|networks|flags|places|cluster|originals|library|keras_hub" >&2
    exit 2
    ;;
esac
