#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One machine, several processes: GNU parallel digests the parts of a list, two ways to cut it, and the sets are
# assembled. common.sh says what else to know.
# shellcheck source=tools/scale/common.sh disable=SC1083
. "$(dirname "$0")/common.sh"
begin parallel
jobs=$(nproc)

echo
echo "A list as exports are, with line ends in quotes: cut at ends of rows by split_csv.py."
show python3 "$scale/split_csv.py" --parts $parts list.csv part
started=$(seconds)
# shellcheck disable=SC2086  # words are wanted
run TERM parallel --jobs "$jobs" --halt now,fail=1 elig-build digest --quiet --secret campaign.secret --salt $salt $kinds \
    --skip-invalid=10% $modest -o {.}.eligd {} ::: part-*.csv > messages 2>&1 || { cat messages >&2 && fail "a digest failed"; }
since "digested in $parts parts, $jobs at a time" "$started"
started=$(seconds)
show elig-build assemble -o campaign.elig part-*.eligd 2>&1
since "assembled" "$started"
compare

echo
echo "A list known to have no line end in quotes: cut by GNU parallel, which does not know quotes."
rm -f part-* list.csv whole.elig campaign.elig
kinds="--kind email=email:email --kind phone=phone:phone/KR --label status"
"$people" --rows "$rows" --plain --labels > list.csv
# shellcheck disable=SC2086
elig-build compile --quiet --secret campaign.secret --salt $salt $kinds $modest -o whole.elig list.csv
# A block of -4: four parts for each job slot.
# shellcheck disable=SC2086
run TERM parallel --jobs 2 --halt now,fail=1 --pipepart -a list.csv --header : --block -4 \
    elig-build digest --quiet --secret campaign.secret --salt $salt $kinds $modest -o part-{#}.eligd > messages 2>&1 ||
    { cat messages >&2 && fail "a digest failed"; }
show elig-build assemble -o campaign.elig part-*.eligd 2>&1
compare

echo
echo "Ten people want to be erased: their rows become a set, and the index is assembled without it."
"$people" --to 10 --plain > erase.csv
"$people" --from 10 --to "$rows" --plain --labels > list.csv
# shellcheck disable=SC2086
elig-build compile --quiet --secret campaign.secret --salt $salt $kinds $modest -o whole.elig list.csv
show elig-build digest --quiet --secret campaign.secret --salt $salt --kind email=email:email \
    --kind phone=phone:phone/KR -o erase.eligd erase.csv
show elig-build assemble -o campaign.elig --remove erase.eligd part-*.eligd 2>&1
compare
