#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Assembles an index of more identifiers than anyone wants a list of, from sets of synthetic digests, and measures
# lookups in it beside the floors at that size. In the current folder, which needs about 40 bytes an identifier.
#
# BUILD           the folder with the binaries (default build)
# first argument  identifiers (default 1000000000); second: sets they are split into (default 8)
set -eu
n=${1:-1000000000} sets=${2:-8}
BUILD=${BUILD:-build}
work=$(mktemp -d ./huge-XXXXXX.tmp)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "== $sets sets of $n digests"
i=0
while [ "$i" -lt "$sets" ]; do
    "$BUILD/bench/set_people" $((n / sets * i)) \
        "$([ $((i + 1)) -eq "$sets" ] && echo "$n" || echo $((n / sets * (i + 1))))" "$work" "$work/$i.eligd"
    i=$((i + 1))
done
du -cb "$work"/*.eligd | awk 'END { print $1, "bytes in all" }'

echo "== elig-build assemble"
command time -f '%e s, %U s of user, %S s of system, %M KiB at its peak' \
    "$BUILD/elig-build" assemble --memory 1GiB --tmpdir "$work" --report "$work/report.json" \
    -o "$work/index" "$work"/*.eligd
sed -n '/"temporary_bytes"/p; /"seconds"/,/}/p' "$work/report.json"
rm -f "$work"/*.eligd

echo "== lookups"
"$BUILD/bench/bench" --index "$work/index" "$work" "$n"
