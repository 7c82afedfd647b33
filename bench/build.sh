#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench-build` runs: compiles a list of people with an e-mail address and a phone number each, and
# compares the time with that for hashing the same identifiers on the same number of threads, before and after.
# Argument: rows (default 1,000,000).
#
# BUILD  the folder with the binaries (default build)
set -u
BUILD=${BUILD:-build}
rows=${1:-1000000}
threads=2
budget_mib=1024
slack_mib=64
work=$(mktemp -d ./bench-XXXXXX.tmp) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

hash() {
    "$BUILD/bench/hash" "$threads" "$work/list.csv"
}

"$BUILD/tests/tools/people" --rows "$rows" --plain > "$work/list.csv" || exit 1
"$BUILD/elig-build" keygen secret "$work/secret" > "$work/log" 2>&1 || exit 1
before=$(hash) || exit 1
if ! /usr/bin/time -f '%e %M' -o "$work/time" "$BUILD/elig-build" compile --secret "$work/secret" \
    --threads "$threads" --memory "${budget_mib}MiB" --report "$work/report.json" --quiet --tmpdir "$work" \
    --kind email=email:email --kind phone=phone:phone/KR -o "$work/index" "$work/list.csv" > "$work/log" 2>&1; then
    cat "$work/log"
    exit 1
fi
after=$(hash) || exit 1

temporary=$(sed -n 's/.*"temporary_bytes": \([0-9]*\).*/\1/p' "$work/report.json")
index=$(wc -c < "$work/index")
list=$(wc -c < "$work/list.csv")
# shellcheck disable=SC2046  # two numbers each
set -- $before $after $(cat "$work/time")
awk -v rows="$rows" -v threads="$threads" -v n="$1" -v before="$2" -v after="$4" -v wall="$5" -v rss="$6" \
    -v temporary="$temporary" -v bytes="$index" -v list="$list" -v budget="$budget_mib" -v slack="$slack_mib" '
    function target(name, value, limit) {
        printf "%-46s %10.2f   <= %7.2f   %s\n", name, value, limit, value <= limit ? "met" : "NOT MET"
    }
    BEGIN {
        printf "%d rows, %d identifiers, %.1f MB of CSV; %d threads, %d MiB\n\n", rows, n, list / 1e6, threads, budget
        printf "%-46s %10s   %10s\n", "", "measured", "target"
        target("compiling / hashing the same identifiers", wall / ((before + after) / 2), 3)
        target("peak resident memory, MiB", rss / 1024, budget + slack)
        printf "\n%-46s %10.2f s, %.0f ns per identifier\n", "compiling, start to published file", wall, wall / n * 1e9
        printf "%-46s %10.2f s and %.2f s, before and after\n", "hashing", before, after
        printf "%-46s %10.1f MB\n", "temporary file", temporary / 1e6
        printf "%-46s %10.1f MB, %.3f bits per identifier\n", "index", bytes / 1e6, bytes * 8 / n
    }'
