#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the benchmark in a folder of its own below the current one, which is gone afterwards whatever happens.
# Arguments: options of the benchmark, then how many identifiers.
#
# BUILD  the folder with the binaries (default build)
set -u
work=$(mktemp -d ./bench-XXXXXX.tmp) || exit 1
bench=
stop() {
    [ -z "$bench" ] || kill "$bench" 2> /dev/null
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

# The folder comes before the last argument.
count=$#
while [ "$count" -gt 1 ]; do
    set -- "$@" "$1"
    shift
    count=$((count - 1))
done
last=${1:-1000000}
[ $# -eq 0 ] || shift
"${BUILD:-build}/bench/bench" "$@" "$work" "$last" &
bench=$!
wait "$bench"
result=$?
bench=
exit "$result"
