# SPDX-License-Identifier: Apache-2.0
# Goal: what is planted in an index is found, by the check that is there for it, and by no other by accident; and
# clean indexes pass.
. tests/cli/prelude.sh

audit=$BUILD/elig-audit
secret=$dir/secret
fixed_secret "$secret"
salt=a79b13c05d2e4f6871829304b5c6d7e8 # not half of the secret, as others' tests have it

# ---- A list, its index, and the same list in canonical form ----

{
    echo email,phone,name,birth,status
    i=0
    while [ $i -lt 30 ]; do
        echo "reader.number$i@example$((i % 7)).org,010-5555-0$((100 + i)),김서연$i,1990-02-0$((i % 9 + 1)),bronze"
        i=$((i + 1))
    done
    echo "jane.roe.the.only@example.com,010-4444-9999,홍길동이라는사람,1985-12-31,silver"
} > "$dir/list.csv"
awk -F, 'NR > 1 { print "email\t" $1 "\t" $5; gsub("-", "", $2); print "phone\t82" substr($2, 2) "\t" $5;
                  print "person\t" $3 "\037" $4 "\t" $5 }' "$dir/list.csv" > "$dir/canonical"
printf 'phone\n010-5555-0101\n010-5555-0102\n' > "$dir/few.csv"
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text+birth:date"
# shellcheck disable=SC2086  # words are wanted
compile() { # index, more options...
    compile_to=$1
    shift
    "$build" compile --quiet --secret "$secret" --salt $salt $kinds --label status --campaign "An incident" \
        "$@" -o "$compile_to" "$dir/list.csv"
}
check "a clean index" 0 compile "$dir/clean" --label-minimum 1
columns="--kind person=name+birth --label status"

# What an auditor with list and secret sees: lines "OUTCOME ID".
outcomes() { # index, options...
    "$audit" --format json --secret "$secret" --against "$dir/list.csv" $columns "$@" > "$dir/report.json" 2> "$err"
    echo $? > "$dir/code"
    list_outcomes
}
list_outcomes() {
    python3 -c '
import json, sys
for check in json.load(open(sys.argv[1]))["checks"]:
    print(check["outcome"], check["id"])' "$dir/report.json" | sort > "$dir/outcomes"
}
failed_checks() {
    sed -n 's/^fail //p' "$dir/outcomes" | tr '\n' ' '
}
# The checks that fail are exactly these.
finds() { # name, ids..., in order
    finds_name=$1
    shift
    found=$(failed_checks)
    if [ "$found" = "${*:+$* }" ]; then
        passed "$finds_name: $*"
    else
        failed "$finds_name" "failed checks: $found; expected: $*"
        show "$err"
    fi
}

outcomes --label-minimum 1 "$dir/clean"
finds "nothing fails in a clean index"
holds "and the exit code is 0" test "$(cat "$dir/code")" -eq 0
outcomes "$dir/clean"
finds "a label of one person" structure.labels
holds "and the exit code is 1" test "$(cat "$dir/code")" -eq 1

# ---- Planted ----

plant() { # fault and arguments; content on standard input
    python3 tests/tools/plant.py "$dir/clean" "$dir/planted" "$@" --secret "$secret" --list "$dir/canonical" || failed "plant $*" "it did not work"
}
planted() { # name, ids that must fail...
    outcomes --label-minimum 1 "$dir/planted"
    finds "$@"
}
who=jane.roe.the.only@example.com
hash=$(printf %s $who | sha256sum | cut -c 1-64)
proof="proof.rebuild structure.capacity"

# ---- Each fault, by name ----

