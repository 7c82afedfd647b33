#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench-profiles` runs: compares builds of the offline and the blind profile with their primitives, measures
# lookups with work bits, and tests whether the time of a lookup reveals its answer. Arguments: identifiers of the blind
# build (default 1,000,000), of the offline build (default 2,000), runs of hits and of misses (default 1,000).
#
# BUILD  the folder with the binaries (default build)
set -u
BUILD=${BUILD:-build}
blind=${1:-1000000} offline=${2:-2000} runs=${3:-1000}
threads=2
cheap="--argon2-memory 19MiB --argon2-passes 2 --accept-enumerable"
work=$(mktemp -d ./bench-XXXXXX.tmp) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

list() { # number of rows
    awk -v n="$1" 'BEGIN { print "email"; for (i = 0; i < n; i++) printf "person%d@mail%d.example.net\n", i, i % 8 }'
}
seconds() { date +%s.%N; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# Builds, and prints the microseconds of one thread for each identifier, and the mean time of the primitive before and after.
build() { # profile, identifiers, options...
    profile=$1 count=$2
    shift 2
    list "$count" > "$work/list.csv"
    before=$("$BUILD/bench/profiles" primitive "$profile" $threads "$digests") || exit 1
    begun=$(seconds)
    "$BUILD/elig-build" compile --quiet --profile "$profile" "$@" --threads $threads --tmpdir "$work" \
        --kind email=email:email -o "$work/index" "$work/list.csv" || exit 1
    each=$(awk -v a="$begun" -v b="$(seconds)" -v n="$count" -v t=$threads 'BEGIN { printf "%.1f", (b - a) * t * 1e6 / n }')
    after=$("$BUILD/bench/profiles" primitive "$profile" $threads "$digests") || exit 1
    primitive=$(awk -v a="$before" -v b="$after" 'BEGIN { printf "%.1f", (a + b) / 2 }')
    printf '%-10s %9d %14s %14s %8s\n' "$profile" "$count" "$each" "$primitive" "$(ratio "$each" "$primitive")"
}

"$BUILD/elig-build" keygen secret "$work/secret" || exit 1
printf '%-10s %9s %14s %14s %8s   (target <= 1.15)\n' build n "us per id" "primitive, us" ratio
digests=40000 && build blind "$blind" --secret "$work/secret"
digests=400 && build offline "$offline" --accept-enumerable

# Hits and misses alternate; z is Mann and Whitney's U in standard deviations: beyond 2.6 with a probability of 1 in 100.
printf '\n%-10s %9s %14s %14s %8s %8s %16s\n' "work bits" runs "hit, ms" "miss, ms" "x W = 0" z "false positives"
base=
lookups() { # work bits, runs, options...
    bits=$1 count=$2
    shift 2
    list 100 > "$work/list.csv"
    "$BUILD/elig-build" compile --quiet --profile offline $cheap --work-bits "$bits" "$@" --kind email=email:email \
        -o "$work/index" "$work/list.csv" || exit 1
    # shellcheck disable=SC2046  # four numbers
    set -- $("$BUILD/bench/profiles" lookups "$work/index" 100 "$count")
    [ $# -eq 4 ] || exit 1
    base=${base:-$1}
    printf '%-10d %9d %14s %14s %8s %8s %16s\n' "$bits" "$count" "$(ratio "$1" 1000)" "$(ratio "$2" 1000)" \
        "$(ratio "$1" "$base")" "$3" "$4"
}
lookups 0 "$runs"
lookups 4 "$runs"
lookups 8 $((runs / 50 + 1))

# At the highest possible rate, false positives should be 2^-8 of the misses, within three standard deviations.
printf '\nat a rate of 2^-8:\n'
lookups 2 $((runs * 3)) --fpr 0.00390625
awk -v n=$((runs * 3)) 'BEGIN { p = 1 / 256; printf "expected %.1f, standard deviation %.1f\n", n * p, sqrt(n * p * (1 - p)) }'
