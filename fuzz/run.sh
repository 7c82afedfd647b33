#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make fuzz` runs: each harness with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, from its
# seeds and what earlier runs added to them. Ends with 1 if any of them finds something.
#
# FUZZ_SECONDS  for each harness (default 60)
# ONLY          a word: only harnesses with it in their name
# BUILD         the folder for objects, corpora and findings (default build; below it, fuzz-clang)
set -u
cd "$(dirname "$0")/.." || exit 1
FUZZ_SECONDS=${FUZZ_SECONDS:-60}
ONLY=${ONLY:-}
folder=${BUILD:-build}/fuzz-clang
flags="-std=c17 -D_GNU_SOURCE -g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=undefined -I."
libraries="-lsodium -lunistring -lnettle -lgsl -lgslcblas -lxxhash -lm -lpthread"
mkdir -p "$folder/objects"

export folder flags

compile() { # sources; the objects go to $folder/objects, where room and module make the name
    # shellcheck disable=SC2016  # expanded by the inner shell
    printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" \
        sh -c 'exec clang $flags -c -o "$folder/objects/$(echo "$1" | tr / -).o" "$1"' sh
}

# Everything but the programs' main() and what lets calls fail, in an archive: what asserts with cmocka is in no
# harness. The objects are made anew each time: it takes seconds, and is never stale.
rm -f "$folder"/objects/* "$folder/objects.a"
sources=$(find lib builder lookup audit tests/support -name '*.c' -not -name main.c -not -name inject.c)
# shellcheck disable=SC2086
compile $sources || exit 1
ar rcs "$folder/objects.a" "$folder"/objects/*.o || exit 1

failed=0
for source in fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    case $name in *"$ONLY"*) ;; *) continue ;; esac
    corpus=$folder/$name.corpus findings=$folder/$name.findings
    mkdir -p "$corpus" "$findings"
    # shellcheck disable=SC2086
    clang $flags -fsanitize=fuzzer,address,undefined -o "$folder/$name" "$source" "$folder/objects.a" $libraries || exit 1
    echo "== $name for $FUZZ_SECONDS seconds"
    if "$folder/$name" -max_total_time="$FUZZ_SECONDS" -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$findings/" "$corpus" "fuzz/seeds/${name#fuzz_}" > "$folder/$name.log" 2>&1; then
        grep -E '^stat::(number_of_executed_units|average_exec_per_sec|new_units_added)' "$folder/$name.log"
    else
        failed=1
        tail -n 50 "$folder/$name.log"
        echo "$name found something: $findings"
    fi
done
exit $failed