printf %s $who | plant reserved
planted "an identifier in reserved bytes" plaintext.listed plaintext.parts plaintext.readable $proof structure.reserved
printf %s $who | plant label 1
planted "an identifier as a label" plaintext.listed plaintext.words $proof
printf %s bzzz | plant label 1
planted "another word as a label" $proof
printf %s $who | plant filler
planted "an identifier in filler slots" plaintext.listed plaintext.parts plaintext.readable $proof
printf %s $who | plant slots
planted "an identifier across slots" plaintext.listed plaintext.parts $proof
printf %s $who | plant whole
planted "an identifier across slots and their labels" plaintext.listed plaintext.parts $proof
printf 01044449999 | plant payloads
planted "a phone number in labels alone" plaintext.listed $proof
printf %s $who | plant end
planted "an identifier after the end" plaintext.listed plaintext.parts plaintext.readable $proof structure.length structure.sections
printf %s $who | iconv -t UTF-16LE | plant filler
planted "one in UTF-16" plaintext.listed plaintext.parts plaintext.readable $proof
printf xx%s $who | base64 -w 0 | plant filler
planted "one in base64, shifted" plaintext.listed plaintext.parts plaintext.readable $proof
printf x%s $who | base64 -w 0 | plant slots
planted "one in base64, shifted, across slots" plaintext.listed plaintext.parts $proof
printf %s $who | rev | plant filler
planted "one backwards" plaintext.listed plaintext.parts plaintext.readable $proof
printf %s $hash | plant filler
planted "one's SHA-256 in hexadecimal" plaintext.hashes plaintext.readable $proof
printf %s $who | md5sum | cut -c 1-32 | python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' | plant filler
planted "one's MD5" plaintext.hashes $proof
printf 01044449999 | plant filler
planted "a phone number, spelled otherwise" plaintext.listed plaintext.readable $proof
printf %s 홍길동이라는사람 | iconv -t CP949 | plant filler
planted "a name in the encoding of Korean spreadsheets" plaintext.parts $proof
printf %s 홍길동이라는사람 | iconv -t UTF-16BE | plant filler
planted "a name in UTF-16" plaintext.parts $proof
plant bias < /dev/null
planted "a biased generator of fingerprints" plaintext.fingerprints proof.members $proof
plant pilot < /dev/null
planted "a pilot that no builder writes" proof.members $proof structure.pilots
plant edit 2 < /dev/null
planted "an edited page" $proof structure.tree
sed -n 's/^elig-secret-1 //p' "$secret" | plant filler
planted "the secret in hexadecimal" plaintext.readable plaintext.secret $proof

# Who has neither the list nor the secret finds what can be found without.
alone() { # name, ids that must fail...
    "$audit" --format json "$dir/planted" > "$dir/report.json" 2> "$err"
    echo $? > "$dir/code"
    list_outcomes
    finds "$@"
}
alone "without means, the secret in hexadecimal" plaintext.readable plaintext.secret
python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex("000102030405060708090a0b0c0d0e0f" * 2))' | plant filler
alone "without means, the secret itself" plaintext.secret
printf %s $who | plant filler
alone "without means, an address" plaintext.readable
plant edit 0 < /dev/null
alone "without means, an edited header" structure.header-hash structure.reserved

# ---- Weak Argon2id, a secret of another index, a file that is no index ----

check "an offline index" 0 "$build" compile --quiet --profile offline --accept-enumerable --argon2-memory 19MiB \
    --argon2-passes 2 --salt $salt --kind phone=phone:phone/KR -o "$dir/offline" "$dir/few.csv"
python3 tests/tools/plant.py "$dir/offline" "$dir/planted" memory 1048576 < /dev/null
alone "Argon2id that is too weak" structure.argon2
check "its report says ENUMERABLE" 0 "$audit" "$dir/offline"
head -n 4 "$out" | tr -d '|\n' | tr -s ' ' > "$dir/first"
holds "and so does its first line, with the price" grep -q "^+=*+ ENUMERABLE: kind phone: all 100 million candidates .* for about \$1.09" "$dir/first"
check "--strict takes a warning for a failure" 1 "$audit" --strict "$dir/offline"
check "a limit below the price" 0 "$audit" --enumerable-below 1 "$dir/offline"
fails "is not ENUMERABLE" grep -q "| ENUMERABLE" "$out"
check "the offline list, built again" 0 "$audit" --rebuild "$dir/few.csv" "$dir/offline"
holds "is the same, byte for byte" grep -q 'PASS  *proof.rebuild' "$out"
check "a short offline list is built again unasked" 0 "$audit" --against "$dir/few.csv" "$dir/offline"
holds "and is the same" grep -q 'PASS  *proof.rebuild' "$out"

