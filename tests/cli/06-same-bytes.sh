# SPDX-License-Identifier: Apache-2.0
# Goal: the index depends on what is listed and on nothing else: not on the order of rows, repeated rows,
# spellings, the number of threads, the memory, the number of inputs. SLOW=1: enough rows that 64 MiB spill many
# times.
. tests/cli/prelude.sh

rows=250000 # with half of 64 MiB for each of two lists, as --absent makes it, these spill
[ "$SLOW" = 1 ] && rows=1500000
small=8000
secret=$dir/secret
fixed_secret "$secret"
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text/compact+birth:date"

compile() { # index, options and inputs
    index=$1
    shift
    # shellcheck disable=SC2086  # words are wanted
    "$build" compile --quiet --secret "$secret" --salt $fixed_salt $kinds --label status --skip-invalid=100% \
        -o "$index" "$@"
}
check_same() { # name, options and inputs; standard input goes through
    name=$1
    shift
    if compile "$dir/again" "$@" > "$out" 2> "$err" && [ "$(sha256sum < "$dir/again")" = "$sum" ]; then
        passed "$name: the same bytes"
    else
        failed "$name: the same bytes" "other bytes, or no index"
        show "$err"
    fi
    rm -f "$dir/again"
}

"$people" --rows $small --seed 6 --malformed 1 --duplicates 3 --empty 5 --labels > "$dir/list.csv"
python3 - "$dir" << 'END'
import random
import re
import sys

folder = sys.argv[1]
header, _, text = open(folder + "/list.csv", "rb").read().partition(b"\n")
header += b"\n"
rows = [row for row in re.split(rb'(?m)^(?="?C\d{10})', text) if row]
chance = random.Random(6)


def write(name, rows):
    with open(f"{folder}/{name}.csv", "wb") as file:
        file.write(header + b"".join(rows))


write("reversed", rows[::-1])
write("shuffled", chance.sample(rows, len(rows)))
write("doubled", chance.sample(rows * 2, 2 * len(rows)))
for part in range(4):
    write(f"part{part}", rows[part::4])
END

check "the list compiles" 0 compile "$dir/index" "$dir/list.csv"
sum=$(sha256sum < "$dir/index")
check_same "again" "$dir/list.csv"
check_same "the rows reversed" "$dir/reversed.csv"
check_same "the rows shuffled" "$dir/shuffled.csv"
check_same "every row twice, shuffled" "$dir/doubled.csv"
check_same "the list twice" "$dir/list.csv" "$dir/shuffled.csv"
check_same "four inputs" "$dir/part0.csv" "$dir/part1.csv" "$dir/part2.csv" "$dir/part3.csv"
check_same "four inputs in another order" "$dir/part2.csv" "$dir/part0.csv" "$dir/part3.csv" "$dir/part1.csv"
check_same "standard input" < "$dir/list.csv"
check_same "standard input among others" "$dir/part1.csv" - "$dir/part0.csv" "$dir/part2.csv" < "$dir/part3.csv"
pipe() { cat "$dir/list.csv" | check_same "a pipe"; }
pipe
for threads in 1 2 3 7; do
    check_same "$threads threads" --threads $threads "$dir/shuffled.csv"
done
check_same "64 MiB" --memory 64MiB "$dir/list.csv"
check_same "2 GiB" --memory 2GiB "$dir/list.csv"
check_same "another folder for temporary files" --tmpdir "$dir" "$dir/list.csv"
check_same "a report" --report "$dir/report" "$dir/list.csv"
check_same "labels in an order that decides nothing" --label-order former-customer,voucher-20000 "$dir/list.csv"
# What must make a difference does.
differs() { # name, options
    name=$1
    shift
    holds "$name compiles" compile "$dir/other" "$@" "$dir/list.csv"
    fails "$name makes other bytes" cmp -s "$dir/index" "$dir/other"
}
differs "a campaign" --campaign "data of 2026"
differs "a window" --not-before 2026-01-01T00:00:00Z
differs "another rate" --fpr 2^-31

# ---- Spilled ----

# A list of absent people halves the memory for the other, so a small list spills too.
"$people" --rows $rows --seed 7 --plain --labels > "$dir/long.csv"
"$people" --rows 100 --seed 7 --outsiders > "$dir/absent.csv"
shuf --random-source="$dir/long.csv" "$dir/long.csv" | grep -v '^id,' > "$dir/long-shuffled.csv"
long() { # index, options
    compile "$@" --absent "$dir/absent.csv" --report "$dir/report"
}
check "a long list compiles in 2 GiB" 0 long "$dir/index" --memory 2GiB "$dir/long.csv"
holds "without a temporary file" grep -q '"temporary_bytes": 0,' "$dir/report"
sum=$(sha256sum < "$dir/index")
for threads in 1 2; do
    check "$threads threads: it compiles in 64 MiB" 0 long "$dir/again" --memory 64MiB --threads $threads "$dir/long.csv"
    fails "$threads threads: with a temporary file" grep -q '"temporary_bytes": 0,' "$dir/report"
    same "$threads threads: to the same bytes" "$dir/index" "$dir/again"
done
shuffled() {
    (head -n 1 "$dir/long.csv" && cat "$dir/long-shuffled.csv" "$dir/long-shuffled.csv") |
        long "$dir/again" --memory 64MiB
}
check "every row twice, shuffled, in 64 MiB" 0 shuffled
same "to the same bytes" "$dir/index" "$dir/again"
holds "nothing is left in the folder for temporary files" test -z "$(ls -A "$TMPDIR")"

# The memory that is asked for is the memory that is taken, with what DESIGN allows beside it: 64 MiB.
if ! nm "$build" | grep -q __asan_init; then
    # shellcheck disable=SC2086
    holds "at most 128 MiB are taken of 64" python3 tests/tools/peak.py 128 "$build" compile --quiet --secret "$secret" \
        --salt $fixed_salt $kinds --label status -o "$dir/again" --memory 64MiB "$dir/long.csv"
fi
