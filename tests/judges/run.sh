#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make unicode-judges` runs: the Unicode modules of lib/elig/canon compared with libunistring and libidn2, and with
# ICU and tr46 in Node.js, which needs a Node.js with Unicode 17 and the npm registry. Takes some minutes.
#
# BUILD         the folder with the binaries (default build)
# RANDOM_TEXTS  random texts and names for each comparison (default 300000)
# IDNATEST      IdnaTestV2.txt of Unicode 17.0.0, compared too if given
# MODULES       a node_modules folder that has what tests/judges/package.json names; without it npm installs it
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build} random=${RANDOM_TEXTS:-300000}
failed=0

nice "$build/tests/tools/unicode_libraries" "$random" || failed=1
modules=${MODULES:-}
if [ -z "$modules" ]; then
    mkdir -p "$build/judges" && cp tests/judges/package.json "$build/judges" || exit 1
    npm install --prefix "$build/judges" --no-package-lock --no-audit --no-fund --silent || exit 1
    modules=$build/judges/node_modules
fi
nice node tests/judges/unicode.mjs --modules "$modules" "$build/tests/tools/unicode_forms" "$random" ${IDNATEST:+"$IDNATEST"} || failed=1
nice node tools/unicode_table.mjs --check --modules "$modules" && echo "ok the table is what its script makes" || failed=1
exit $failed
