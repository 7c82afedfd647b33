# SPDX-License-Identifier: Apache-2.0
# Goal: a list digested in parts and assembled is the index that compile makes of the whole, byte for byte; digest files
# that do not go together, are damaged or are something else are refused by name; a removed identifier is not listed; a
# digest file gives no one away who could not be guessed, and says nothing of rows. SLOW=1: enough rows that 64 MiB do
# not hold them.
. tests/cli/prelude.sh

rows=4000 many=60000
[ "$SLOW" = 1 ] && many=1500000
secret=$dir/secret index=$dir/index
fixed_secret "$secret"
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text/compact+birth:date"
mkdir "$dir/digests"

compile() { # index, options and inputs
    made=$1
    shift
    # shellcheck disable=SC2086  # words are wanted
    "$build" compile --quiet --secret "$secret" --salt $fixed_salt $kinds -o "$made" "$@"
}
digest() { # digest file, options and inputs
    made=$1
    shift
    # shellcheck disable=SC2086
    "$build" digest --quiet --secret "$secret" --salt $fixed_salt $kinds -o "$made" "$@"
}
assemble() { # index, options and digest files
    made=$1
    shift
    "$build" assemble --quiet -o "$made" "$@"
}

# ---- The same bytes ----

"$people" --rows $rows --seed 15 --malformed 1 --duplicates 5 --empty 5 --labels > "$dir/list.csv"
python3 - "$dir" << 'END'
import random
import re
import sys

folder = sys.argv[1]
header, _, text = open(folder + "/list.csv", "rb").read().partition(b"\n")
header += b"\n"
rows = [row for row in re.split(rb'(?m)^(?="?C\d{10})', text) if row]


def write(name, rows):
    with open(f"{folder}/{name}.csv", "wb") as file:
        file.write(header + b"".join(rows))


write("shuffled", random.Random(15).sample(rows, len(rows)))
write("none", [])
for parts in 1, 2, 8:
    for part in range(parts):
        write(f"part-{parts}-{part}", rows[part::parts])
END
options="--label status --skip-invalid=10%"
allow_empty="--allow-empty email --allow-empty phone --allow-empty person"
# shellcheck disable=SC2086
check "the whole list compiles" 0 compile "$index" $options "$dir/list.csv"
for parts in 1 2 8; do
    files=
    for list in "$dir"/part-$parts-*.csv; do
        file=$dir/digests/$(basename "$list" .csv).eligd
        # shellcheck disable=SC2086
        digest "$file" $options "$list" > "$out" 2> "$err" || failed "$list is digested" "it was not"
        files="$files $file"
    done
    # shellcheck disable=SC2086
    check "its digests in $parts digest files are assembled" 0 assemble "$dir/again" $files
    same "$parts digest files: the same bytes" "$index" "$dir/again"
done
silent "with --quiet nothing is said"
one=$dir/digests/part-1-0.eligd
eight=$(echo "$dir"/digests/part-8-*.eligd)
backwards=$(printf '%s\n' $eight | sort -r)
same_index() { # name, options and digest files
    name=$1
    shift
    check "$name are assembled" 0 assemble "$dir/again" "$@"
    same "$name: the same bytes" "$index" "$dir/again"
}
# shellcheck disable=SC2086
same_index "the digest files in another order" $backwards
# shellcheck disable=SC2086
same_index "the digest files twice" $eight $backwards
# shellcheck disable=SC2086
same_index "digest files of another split beside them" "$one" $eight
for threads in 1 2 5; do
    # shellcheck disable=SC2086
    same_index "eight digest files, by $threads threads in 64 MiB" --threads $threads --memory 64MiB $eight
