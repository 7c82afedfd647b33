#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench-instructions` runs: each step of a build and a lookup under valgrind, which counts the
# instructions between entry and exit of the step's function. Prints instructions for each identifier.
#
# BUILD  the folder with the binaries (default build)
set -u
steps=${BUILD:-build}/bench/steps
work=$(mktemp -d ./bench-XXXXXX.tmp) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

"$steps" make "$work/index" && "$steps" list > "$work/list" || exit 1
printf '%-36s %22s\n' "step" "instructions per id"
while read -r name identifiers description; do
    valgrind --tool=callgrind --toggle-collect="$name" --callgrind-out-file=/dev/null \
        "$steps" run "$work/index" "$name" > "$work/log" 2>&1 < /dev/null
    collected=$(sed -n 's/^==[0-9]*== Collected *: *\([0-9]*\).*/\1/p' "$work/log")
    if [ "${collected:-0}" -eq 0 ]; then
        cat "$work/log"
        exit 1
    fi
    awk -v name="$description" -v all="$collected" -v n="$identifiers" 'BEGIN { printf "%-36s %22.0f\n", name, all / n }'
done < "$work/list"
