#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes tests/golden/*.elig anew from what is built today. To be run by hand, from the project's folder, after a
# change of format that is meant: a reviewer of that change sees these files change with it.
#
# BUILD  the folder with the binaries (default build)
set -eu
BUILD=${BUILD:-build}
make --no-print-directory BUILD="$BUILD" "$BUILD/tests/unit/elig/test_golden"
mkdir -p tests/golden
ELIG_GOLDEN_WRITE=yes "$BUILD/tests/unit/elig/test_golden"
"$BUILD/tests/unit/elig/test_golden"