done
# shellcheck disable=SC2086
digest "$dir/digests/none.eligd" $options $allow_empty "$dir/none.csv"
same_index "an empty digest file and one of all" "$dir/digests/none.eligd" "$one"
# shellcheck disable=SC2086
check "no one at all is assembled" 0 assemble "$dir/again" $allow_empty "$dir/digests/none.eligd"
# shellcheck disable=SC2086
check "and compiled" 0 compile "$dir/empty" $options $allow_empty "$dir/none.csv"
same "to the same bytes" "$dir/empty" "$dir/again"
indexed="--fpr 2^-40 --campaign leak --not-before 2026-01-01T00:00:00Z --not-after 2036-01-01T00:00:00Z"
# shellcheck disable=SC2086
check "what an index is told" 0 compile "$dir/told" $options $indexed "$dir/list.csv"
# shellcheck disable=SC2086
check "is told to assemble" 0 assemble "$dir/again" $indexed $eight
same "to the same end" "$dir/told" "$dir/again"

for threads in 1 2 5; do
    # shellcheck disable=SC2086
    check "the list is digested by $threads threads" 0 digest "$dir/again.eligd" $options --threads $threads --memory 64MiB \
        "$dir/list.csv"
    same "to the same digest file" "$one" "$dir/again.eligd"
    rm -f "$dir/again.eligd"
done
# The digest file holds nothing of what stood in which row: in another order of rows the same bytes result.
# shellcheck disable=SC2086
check "the list is digested with its rows shuffled" 0 digest "$dir/again.eligd" $options "$dir/shuffled.csv"
same "to the same digest file" "$one" "$dir/again.eligd"
holds "only its owner may read a digest file" test "$(stat -c %a "$one")" = 400

# ---- Those who must not be found ----

"$people" --rows 20000 --seed 15 --outsiders > "$dir/absent.csv"
check "a list of outsiders is digested" 0 digest "$dir/absent.eligd" "$dir/absent.csv"
low="--fpr 2^-8"
# shellcheck disable=SC2086
check "the list compiles without false positives among them" 0 compile "$dir/strict" $options $low \
    --absent "$dir/absent.csv" "$dir/list.csv"
# shellcheck disable=SC2086
check "the digest files are assembled with theirs" 0 assemble "$dir/again" $low --absent "$dir/absent.eligd" $eight
same "to the same bytes" "$dir/strict" "$dir/again"
# shellcheck disable=SC2086
check "and without theirs" 0 assemble "$dir/again" $low $eight
fails "to others" cmp -s "$dir/strict" "$dir/again"
rm -f "$dir/again"
check "who is on both lists is refused" 1 assemble "$dir/again" --absent "$dir/digests/part-8-3.eligd" "$one"
says "with the digest file of the --absent list named" "part-8-3.eligd: email: identifier of the --absent list that is on the list itself"
absent "and there is no index" "$dir/again"

# ---- Labels ----

rows_of() { # label, how many, first number
    seq "$3" $(($3 + $2 - 1)) | sed "s/.*/person&@example.com,$1/"
}
labelled() { # command, output, options and inputs
    command=$1 made=$2
    shift 2
    case $command in
        assemble) "$build" assemble --quiet -o "$made" "$@" ;;
        *) "$build" "$command" --quiet --secret "$secret" --salt $fixed_salt --kind email=email:email --label status \
            -o "$made" "$@" ;;
    esac
}
{ echo email,status; rows_of gold 20 1; rows_of silver 6 100; rows_of '' 5 200; } > "$dir/a.csv"
{ echo email,status; rows_of silver 6 110; rows_of silver 2 5; rows_of bronze 20 300; rows_of gold 3 200; } > "$dir/b.csv"
for part in a b; do
    check "the list with labels, part $part" 0 labelled digest "$dir/$part.eligd" "$dir/$part.csv"
