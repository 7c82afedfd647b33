#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench-audit` runs: measures audits with the list and with the secret, compiling the same list for comparison,
# and the rate of guesses. Times are wall-clock time on all processors; memory is the peak of the process, including the
# mapped file.
#
#   bench/audit.sh [ROWS]      (default 1000000; two identifiers a row)
set -eu
BUILD=${BUILD:-build}
rows=${1:-1000000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
export PYTHONDONTWRITEBYTECODE=1

timed() { # name, command...
    name=$1
    shift
    /usr/bin/time -f '%e %M' -o "$folder/time" "$@" > "$folder/out" 2>&1 || { cat "$folder/out"; exit 1; }
    read -r seconds kib < "$folder/time"
    printf '%-44s %8.1f s %8d MiB\n' "$name" "$seconds" $((kib / 1024))
}

"$BUILD/tests/tools/people" --rows "$rows" > "$folder/list.csv"
"$BUILD/elig-build" keygen secret "$folder/secret"
printf '%s rows, %s bytes\n' "$rows" "$(stat -c %s "$folder/list.csv")"
timed "elig-build compile" "$BUILD/elig-build" compile --quiet --secret "$folder/secret" --kind email=email:email \
    --kind phone=phone:phone/KR -o "$folder/index" "$folder/list.csv"
timed "elig-audit, the file alone" "$BUILD/elig-audit" --quiet "$folder/index"
timed "elig-audit --against" "$BUILD/elig-audit" --quiet --against "$folder/list.csv" "$folder/index"
sed -n '/found of .* identifiers/{ s/^ */  /; p; }' "$folder/out"
timed "elig-audit --against --secret" "$BUILD/elig-audit" --quiet --against "$folder/list.csv" --secret "$folder/secret" \
    "$folder/index"
timed "elig-audit --rebuild --secret" "$BUILD/elig-audit" --quiet --rebuild "$folder/list.csv" --secret "$folder/secret" \
    "$folder/index"
timed "elig-audit --simulate phone/KR:10000000" "$BUILD/elig-audit" --quiet --simulate phone/KR:10000000 \
    --i-am-the-controller --secret "$folder/secret" "$folder/index"
sed -n '/simulation.rate/,/How:/{ /simulation.rate/d; /auditor holds/d; /How:/d; s/^ */  /; p; }' "$folder/out"
