#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench-progress` runs: compiles a list as bench/build.sh does, and compares the displayed remaining time
# with the actual one. Argument: rows (default 34,000,000).
#
# BUILD  the folder with the binaries (default build)
set -u
BUILD=${BUILD:-build}
rows=${1:-34000000}
work=$(mktemp -d ./bench-XXXXXX.tmp) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

"$BUILD/tests/tools/people" --rows "$rows" --plain > "$work/list.csv" || exit 1
"$BUILD/elig-build" keygen secret "$work/secret" > "$work/log" 2>&1 || exit 1
python3 bench/time_left.py "$BUILD/elig-build" compile --secret "$work/secret" --threads 2 --memory 1GiB \
    --tmpdir "$work" --kind email=email:email --kind phone=phone:phone/KR -o "$work/index" "$work/list.csv"