done
rm -f "$dir/again"
check "labels that contradict one another are refused" 1 labelled assemble "$dir/again" "$dir/a.eligd" "$dir/b.eligd"
says "with the digest file that has the second one" "b.eligd: email: identifier with two labels, and no --label-order"
holds "once for each identifier" test "$(grep -c 'identifier with two labels' "$err")" -eq 2
fails "and without lines, which a digest file has not" grep -q ': line ' "$err"
absent "there is no index" "$dir/again"
for order in silver,gold gold,silver,bronze bronze,silver; do
    check "the order $order decides, to compile" 0 labelled compile "$index" --label-order $order "$dir/a.csv" "$dir/b.csv"
    check "the order $order decides, to assemble" 0 labelled assemble "$dir/again" --label-order $order \
        "$dir/b.eligd" "$dir/a.eligd"
    same "the order $order: to the same bytes" "$index" "$dir/again"
done
index=$dir/again
ask "the winner" 0 "eligible${tab}silver" email person5@example.com
ask "one with a label in another digest file only" 0 "eligible${tab}gold" email person201@example.com
ask "one without a label" 0 "eligible" email person203@example.com
rm -f "$dir/again"
check "a label that all digest files together hold too rarely is refused" 1 labelled assemble "$dir/again" --label-order gold,silver \
    --label-minimum 13 "$dir/a.eligd" "$dir/b.eligd"
says "with the digest file where it is first" "a.eligd: first row with a label that fewer identifiers hold than --label-minimum"
fails "the label is not printed" grep -q silver "$err"
absent "and there is no index of it" "$dir/again"
check "a digest file is made of rare labels all the same" 0 labelled digest "$dir/again.eligd" --skip-invalid "$dir/a.csv"
rm -f "$dir/again.eligd"

# ---- Sets that do not go together ----

other() { # digest file, secret, salt, options
    made=$1 other_secret=$2 other_salt=$3
    shift 3
    "$build" digest --quiet --secret "$other_secret" --salt "$other_salt" --skip-invalid=100% -o "$made" "$@" "$dir/list.csv"
}
email="--kind email=email:email" phone="--kind phone=phone:phone/KR" person="--kind person=name:text/compact+birth:date"
(umask 077 && printf 'elig-secret-1 %s%s\n' $fixed_salt 101112131415161718191a1b1c1d1e1f > "$dir/secret.other")
# shellcheck disable=SC2086
{
    other "$dir/other.salt" "$secret" 100102030405060708090a0b0c0d0e0f $kinds
    other "$dir/other.secret" "$dir/secret.other" $fixed_salt $kinds
    other "$dir/other.kinds" "$secret" $fixed_salt $email $phone
    other "$dir/other.order" "$secret" $fixed_salt $phone $email $person
    other "$dir/other.type" "$secret" $fixed_salt --kind email=email:email/plus $phone $person
    other "$dir/other.region" "$secret" $fixed_salt $email --kind phone=phone:phone/JP $person
    other "$dir/other.name" "$secret" $fixed_salt --kind mail=email:email $phone $person
    other "$dir/other.parts" "$secret" $fixed_salt $email $phone --kind person=name:text/compact
}
while IFS='|' read -r what reason; do
    for way in '' --remove --absent; do
        rm -f "$dir/again"
        # shellcheck disable=SC2086
        check "a digest file of another $what is refused${way:+ for }$way" 1 assemble "$dir/again" \
            --report "$dir/refused.json" "$one" $way "$dir/other.$what"
        holds "another $what${way:+ for }$way: the report says why" grep -qE "cannot be put together: .*$reason" "$dir/refused.json"
        holds "another $what${way:+ for }$way: one message names both digest files, and what differs" grep -qE \
            "part-1-0\.eligd and [^ ]*/other\.$what .*$reason" "$err"
        absent "another $what${way:+ for }$way: there is no index" "$dir/again"
    done
done << 'END'
salt|salts differ .*--salt
secret|secrets differ
kinds|one has more kinds
order|kinds differ in name, type or order
type|kinds differ in name, type or order
region|kinds differ in name, type or order
name|kinds differ in name, type or order
parts|kinds differ in name, type or order
END