(umask 077 && printf 'elig-secret-1 %064d\n' 7 > "$dir/other-secret")
check "a secret of another index" 1 "$audit" --secret "$dir/other-secret" "$dir/clean"
holds "is said" grep -q 'FAIL  *structure.key' "$out"
check "no index" 5 "$audit" "$dir/list.csv"
says "is said" "not an elig index"
check "no file" 5 "$audit" "$dir/nothing"
head -c 8192 "$dir/clean" > "$dir/cut"
check "a truncated index" 1 "$audit" "$dir/cut"
holds "is said" grep -q 'FAIL  *structure.length' "$out"
: > "$dir/empty"
check "an empty file" 5 "$audit" "$dir/empty"

cp "$dir/clean" "$dir/badheader"
chmod u+w "$dir/badheader"
printf '\377\377\377' | dd of="$dir/badheader" bs=1 seek=140 conv=notrunc 2> "$dir/dd"

# ---- A row changed, added, removed ----

rebuild() { # list
    "$audit" --rebuild "$1" --secret "$secret" $columns --label-minimum 1 "$dir/clean"
}
check "the list itself makes the file" 0 rebuild "$dir/list.csv"
sed '5s/number3@/number300@/' "$dir/list.csv" > "$dir/changed.csv"
check "with a row changed it does not" 1 rebuild "$dir/changed.csv"
sed '5d' "$dir/list.csv" > "$dir/removed.csv"
check "nor with one removed" 1 rebuild "$dir/removed.csv"
holds "and how many differ is said" grep -q 'the list makes 90 identifiers, the file has 93' "$out"
{ cat "$dir/list.csv"; echo "new@example.com,010-3333-3333,New Name,1970-01-01,bronze"; } > "$dir/added.csv"
check "nor with one added" 1 rebuild "$dir/added.csv"
sort -r "$dir/list.csv" | grep -v ^email, > "$dir/rows"
{ head -n 1 "$dir/list.csv"; cat "$dir/rows" "$dir/rows"; } > "$dir/shuffled.csv"
check "in another order and twice it does" 0 rebuild "$dir/shuffled.csv"

mkdir "$dir/slow"
printf '#!/bin/sh\nexec sleep 60\n' > "$dir/slow/elig-build"
chmod +x "$dir/slow/elig-build"
check "ended while it builds again" 124 timeout -s TERM 2 "$audit" --programs "$dir/slow" --rebuild "$dir/list.csv" \
    --secret "$secret" $columns "$dir/clean"
holds "leaves nothing behind" test -z "$(ls -A "$dir/tmp")"
check "a builder that is not there" 5 "$audit" --programs "$dir/nowhere" --rebuild "$dir/list.csv" --secret "$secret" \
    $columns "$dir/clean"
check "without the secret" 5 "$audit" --rebuild "$dir/list.csv" $columns "$dir/clean"
says "nothing is rebuilt, which is said" "the secret is needed"
check "with a label column that is not there" 5 "$audit" --rebuild "$dir/list.csv" --secret "$secret" \
    --kind person=name+birth --label statuss "$dir/clean"
says "nothing is rebuilt, and the builder's reason is said" "no column 'statuss'"
check "a kind without a column" 0 "$audit" --against "$dir/list.csv" "$dir/clean"
holds "is a warning" grep -q 'kind person was not searched for' "$out"
{ cat "$dir/list.csv"; echo "one@example.com,010-3333-3333,Name,1970-01-01,bronze,and a field too many"; } > "$dir/wide.csv"
check "a row that is too wide to be looked for" 0 "$audit" --against "$dir/wide.csv" --kind person=name+birth "$dir/clean"
holds "is a warning" grep -q '1 rows of the list are not valid CSV' "$out"
{ cat "$dir/list.csv"; printf 'odd.label@example.com,010-3333-4444,Odd Label,1970-01-02,bad\tlabel\n'; } > "$dir/label.csv"
check "a list with a row that is skipped for its label" 0 "$build" compile --skip-invalid=100% --secret "$secret" \
    --salt $salt $kinds --label status --label-minimum 1 -o "$dir/skipped" "$dir/label.csv"
