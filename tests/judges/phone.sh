#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make phone-judges` runs: forms of phone numbers compared with libphonenumber's E.164, and the phone table with what
# its script makes. Needs Node.js and the npm registry; takes some minutes.
#
# BUILD    the folder with the binaries (default build)
# NUMBERS  random numbers of each region (default 400)
# MODULES  a node_modules folder that has what tests/judges/package.json names; without it npm installs it
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
failed=0

modules=${MODULES:-}
if [ -z "$modules" ]; then
    mkdir -p "$build/judges" && cp tests/judges/package.json "$build/judges" || exit 1
    npm install --prefix "$build/judges" --no-package-lock --no-audit --no-fund --silent || exit 1
    modules=$build/judges/node_modules
fi
nice node tests/judges/phone.mjs --modules "$modules" "$build/tests/tools/canonical_forms" "${NUMBERS:-400}" || failed=1
nice tools/phone_table.py --check --modules "$modules" && echo "ok the table is what its script makes" || failed=1
exit $failed