# ---- Damaged ones, and none ----

refused() { # name, exit code, reason, file
    rm -f "$dir/again"
    for order in "$one $4" "$4 $one" "$one --absent $4" "$one --remove $4"; do
        # shellcheck disable=SC2086
        check "$1 is refused" "$2" assemble "$dir/again" $order
        says "$1: named, with the reason" "read $4: $3"
        holds "$1: in one message" test "$(wc -l < "$err")" -eq 1
        absent "$1: there is no index" "$dir/again"
    done
}
bytes=$(stat -c %s "$one")
damage() { # file, offset
    cp -f "$one" "$1" && chmod 600 "$1"
    python3 -c 'import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    byte = file.read(1)[0]
    file.seek(int(sys.argv[2]))
    file.write(bytes([byte ^ 1]))' "$1" "$2"
}
damage "$dir/bad.header" 40
damage "$dir/bad.table" 9000
damage "$dir/bad.record" $((bytes - 1000))
damage "$dir/bad.version" 8
damage "$dir/bad.magic" 1
head -c $((bytes - 1)) "$one" > "$dir/bad.short"
head -c 6000 "$one" > "$dir/bad.shorter"
head -c 100 "$one" > "$dir/bad.shortest"
{ cat "$one"; printf x; } > "$dir/bad.long"
: > "$dir/bad.empty"
refused "a digest file with a flipped bit in its header" 1 "the digest file is damaged" "$dir/bad.header"
refused "one with a flipped bit in its table" 1 "the digest file is damaged" "$dir/bad.table"
refused "one with a flipped bit in its records" 1 "the digest file is damaged" "$dir/bad.record"
refused "one of a later version" 1 "a digest file of a version this program does not know" "$dir/bad.version"
refused "one that begins as no digest file does" 1 "not a digest file" "$dir/bad.magic"
refused "one without its last byte" 1 "the digest file is truncated or has bytes after its end" "$dir/bad.short"
refused "one without its records" 1 "the digest file is truncated or has bytes after its end" "$dir/bad.shorter"
refused "one without its header" 1 "not a digest file" "$dir/bad.shortest"
refused "one with a byte more" 1 "the digest file is truncated or has bytes after its end" "$dir/bad.long"
refused "an empty file" 1 "not a digest file" "$dir/bad.empty"
refused "an index" 1 "not a digest file" "$dir/told"
refused "a list" 1 "not a digest file: 'elig-build digest' makes one" "$dir/list.csv"
refused "a file that is not there" 5 "No such file" "$dir/nothing"
refused "a folder" 5 "Is a directory" "$dir/digests"
check "a digest file in place of an index is refused" 5 "$lookup" --info "$one"

# A digest file that changes while it is read is refused, or was read before: no crash, and no index of it that does not
# answer for all that were counted.
"$people" --rows 20000 --seed 16 --plain > "$dir/changing.csv"
digest "$dir/changing.whole" "$dir/changing.csv"
crashed= published=0 stopped=0
for change in "truncate -s 100000" "truncate -s 0" "dd if=/dev/urandom bs=100000 count=10 seek=1 conv=notrunc status=none of="; do
    for moment in 0 1 2 4 7; do
        cp -f "$dir/changing.whole" "$dir/changing.eligd" && chmod 600 "$dir/changing.eligd"
        rm -f "$dir/again"
        assemble "$dir/again" --threads 2 "$dir/changing.eligd" > "$out" 2> "$err" &
        pid=$!
        sleep "0.0$moment"
        case $change in
            dd*) $change"$dir/changing.eligd" ;;
            *) $change "$dir/changing.eligd" ;;
        esac
        wait $pid
        case $? in
            0) published=$((published + 1)) ;;
            1 | 5)
                stopped=$((stopped + 1))
                [ -e "$dir/again" ] && crashed="$crashed (an index in spite of a failure)"
                ;;
            *) crashed="$crashed ($change after 0.0$moment: $(cat "$err"))" ;;
        esac
    done