check "makes a file that is right" 0 "$audit" --secret "$secret" --against "$dir/label.csv" $columns \
    --label-minimum 1 "$dir/skipped"
holds "and the row is named" grep -q '1 rows with an invalid label are not counted' "$out"
check "which is searched for all the same" 0 cp "$dir/skipped" "$dir/leaked"
chmod u+w "$dir/leaked"
printf odd.label@example.com | dd of="$dir/leaked" bs=1 seek=10000 conv=notrunc 2> "$dir/dd"
check "and found" 1 "$audit" --against "$dir/label.csv" $columns "$dir/leaked"
holds "in the clear" grep -q 'FAIL  *plaintext.listed' "$out"
check "a damaged header" 1 "$audit" --against "$dir/list.csv" --kind email=email "$dir/badheader"
holds "says what of it is wrong" grep -q 'at odds with the rest: number of identifiers' "$out"

# ---- The list itself ----

lists() { # outcome of list.build, name, index, list, options...; of the whole: lists_whole, or the same
    lists_outcome=$1 lists_name=$2 lists_index=$3 lists_list=$4
    shift 4
    case ${lists_whole:-$lists_outcome} in fail) lists_code=1 ;; *) lists_code=0 ;; esac
    check "$lists_name" $lists_code "$audit" --format json --secret "$secret" --against "$lists_list" \
        --kind person=name+birth --label status --label-minimum 1 "$@" "$lists_index"
    cp "$out" "$dir/report.json"
    list_outcomes
    holds "$lists_name: $lists_outcome" grep -qx "$lists_outcome list.build" "$dir/outcomes"
}
lists pass "a list that the builder takes" "$dir/clean" "$dir/list.csv"
holds "its rows and lines are counted" grep -q '31 rows, 0 of them of several lines, in 31 lines; 0 lines are lost' "$out"

# Twelve people without a number share one, and one address is in a cell of two lines.
{ cat "$dir/list.csv"
  i=0
  while [ $i -lt 12 ]; do
      echo "no.number$i@example.org,010-0000-0000,No Number $i,1991-01-01,bronze"
      i=$((i + 1))
  done
  printf '"two@example.org\n",010-7777-0001,Two Lines,1991-01-02,bronze\n'; } > "$dir/repeats.csv"
compile_list() { # index, list, options...
    compile_to=$1 compile_from=$2
    shift 2
    # shellcheck disable=SC2086  # words are wanted
    "$build" compile --quiet --secret "$secret" --salt $salt $kinds --label status --label-minimum 1 "$@" \
        -o "$compile_to" "$compile_from"
}
check "an index without what is repeated" 0 compile_list "$dir/dropped" "$dir/repeats.csv" --drop-repeats 11
lists_whole=fail
lists warn "the auditor who is not told of it is warned" "$dir/dropped" "$dir/repeats.csv"
holds "since the list makes another file" grep -qx "fail proof.members" "$dir/outcomes"
lists warn "of another limit" "$dir/dropped" "$dir/repeats.csv" --drop-repeats 12
holds "which leaves none out" grep -qx "fail proof.members" "$dir/outcomes"
lists_whole=
lists pass "the auditor is told" "$dir/dropped" "$dir/repeats.csv" --drop-repeats 11
holds "every byte is explained" grep -qx "pass proof.rebuild" "$dir/outcomes"
holds "so are all members" grep -qx "pass proof.members" "$dir/outcomes"
holds "what was left out is counted" grep -q '12 occurrences are not counted' "$out"
holds "rows of several lines are" grep -q '44 rows, 1 of them of several lines, in 45 lines' "$out"
printf 'drop-repeats 11\nkind person=name:text+birth:date\n' > "$dir/repeats.conf"
check "a file of options says so, too" 0 "$audit" --config "$dir/repeats.conf" --secret "$secret" \
    --against "$dir/repeats.csv" --label status --label-minimum 1 "$dir/dropped"

