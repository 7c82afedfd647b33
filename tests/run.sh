#!/bin/sh
# Runs every test program, replays the fuzzers' seeds and runs the command-line scenarios; says what failed, and
# how many checks passed and failed.
#
# BUILD   the folder with the binaries (default build)
# RUNNER  a program to run the test programs under, such as valgrind (default none)
# ONLY    a word: only what has it in its name
set -u
BUILD=${BUILD:-build}
RUNNER=${RUNNER:-}
ONLY=${ONLY:-}
export BUILD
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# Adds the checks of one log up: lines of cmocka, "ok ..." and "not ok ...". A log without any is a failure.
count() { # name, exit code
    p=$(grep -cE '^(\[       OK \]|ok )' "$work/log")
    f=$(grep -cE '^(\[  FAILED  \] [a-z_0-9]+$|not ok )' "$work/log")
    if [ "$f" -eq 0 ] && { [ "$2" -ne 0 ] || [ "$p" -eq 0 ]; }; then f=1; fi
    passed=$((passed + p)) failed=$((failed + f))
    if [ "$f" -ne 0 ]; then
        echo "FAILED $1 (exit code $2)"
        grep -vE '^(\[ RUN      \]|\[       OK \]|ok )' "$work/log"
    else
        echo "passed $1 ($p)"
    fi
}

for test in "$BUILD"/tests/test_*; do
    case $test in *.o | *.d | *\**) continue ;; *"$ONLY"*) ;; *) continue ;; esac
    $RUNNER "$test" > "$work/log" 2>&1
    count "$(basename "$test")" $?
done

for fuzzer in "$BUILD"/fuzz/fuzz_*; do
    case $fuzzer in *.o | *.d | *\**) continue ;; *"$ONLY"*) ;; *) continue ;; esac
    name=$(basename "$fuzzer")
    $RUNNER "$fuzzer" "fuzz/seeds/${name#fuzz_}" > "$work/log" 2>&1
    code=$?
    [ $code -eq 0 ] && echo "ok replayed" >> "$work/log"
    count "$name seeds" $code
done

for scenario in tests/scenarios/[0-9]*.sh; do
    case $scenario in *"$ONLY"*) ;; *) continue ;; esac
    sh "$scenario" > "$work/log" 2>&1
    count "$(basename "$scenario")" $?
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