done
holds "a digest file that changes while it is read is refused $stopped times, read before $published times${crashed:+, and:$crashed}" \
    test -z "$crashed"
holds "some were refused" test $stopped -gt 0

# ---- Removing ----

head -n 2000 "$dir/changing.csv" > "$dir/leaving.csv"
{ head -n 1 "$dir/changing.csv"; tail -n +2001 "$dir/changing.csv"; } > "$dir/staying.csv"
"$people" --rows 500 --seed 16 --outsiders | tail -n +2 >> "$dir/leaving.csv" # who was never listed
digest "$dir/leaving.eligd" "$dir/leaving.csv"
check "those who stay compile" 0 compile "$index" "$dir/staying.csv"
check "those who leave are left out" 0 "$build" assemble -o "$dir/again" --remove "$dir/leaving.eligd" "$dir/changing.whole"
same "to the same bytes" "$index" "$dir/again"
says "which is said, with how many were listed" "5997 identifiers left out since they are to be removed"
index=$dir/again
for kind in email phone person; do
    "$people" --rows 1999 --seed 16 --plain --identifiers $kind > "$dir/questions"
    check "no one who left" 0 "$lookup" --secret "$secret" --batch "$index" $kind < "$dir/questions"
    holds "no one who left is found by $kind" test "$(others "$out" "not listed")" -eq 0
done
check "removing in two digest files, one of them empty" 0 assemble "$dir/twice" --remove "$dir/digests/none.eligd" \
    --remove "$dir/leaving.eligd" "$dir/changing.whole"
same "does the same" "$index" "$dir/twice"
check "everybody is not removed by mistake" 1 assemble "$dir/again" --remove "$dir/changing.whole" "$dir/changing.whole"
# shellcheck disable=SC2086
check "everybody can be removed" 0 "$build" assemble $allow_empty -o "$dir/again" --remove "$dir/changing.whole" "$dir/changing.whole"
says "which is said" "lists no identifier"
cp "$dir/none.csv" "$dir/empty.csv"
# shellcheck disable=SC2086
check "no one compiles" 0 compile "$dir/empty" $allow_empty "$dir/empty.csv"
same "to the same bytes" "$dir/empty" "$dir/again"
check "a label that is rare once some were removed is refused" 1 labelled assemble "$dir/rare" --label-order gold,silver \
    --remove "$dir/a.eligd" "$dir/a.eligd" "$dir/b.eligd"
says "with a reason" "a label that fewer identifiers hold"

# ---- What a digest file gives away ----

# shellcheck disable=SC2086
holds "no identifier of the list is in the digest files" python3 tests/tools/search.py $kinds "$dir/list.csv" "$dir/digests"
strings -n 6 "$one" > "$dir/strings"
fails "nor are addresses, numbers, files or folders" grep -E "example|[0-9]{8}|csv|/tmp|$dir" "$dir/strings"
said() {
    # shellcheck disable=SC2086
    "$build" digest --secret "$secret" --salt $fixed_salt $kinds -o "$dir/said.eligd" "$dir/changing.csv"
}
check "without --quiet" 0 said
says "what was digested is said" "20000 rows read, 59998 identifiers digested, 2 duplicates merged, 0 rejected"
says "and what a digest file is" "said.eligd: 2144986 bytes; anyone who has this file and the secret can test guesses against it"
rm -f "$dir/said.eligd"

# ---- Reports ----

report_has() { # name, report, Python expression over "report"
    holds "$1" python3 -c 'import json, sys
report = json.load(open(sys.argv[1], encoding="utf-8"))
sys.exit(not eval(sys.argv[2]))' "$2" "$3"
}
# shellcheck disable=SC2086
check "digest reports" 0 digest "$dir/again.eligd" $options --report "$dir/report.digest" "$dir/list.csv"
# shellcheck disable=SC2086
check "assemble reports" 0 assemble "$dir/again" --report "$dir/report.assemble" --remove "$dir/digests/part-8-0.eligd" \
    --absent "$dir/absent.eligd" $eight