check "an index with what is repeated" 0 compile_list "$dir/repeated" "$dir/repeats.csv"
lists warn "repeats are a warning" "$dir/repeated" "$dir/repeats.csv"
holds "with the line of the first" grep -q 'line 33: phone: this identifier stands in 12 rows' "$out"
lists fail "above a stated limit a fault" "$dir/repeated" "$dir/repeats.csv" --max-repeats 11
lists pass "and below it none" "$dir/repeated" "$dir/repeats.csv" --max-repeats 12
lists fail "so is another number of rows" "$dir/repeated" "$dir/repeats.csv" --max-repeats 12 --expect-rows 45

{ cat "$dir/list.csv"
  i=0
  while [ $i -lt 11 ]; do
      echo "no.address$i,010-5555-9$((100 + i)),No Address $i,1991-01-01,bronze"
      i=$((i + 1))
  done; } > "$dir/rejects.csv"
check "an index without malformed identifiers" 0 compile_list "$dir/rejects" "$dir/rejects.csv" --skip-invalid=11
lists warn "more of them than the default are a warning" "$dir/rejects" "$dir/rejects.csv"
holds "with their lines" grep -q '11 lines are lost with rejected rows' "$out"
lists pass "the stated limit holds" "$dir/rejects" "$dir/rejects.csv" --skip-invalid=11
lists fail "or does not" "$dir/rejects" "$dir/rejects.csv" --skip-invalid=10

sed 's/,010-[0-9-]*,/,,/' "$dir/list.csv" > "$dir/no-phone.csv"
check "an index with a kind without identifiers" 0 compile_list "$dir/no-phone" "$dir/no-phone.csv" --allow-empty phone
lists warn "is a warning" "$dir/no-phone" "$dir/no-phone.csv"
holds "which names the kind" grep -q 'no identifier of kind phone is left' "$out"
lists pass "unless that was meant" "$dir/no-phone" "$dir/no-phone.csv" --allow-empty phone
check "without elig-build" 0 "$audit" --programs "$dir/nowhere" --against "$dir/list.csv" --kind person=name+birth "$dir/clean"
holds "the list is not judged, which is said" grep -q 'WARN  *list.build' "$out"

# ---- Signed ----

check "a signer" 0 "$build" keygen signer "$dir/signer"
check "a signed index" 0 compile "$dir/signed" --label-minimum 1 --signer "$dir/signer" --serial 2026-12-01T00:00:00Z
check "every byte of it is explained, its signer known" 0 "$audit" --strict --signer "$dir/signer.pub" --secret "$secret" \
    --against "$dir/list.csv" $columns --label-minimum 1 "$dir/signed"
check "another signer is demanded" 0 "$build" keygen signer "$dir/else"
check "and refused" 1 "$audit" --signer "$dir/else.pub" "$dir/signed"
holds "by name" grep -q 'FAIL  *structure.signature' "$out"
chmod u+w "$dir/signed"
change_byte "$dir/signed" 1540
check "a changed byte" 1 "$audit" "$dir/signed"
holds "breaks the signature" grep -q 'FAIL  *structure.signature' "$out"

# ---- Two files ----

check "a second file under the same salt and secret" 0 "$build" compile --quiet --secret "$secret" --salt $salt \
    --kind email=email:email -o "$dir/second" "$dir/list.csv"
check "can be linked" 1 "$audit" "$dir/clean" "$dir/second"
holds "by their salt" grep -q 'FAIL  *link.salt' "$out"
check "one under another salt" 0 "$build" compile --quiet --secret "$secret" --kind email=email:email -o "$dir/third" "$dir/list.csv"
check "has no such link" 0 "$audit" "$dir/clean" "$dir/third"
check "but its secret is the same, as its holder sees" 0 "$audit" --secret "$secret" "$dir/clean" "$dir/third"
holds "by a warning" grep -q 'WARN  *link.secret' "$out"

# ---- Reports ----

