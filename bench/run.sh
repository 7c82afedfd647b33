#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench` runs: the benchmark, in a temporary folder below the current one that is removed at the end.
# Arguments: options of the benchmark, then the number of identifiers.
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

# Puts the folder before the last argument.
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