# shellcheck disable=SC2086
check "compile reports" 0 compile "$dir/again" $options --report "$dir/report.compile" "$dir/list.csv"
for command in compile digest assemble; do
    report_has "$command: its command and outcome" "$dir/report.$command" \
        "report['command'] == '$command' and report['outcome'] == 'published'"
    report_has "$command: no duplicates but those there are" "$dir/report.$command" \
        "all(0 <= kind['duplicates'] <= $rows for kind in report['kinds'])"
done
report_has "digest: the digest file, and no index" "$dir/report.digest" \
    "report['index'] is None and report['digest_file'] == {'format_version': 1, 'bytes': $(stat -c %s "$dir/again.eligd")}"
report_has "assemble: the index, and no digest file" "$dir/report.assemble" \
    "report['digest_file'] is None and report['index']['bytes'] > 4096 and report['index']['identifiers'] == report['identifiers']"
report_has "assemble: whom it removed" "$dir/report.assemble" \
    "all(kind['removed'] > 0 for kind in report['kinds']) and report['removed'] == ['$dir/digests/part-8-0.eligd']"
report_has "assemble: the digest files it read, and how much is in them" "$dir/report.assemble" \
    "[entry['name'] for entry in report['inputs']] == '$eight'.split() and report['absent_rows'] == 20000"
holds "digest, compile and assemble count the same" python3 - "$dir" << 'END'
import json
import sys

compiled, digested, assembled = (json.load(open(f"{sys.argv[1]}/report.{command}", encoding="utf-8"))
                                 for command in ("compile", "digest", "assemble"))
for name in "rows", "identifiers", "labels", "rejected", "profile", "rules_version":
    if compiled[name] != digested[name] and name != "labels":
        sys.exit(name)
if assembled["rows"] != compiled["rows"]:
    sys.exit("rows")
for one, other in zip(compiled["kinds"], assembled["kinds"]):
    if one["name"] != other["name"] or one["identifiers"] != other["identifiers"] + other["removed"]:
        sys.exit(f"identifiers of {one['name']}")
END
rm -f "$dir/again.eligd"

# ---- Command lines ----

wrong() { # name, reason, command and options
    wrong_name=$1 reason=$2
    shift 2
    rm -f "$dir/wrong"
    check "$wrong_name: a usage error" 2 "$build" "$@" -o "$dir/wrong"
    says "$wrong_name: said" "$reason"
    absent "$wrong_name: nothing is made" "$dir/wrong"
}
wrong "assemble without digest files" "at least one digest file" assemble
for option in kind=a=a:exact secret="$secret" salt=$fixed_salt label=status delimiter=, encoding=CP949 profile=keyed; do
    wrong "assemble with --${option%%=*}" "--${option%%=*} is no option of 'assemble'" assemble "--$option" "$one"
done
for option in no-header skip-invalid dry-run; do
    wrong "assemble with --$option" "--$option is no option of 'assemble'" assemble "--$option" "$one"
done
for option in max-repeats=2 drop-repeats=2; do
    wrong "assemble with --${option%%=*}" "--${option%%=*} is no option of 'assemble'" assemble "--$option" "$one"
done
wrong "assemble with --allow-empty of nothing" "--allow-empty names neither a kind nor a label" assemble \
    --allow-empty fax "$one"
for option in expect-sets=1 label-order=a label-minimum=2 fpr=2^-9 campaign=x absent="$one" remove="$one" not-before=2026-01-01T00:00:00Z; do
    wrong "digest with --${option%%=*}" "--${option%%=*} is no option of 'digest'" digest --secret "$secret" \
        --kind email=email:email "--$option" "$dir/list.csv"
