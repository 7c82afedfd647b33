# SPDX-License-Identifier: Apache-2.0
# Goal: no one is lost between the list and the file, however the list was damaged: found, or the list is refused, or the
# line is named. DAMAGED_LISTS (default 300): how many; TEST_SEED chooses others.
. tests/cli/prelude.sh

lists=${DAMAGED_LISTS:-300}
check "$lists damaged lists lose no one" 0 python3 tests/tools/damage.py --lists $lists --seed "${TEST_SEED:-1}" --build "$BUILD"
holds "many of them are published, and many refused" \
    awk '/lists published/ { exit !($1 > 100 && $4 > 30) } END { if (NR == 0) exit 1 }' "$out"
holds "each kind of damage was done" test "$(grep -c ' published, ' "$out")" -ge 23
