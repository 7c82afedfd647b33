# SPDX-License-Identifier: Apache-2.0
# Goal: no one is lost between the list and the file, however the list was damaged: found, or the list is refused, or the
# line is named. TEST_SEED chooses other lists. SLOW=1: 1,500 lists. By hand, as many as time allows:
# tests/tools/damage.py --lists 10000.
. tests/cli/prelude.sh

lists=300
[ "$SLOW" = 1 ] && lists=1500
check "$lists damaged lists lose no one" 0 python3 tests/tools/damage.py --lists $lists --seed "${TEST_SEED:-1}" --build "$BUILD"
holds "many of them are published, and many refused" \
    awk '/lists published/ { exit !($1 > 100 && $4 > 30) } END { if (NR == 0) exit 1 }' "$out"
holds "each kind of damage was done" test "$(grep -c ' published, ' "$out")" -ge 23
