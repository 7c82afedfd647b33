#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench-huge` runs: assembles an index from digest files of synthetic digests, at a size for which a list would
# be too large, and measures lookups in it and the lower bounds at that size. The current folder needs room for about 40
# bytes for each identifier.
#
# BUILD           the folder with the binaries (default build)
# first argument  number of identifiers (default 1000000000); second: number of digest files (default 8)
set -eu
n=${1:-1000000000} files=${2:-8}
BUILD=${BUILD:-build}
work=$(mktemp -d ./huge-XXXXXX.tmp)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "== $n digests in $files digest files"
i=0
while [ "$i" -lt "$files" ]; do
    "$BUILD/bench/digest_file_people" $((n / files * i)) \
        "$([ $((i + 1)) -eq "$files" ] && echo "$n" || echo $((n / files * (i + 1))))" "$work" "$work/$i.eligd"
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
