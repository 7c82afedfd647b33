# SPDX-License-Identifier: Apache-2.0
# Goal: from a messy list to right answers for everybody on it. Without --skip-invalid nothing is published and
# the lines are named; with it and a limit that suffices, every valid identifier of every row is eligible, as many outsiders are not, and
# the report says what an independent script finds. SLOW=1: a million rows.
. tests/cli/prelude.sh

rows=20000
[ "$SLOW" = 1 ] && rows=1000000
secret=$dir/secret index=$dir/index list=$dir/list.csv report=$dir/report.json
fixed_secret "$secret"
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text/compact+birth:date"
messy="--rows $rows --seed 5 --malformed 1 --duplicates 3 --empty 5 --labels"
# shellcheck disable=SC2086  # words are wanted, here and below
"$people" $messy > "$list"

compile() {
    # shellcheck disable=SC2086
    "$build" compile --secret "$secret" $kinds --label status -o "$index" --report "$report" "$@" "$list"
}

# ---- Refused ----

check "malformed identifiers fail the build" 1 compile
says "the message says what to do" "--skip-invalid"
absent "and there is no index" "$index"
holds "twenty lines are named" test "$(grep -c ': lines\? [0-9]' "$err")" -eq 20
says "and how many more there are" ", all of them in the report"
holds "the report is there" grep -q '"outcome": "refused"' "$report"

holds "only the report is there" test "$(ls -A "$dir" | sort | tr '\n' ' ')" = \
    "err holds list.csv out report.json secret tmp "
grep -o ': line [0-9]*: ' "$err" | tr -dc '0-9\n' > "$dir/named"
# A row may go over several lines, and the line that is named is its first.
while read -r line; do
    sed -n "${line}p" "$list" | grep -qE '^"?C[0-9]{10}' || echo "$line"
done < "$dir/named" > "$dir/unstarted"
holds "each line that is named begins a row" test ! -s "$dir/unstarted"
echo old > "$index"
check "and fail it again" 1 compile --quiet
holds "an older file stays as it was" test "$(cat "$index")" = old

check "three in a hundred rows are more than --skip-invalid takes by itself" 1 compile --skip-invalid
says "which is said, with the limit" "and --skip-invalid leaves out at most 100:"
holds "the report says so" grep -q "lines are lost with rejected rows" "$report"
holds "an older file stays as it was then" test "$(cat "$index")" = old

# ---- Published ----

check "with --skip-invalid=10% the list compiles" 0 compile --skip-invalid=10%
says "and composites of which a part is empty are counted" " composites left out of which a part is empty and another is not"
holds "the index is read-only" test "$(stat -c %a "$index")" = 444
holds "the report is not secret" test "$(stat -c %a "$report")" = 644
# shellcheck disable=SC2086
python3 tests/tools/oracle.py $kinds "$list" > "$dir/oracle.json"
"$lookup" --info --json "$index" > "$dir/info.json"

cat > "$dir/compare.py" << 'END'
import json
import sys

report, oracle, info = (json.load(open(name)) for name in sys.argv[1:])
COLUMNS = {"email": [None], "phone": [None], "person": ["name", "birth"]}


def compare(name, ours, theirs):
    good = ours == theirs
    print(("ok " if good else "not ok ") + "the report's " + name + " as counted independently")
    if not good:
        print(f"    {str(ours)[:300]}\n    but {str(theirs)[:300]}")


compare("rows", report["rows"], oracle["rows"])
for what in "lines", "multiline_rows", "lost_lines":
    compare(what, report[what], oracle[what])
ours = [(entry["rows"], entry["line"], entry["kind"]) for entry in report["repeats"]]
compare("identifiers of most rows", ours, [tuple(entry) for entry in oracle["repeats"]])
compare("rows without identifier", report["rows_without_identifier"], oracle["empty_rows"])
rejected = {}
for entry in report["inputs"][0]["rejected"]:
    # the line of a row, or its first and last one
    lines = [line[0] if isinstance(line, list) else line for line in entry["lines"]]
    found = rejected.setdefault(entry["kind"], {})
    found[entry["reason"]] = sorted(found.get(entry["reason"], []) + lines)
    if entry["kind"] is not None:
        compare("column of a malformed part, of " + entry["kind"], entry.get("column") in COLUMNS[entry["kind"]], True)
    compare("count of: " + entry["reason"], entry["count"], len(entry["lines"]))
for ours, theirs, in_index in zip(report["kinds"], oracle["kinds"], info["kinds"]):
    compare(f"number rejected of kind {theirs['name']}", ours["rejected"], sum(map(len, theirs["rejected"].values())))
    for what in "name", "identifiers", "duplicates", "empty", "incomplete":
        compare(f"{what} of kind {theirs['name']}", ours[what], theirs[what])
    compare(f"rejected lines of kind {theirs['name']}", rejected.pop(ours["name"], {}), theirs["rejected"])
    compare(f"identifiers of kind {theirs['name']} in the index", in_index["identifiers"], theirs["identifiers"])
rows = rejected.pop(None, {})
compare("number of rows without identifier, named", len(rows.pop("row without any identifier", [])),
        oracle["empty_rows"])
compare("other rejected rows", (rows, rejected), ({}, {}))
compare("sum of identifiers", report["identifiers"], sum(kind["identifiers"] for kind in oracle["kinds"]))
compare("labels", sum(label["identifiers"] for label in report["labels"]) <= report["identifiers"], True)
compare("bytes", report["index"]["bytes"], info["bytes"])
compare("phases", all(seconds >= 0 for seconds in report["seconds"].values()), True)
END
python3 "$dir/compare.py" "$report" "$dir/oracle.json" "$dir/info.json" || failed "the report can be compared" "it cannot"
holds "the report counts the index's bytes" grep -q "\"bytes\": $(stat -c %s "$index")," "$report"
holds "at 2^-32 it is 32 to 36 bits for each identifier, and a page or two" python3 -c '
import json, sys
index = json.load(open(sys.argv[1]))["index"]
label_bits = index["label_bits"]
whole = index["bytes"] * 8 - 4 * 4096 * 8
assert 32 + label_bits < index["bits_per_identifier"]
assert whole / index["identifiers"] < 32 + label_bits + 3.2, whole / index["identifiers"]' "$report"

# ---- Everybody ----

batch() { # kind, file
    "$lookup" --secret "$secret" --batch "$index" "$1" < "$2"
}
for kind in email phone person; do
    # shellcheck disable=SC2086
    "$people" $messy --identifiers $kind > "$dir/members"
    counted=$(python3 -c 'import json, sys
kind, = (k for k in json.load(open(sys.argv[1]))["kinds"] if k["name"] == sys.argv[2])
print(kind["identifiers"] + kind["duplicates"])' "$dir/oracle.json" $kind)
    holds "every valid $kind of every row is asked about ($counted)" test "$(wc -l < "$dir/members")" -eq "$counted"
    check "every $kind gets an answer" 0 batch $kind "$dir/members"
    holds "every $kind is answered" test "$(wc -l < "$out")" -eq "$counted"
    holds "every $kind is eligible" test "$(grep -cvE "^eligible($tab(voucher-[25]0000|former-customer))?\$" "$out")" -eq 0

    "$people" --rows $rows --seed 5 --outsiders --identifiers $kind > "$dir/outsiders"
    check "every outsider's $kind gets an answer" 0 batch $kind "$dir/outsiders"
    holds "$rows outsiders are answered" test "$(wc -l < "$out")" -eq $rows
    holds "no outsider's $kind is eligible" test "$(others "$out" "not listed")" -eq 0
done