check "all three reports at once" 0 "$audit" -o "$dir/r.txt" -o "$dir/r.json" -o "$dir/r.html" "$dir/clean"
if python3 tests/tools/validate_report.py "$dir/r.json" "$dir/r.html" > "$dir/holds" 2>&1; then
    passed "JSON is as its schema says, HTML well-formed"
elif [ $? -eq 77 ]; then
    passed "JSON is as its schema says (left out: no schema validator)"
else
    failed "JSON is as its schema says, HTML well-formed" "this was found:"
    show "$dir/holds"
fi
check "with list and secret" 0 "$audit" --secret "$secret" --against "$dir/list.csv" $columns --label-minimum 1 \
    -o "$dir/r.txt" -o "$dir/r.json" -o "$dir/r.html" "$dir/clean"
for who_else in $who 01044449999 010-4444-9999 홍길동이라는사람 1985-12-31 reader.number7 $fixed_salt$fixed_salt; do
    fails "no report has $who_else" grep -qF -e "$who_else" "$dir/r.txt" "$dir/r.json" "$dir/r.html"
done
fails "nor calls the data what they are not" grep -qi anonymous "$dir/r.txt" "$dir/r.json" "$dir/r.html"
check "a report in a folder that is not there" 5 "$audit" -o "$dir/no/r.txt" "$dir/clean"
check "nothing is left in the folder for temporary files" 0 ls -A "$dir/tmp"
holds "as it is empty" test ! -s "$out"

# ---- Guessing ----

check "guessing is refused" 2 "$audit" --secret "$secret" --simulate phone/KR:1000 "$dir/clean"
says "to who does not answer for the data" "--i-am-the-controller"
check "and done for who does" 0 "$audit" --secret "$secret" --simulate phone/KR:100000 --i-am-the-controller "$dir/clean"
holds "with its rate" grep -q 'simulation.rate' "$out"
cut -d, -f 2 "$dir/list.csv" | tail -n +2 > "$dir/guesses"
check "guesses from a file" 0 "$audit" --secret "$secret" --simulate-list "$dir/guesses" --i-am-the-controller --against \
    "$dir/list.csv" $columns --label-minimum 1 "$dir/clean"
fails "are not repeated" grep -q 44449999 "$out"

# ---- The command line ----

check "without arguments" 2 "$audit"
check "--help" 0 "$audit" --help
holds "says what it is for" grep -q '^Usage: elig-audit' "$out"
check "--version" 0 "$audit" --version
check "an unknown option" 2 "$audit" --frobnicate "$dir/clean"
check "an option twice" 2 "$audit" --secret "$secret" --secret "$secret" "$dir/clean"
check "a kind that the index has not" 2 "$audit" --against "$dir/list.csv" --kind nothing=email "$dir/clean"
says "is told which it has" "it has: email, phone, person"
check "a column that the list has not" 5 "$audit" --against "$dir/list.csv" --kind email=mail "$dir/clean"
check "three indexes" 2 "$audit" "$dir/clean" "$dir/clean" "$dir/clean"
check "a list from standard input" 2 "$audit" --against - "$dir/clean"
cp "$dir/clean" "$dir/kept"
check "a report over the index" 2 "$audit" -o "$dir/kept" "$dir/kept"
says "is refused" "would be written over"
check "a report over the list" 2 "$audit" --against "$dir/list.csv" -o "$dir/../$(basename "$dir")/list.csv" "$dir/kept"
ln -s secret "$dir/link-to-secret"
check "a report over the secret, by a link" 2 "$audit" --secret "$secret" -o "$dir/link-to-secret" "$dir/kept"
check "two reports in one file" 2 "$audit" -o "$dir/twice" -o "$dir/twice" "$dir/kept"
check "two reports on standard output" 2 "$audit" -o - -o - "$dir/kept"
same "nothing was written over" "$dir/clean" "$dir/kept"
check "an unknown format" 2 "$audit" --format xml "$dir/clean"
check "two lists, one after the other" 0 "$audit" --against "$dir/list.csv" "$dir/few.csv" "$dir/clean"
