#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs one test program, fuzzer or scenario for run.sh, and prints in one piece what came of it. Checks are lines of
# cmocka, "ok ..." and "not ok ..."; a fuzzer that went through its seeds is one check.
set -u
work=$1 name=$2
shift 2

"$@" > "$work/$name.log" 2>&1
code=$?
case $name in fuzz_*) [ $code -ne 0 ] || echo "ok replayed" >> "$work/$name.log" ;; esac

passed=$(grep -cE '^(\[       OK \]|ok )' "$work/$name.log")
# cmocka names what failed once more at the end.
failed=$(($(grep -c '^not ok ' "$work/$name.log") +
    $(grep -E '^\[  FAILED  \] [a-z_0-9]+$' "$work/$name.log" | sort -u | wc -l)))
# One that ends otherwise than with 0, or without any check, is a failure.
if [ "$failed" -eq 0 ] && { [ $code -ne 0 ] || [ "$passed" -eq 0 ]; }; then failed=1; fi
if [ "$failed" -eq 0 ]; then
    echo "passed $name ($passed)"
else
    {
        echo "FAILED $name (exit code $code)"
        grep -vE '^(\[ RUN      \]|\[       OK \]|ok )' "$work/$name.log"
    } > "$work/$name.report"
    cat "$work/$name.report"
fi
echo "$passed $failed" > "$work/$name.counts"
