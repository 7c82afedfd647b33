#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every test program, replays the fuzzers' seeds and runs the command-line scenarios, as many at once as there
# are processors; says what failed, and how many checks passed and failed.
#
# BUILD   the folder with the binaries (default build)
# RUNNER  a command to run the test programs and fuzzers under, such as valgrind (default none)
# ONLY    words: only what has one of them in its name (default everything)
# TEST_SEED, TEST_STRIDE   see docs/TESTING.md
set -u
BUILD=${BUILD:-build}
RUNNER=${RUNNER:-}
ONLY=${ONLY:-}
export BUILD
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

wanted() { # name
    [ -n "$ONLY" ] || return 0
    for word in $ONLY; do
        case $1 in *"$word"*) return 0 ;; esac
    done
    return 1
}

# What there is to run, a line each: its name and its command. What takes longest comes first, so that no processor
# waits for one of them at the end.
longest="test_memory test_multi_search test_profile test_hostile test_digest_file_hostile 20-audit.sh 14-format.sh 10-no-leaks.sh"
list() {
    for scenario in tests/cli/[0-9]*.sh; do
        echo "$(basename "$scenario") sh $scenario"
    done
    echo "leak python3 tests/leak/leak.py"
    for program in "$BUILD"/tests/unit/*/test_* "$BUILD"/fuzz/fuzz_*; do
        name=$(basename "$program")
        case $name in
        *.o | *.d | *\**) ;;
        fuzz_*) echo "$name $RUNNER $program fuzz/seeds/${name#fuzz_}" ;;
        *) echo "$name $RUNNER $program" ;;
        esac
    done
}

list | while read -r name command; do
    wanted "$name" || continue
    case " $longest " in *" $name "*) echo "0 $name $command" ;; *) echo "1 $name $command" ;; esac
done | sort -s -k 1,1 | cut -d ' ' -f 2- | xargs -r -L 1 -P "$(nproc)" sh tests/run_one.sh "$work"
code=$?

# A line of counts for each that ran to its end: passed, failed.
cat "$work"/*.counts 2> /dev/null | {
    passed=0 failed=0
    while read -r p f; do
        passed=$((passed + p)) failed=$((failed + f))
    done
    [ -z "${TEST_SEED:-}" ] || echo "TEST_SEED=$TEST_SEED"
    echo "$passed passed, $failed failed"
    [ $code -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