done
wrong "compile with --remove" "--remove is no option of 'compile'" compile --secret "$secret" --kind email=email:email \
    --remove "$one" "$dir/list.csv"
wrong "digest without a kind" "--kind" digest --secret "$secret" "$dir/list.csv"
wrong "digest without a secret" "--secret" digest --kind email=email:email "$dir/list.csv"
for over in "$one" "--remove $one $dir/absent.eligd" "--absent $one $dir/absent.eligd"; do
    # shellcheck disable=SC2086
    check "an index over a digest file is a usage error" 2 "$build" assemble -o "$one" $over
    says "an index over a digest file: said" "would be written over"
done
check "a digest file over its list is a usage error" 2 digest "$dir/list.csv" "$dir/list.csv"

# ---- Killed ----

"$people" --rows $many --seed 17 --plain > "$dir/many.csv"
mkdir "$dir/target"
left=0
holds "what digest makes, unless it is killed" digest "$dir/many.digest" --memory 64MiB "$dir/many.csv"
holds "what assemble makes" "$build" assemble --quiet --memory 64MiB -o "$dir/many.assemble" "$dir/many.digest"
for command in digest assemble; do
    for moment in 02 05 10 20 30; do
        if [ $command = digest ]; then
            # shellcheck disable=SC2086
            "$build" digest --quiet --secret "$secret" --salt $fixed_salt $kinds --memory 64MiB -o "$dir/target/made" \
                "$dir/many.csv" 2> "$err" &
        else
            "$build" assemble --quiet --memory 64MiB -o "$dir/target/made" "$dir/many.digest" 2> "$err" &
        fi
        pid=$!
        sleep 0.$moment
        kill -KILL $pid 2> "$dir/killed"
        wait $pid 2> "$dir/killed"
        # It may have been done by then except for its end, or for the last of two names (see 11-interrupted.sh): what is
        # there is whole.
        for file in "$dir/target"/* "$dir/target"/.*; do
            [ -f "$file" ] && cmp -s "$file" "$dir/many.$command" && rm -f "$file"
        done
        [ -z "$(ls -A "$dir/target")" ] && [ -z "$(ls -A "$TMPDIR")" ] || left=$((left + 1))
        rm -rf "$dir/target" && mkdir "$dir/target"
    done
done
holds "killed while they digest or assemble, they leave nothing" test $left -eq 0

# ---- Much of it in little memory ----

if nm "$build" | grep -q __asan_init; then
    passed "the memory taken (left out: built with a sanitizer)"
else
    little() { # name, arguments of elig-build
        name=$1
        shift
        holds "$name: at most 128 MiB are taken of 64" python3 tests/tools/peak.py 128 "$build" "$@" --quiet --memory 64MiB
    }
    options="--secret $secret --salt $fixed_salt $kinds"
    # shellcheck disable=SC2086
    little "compile" compile $options -o "$dir/many.index" "$dir/many.csv"
    files=
    for part in 0 1 2 3 4 5 6 7; do
        { head -n 1 "$dir/many.csv"; tail -n +2 "$dir/many.csv" | awk -v part=$part 'NR % 8 == part'; } > "$dir/eighth.csv"
        # shellcheck disable=SC2086
        little "digest $part of 8" digest $options -o "$dir/eighth-$part.eligd" "$dir/eighth.csv"
        files="$files $dir/eighth-$part.eligd"
    done
    # shellcheck disable=SC2086
    little "digest of all" digest $options -o "$dir/all.eligd" "$dir/many.csv"
    # shellcheck disable=SC2086
    little "assemble" assemble -o "$dir/again" $files
    same "to the same bytes" "$dir/many.index" "$dir/again"
    little "assemble of one" assemble -o "$dir/again" "$dir/all.eligd"
    same "to the same bytes too" "$dir/many.index" "$dir/again"
fi
holds "nothing is left in the folder for temporary files" test -z "$(ls -A "$TMPDIR")"
