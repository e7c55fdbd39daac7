#!/bin/sh
# Starts N workers on this machine, which share every batch of one training:
#   scripts/train_cluster.sh 2 pynet.train --level 7
# The first one's words are shown, the others' are in FOLDER/worker_N.log, where FOLDER is
# $WORKER_LOGS or runs/workers. If one fails, all end, and so does this, with 1.
set -eu
workers=${1:-}
case $workers in
'' | *[!0-9]* | 0)
    echo "usage: scripts/train_cluster.sh N PACKAGE.train FLAGS..." >&2
    exit 2
    ;;
esac
shift
cd "$(dirname "$0")/.."
logs=${WORKER_LOGS:-runs/workers}
mkdir -p "$logs"
python=.venv/bin/python
[ -x "$python" ] || python=python3
hosts=$("$python" - "$workers" <<'END'
import socket
import sys

sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(", ".join(f'"127.0.0.1:{each.getsockname()[1]}"' for each in sockets))
END
)
pids=
trap 'kill -TERM $pids 2>/dev/null' INT TERM HUP
worker=0
while [ "$worker" -lt "$workers" ]; do
    task='{"type": "worker", "index": '$worker'}'
    export TF_CONFIG='{"cluster": {"worker": ['$hosts']}, "task": '$task'}'
    if [ "$worker" = 0 ]; then
        "$python" -m "$@" --strategy multiworker &
    else
        "$python" -m "$@" --strategy multiworker >"$logs/worker_$worker.log" 2>&1 &
    fi
    pids="$pids $!"
    worker=$((worker + 1))
done
code=0
for pid in $pids; do
    while :; do
        status=0
        wait "$pid" || status=$?
        kill -0 "$pid" 2>/dev/null || break # a signal ends a wait, not the worker
    done
    [ "$status" = 0 ] || code=$status
done
[ "$code" = 0 ] || echo "a worker ended with $code; see $logs" >&2
exit "$code"
