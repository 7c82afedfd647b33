# SPDX-License-Identifier: Apache-2.0
# Goal: clean indexes of random sizes, profiles, fingerprints and labels raise no alarm.
. tests/cli/prelude.sh

# Two hundred take a minute.
count=20
[ "$SLOW" -eq 1 ] && count=200
check "no alarm in $count clean indexes" 0 python3 tests/tools/clean_indexes.py "$BUILD" "$dir/tmp" $count
