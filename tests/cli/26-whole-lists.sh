# SPDX-License-Identifier: Apache-2.0
# Goal: a list that lost people on its way is refused, and the previous index stays: no rows, other than the expected
# rows or digest files, too many rejected lines, a kind or label without an identifier, placeholders. Each refusal names what to
# do, and the option that it names publishes. --dry-run says the same in advance, without a secret and without a file.
. tests/cli/prelude.sh

secret=$dir/secret index=$dir/index list=$dir/list.csv report=$dir/report.json
fixed_secret "$secret"
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text+birth:date"

compile() {
    # shellcheck disable=SC2086  # words are wanted, here and below
    "$build" compile --secret "$secret" --salt $fixed_salt $kinds -o "$index" --report "$report" "$@"
}
dry() {
    # shellcheck disable=SC2086
    "$build" compile --dry-run $kinds --report "$report" "$@"
}
digest() { # digest file, options
    made=$1
    shift
    # shellcheck disable=SC2086
    "$build" digest --quiet --secret "$secret" --salt $fixed_salt $kinds -o "$made" "$@"
}
has() { # name, Python expression over "report"
    holds "$1" python3 -c 'import json, sys
report = json.load(open(sys.argv[1], encoding="utf-8"))
kinds = {kind["name"]: kind for kind in report["kinds"]}
sys.exit(not eval(sys.argv[2]))' "$report" "$2"
}
# The list is refused with a message, by a dry run, too; the previous index stays.
refused() { # name, message, options and inputs
    refused_name=$1 message=$2
    shift 2
    check "$refused_name: refused" 1 compile "$@"
    says "$refused_name: said" "$message"
    says "$refused_name: nothing is published" "nothing was published"
    same "$refused_name: the good index stays" "$dir/good" "$index"
    has "$refused_name: the report says refused" 'report["outcome"] == "refused"'
    check "$refused_name: refused with --quiet" 1 compile --quiet "$@"
    says "$refused_name: said with --quiet" "$message"
    check "$refused_name: refused by a dry run" 1 dry "$@"
    says "$refused_name: said by a dry run" "$message"
}
# It is taken, by a dry run, too.
taken() { # name, options and inputs
    taken_name=$1
    shift
    check "$taken_name: a dry run takes it" 0 dry "$@"
    says "$taken_name: a dry run says so" "dry run: the list would be taken; nothing was written but the report"
    same "$taken_name: and leaves the index alone" "$dir/good" "$index"
    check "$taken_name: taken" 0 compile "$@"
    cp -f "$dir/good" "$index"
}

header="email,phone,name,birth"
rows() { # how many, first number
    seq "$2" $(($2 + $1 - 1)) | awk '{ printf "person%d@example.com,010-3%03d-%04d,Person%d,1990-01-%02d\n",
        $1, $1 / 10000, $1 % 10000, $1, 1 + $1 % 28 }'
}
{ echo $header; rows 2000 1; } > "$dir/good.csv"
check "a good list compiles" 0 compile "$dir/good.csv"
says "lines are counted" "2000 lines in these rows, 0 rows of several lines, 0 lines lost with rejected rows"
for kind in email phone person; do
    says "$kind is counted" "$kind: 2000 listed, 0 duplicates, 0 rejected, 0 empty, 0 incomplete"
done
has "so they are in the report" \
    '(report["rows"], report["lines"], report["multiline_rows"], report["lost_lines"]) == (2000, 2000, 0, 0)'
has "and nothing is repeated or refused" 'report["repeats"] == [] and report["refusals"] == []'
cp "$index" "$dir/good"

# ---- Empty lists ----

echo $header > "$list"
refused "a header alone" "refused: no identifier of kind email is left: 0 are empty, 0 incomplete, 0 malformed; if that is meant, --allow-empty email" "$list"
says "a header alone: each kind is named" "--allow-empty person"
has "a header alone: in the report, too" 'len(report["refusals"]) == 3'
refused "a header alone, of which two kinds are allowed" "no identifier of kind phone is left" \
    --allow-empty email --allow-empty person "$list"
taken "a header alone, all kinds allowed" --allow-empty email --allow-empty phone --allow-empty person "$list"
check "a header alone with --quiet" 0 compile --quiet --allow-empty email --allow-empty phone --allow-empty person "$list"
silent "a header alone with --quiet: nothing is said"
cp -f "$dir/good" "$index"

{ echo $header; seq 8 | sed 's/.*/not-an-address,x,Ada,1990-13-01/'; } > "$list"
refused "all rows rejected" "no identifier of kind email is left: 0 are empty, 0 incomplete, 8 malformed" --skip-invalid "$list"
{ echo $header; rows 500 1 | sed 's/,010-[0-9-]*,/,,/'; } > "$list"
refused "a kind's column empty in every row" "no identifier of kind phone is left: 500 are empty" "$list"
taken "a kind's column empty, allowed" --allow-empty phone "$list"
{ echo $header; rows 500 1 | sed 's/,1990-.*/,/'; } > "$list"
refused "a composite of which a part is always empty" "no identifier of kind person is left: 0 are empty, 500 incomplete" "$list"
check "what is not there cannot be allowed to be empty" 2 compile --allow-empty fax "$list"
says "which is said" "--allow-empty names neither a kind nor a label of --label-order"

# ---- Too many rejected ----

{ echo $header; rows 500 1 | sed 's/Person/홍길동/'; } | iconv -f UTF-8 -t CP949 > "$list"
refused "CP949 read as UTF-8" "500 lines are lost with rejected rows, of 500 rows, and --skip-invalid leaves out at most 10: is an encoding," \
    --skip-invalid "$list"
says "CP949 read as UTF-8: the kind is named, too" "no identifier of kind person is left: 0 are empty, 0 incomplete, 500 malformed"
taken "CP949 read as CP949" --encoding CP949 "$list"

malformed() { # how many, of how many
    { echo $header; rows $(($2 - $1)) 1; seq "$1" | sed 's/.*/not-an-address,,,/'; } > "$list"
}
malformed 11 1000
refused "11 of 1000 rows" "11 lines are lost with rejected rows, of 1000 rows, and --skip-invalid leaves out at most 10" --skip-invalid "$list"
taken "11 of 1000 rows, 11 allowed" --skip-invalid=11 "$list"
taken "11 of 1000 rows, 1.1% allowed" --skip-invalid=1.1% "$list"
refused "11 of 1000 rows, 1.0999% allowed" "leaves out at most 10" --skip-invalid=1.0999% "$list"
refused "11 of 1000 rows, none allowed" "leaves out at most 0" --skip-invalid=0 "$list"
malformed 10 20
taken "10 of 20 rows" --skip-invalid "$list"
malformed 20 2000
taken "20 of 2000 rows" --skip-invalid "$list"
malformed 21 2000
refused "21 of 2000 rows" "at most 20" --skip-invalid "$list"
malformed 101 20000
refused "101 of 20000 rows" "at most 100" --skip-invalid "$list"

# A row counts with all of its lines.
{ echo $header; rows 100 1; printf '"a\n\n\n\n\n\n\n\n\n\nb",,,\n'; rows 100 200; } > "$list"
refused "one row of eleven lines" "11 lines are lost with rejected rows, of 201 rows" --skip-invalid "$list"
has "one row of eleven lines: in the report" 'report["lost_lines"] == 11 and report["multiline_rows"] == 1 and report["lines"] == 211'
for value in x -1 1.5 "" % 101% 1.00001% 5%x; do
    check "--skip-invalid=$value is refused" 2 compile --skip-invalid="$value" "$list"
    says "--skip-invalid=$value: with what it takes" "--skip-invalid takes a number of lost lines such as 25, or a share of all such as 0.1%"
done

# The lists of --absent have the limit for themselves.
{ echo email; seq 11 | sed 's/.*/not-an-address/'; } > "$dir/absent.csv"
refused "11 malformed lines of --absent" "11 lines are lost with rejected rows of --absent, of 11 rows" \
    --skip-invalid --absent "$dir/absent.csv" "$dir/good.csv"
printf 'email\nperson7@example.com\n' > "$dir/absent.csv"
refused "who is listed and absent" "identifier of the --absent list that is on the list itself" --absent "$dir/absent.csv" "$dir/good.csv"

# ---- Expected rows and sets ----

refused "one row too few" "refused: 2000 rows were read, and --expect-rows says 2001" --expect-rows 2001 "$dir/good.csv"
refused "one row too many" "refused: 2000 rows were read, and --expect-rows says 1999" --expect-rows 1999 "$dir/good.csv"
taken "as many rows as expected" --expect-rows 2000 "$dir/good.csv"
malformed 10 1000
taken "rejected rows are rows" --expect-rows 1000 --skip-invalid "$list"
head -c -20 "$dir/good.csv" | sed '$d' > "$list"
refused "a list whose end is missing" "1999 rows were read, and --expect-rows says 2000" --expect-rows 2000 "$list"

for part in 1 2 3; do
    { echo $header; rows 700 $((part * 700)); } > "$dir/part-$part.csv"
    check "part $part is digested" 0 digest "$dir/$part.eligd" --expect-rows 700 "$dir/part-$part.csv"
done
check "a part that is cut is refused" 1 digest "$dir/cut.eligd" --expect-rows 701 "$dir/part-3.csv"
says "with both numbers" "700 rows were read, and --expect-rows says 701"
absent "and there is no digest file" "$dir/cut.eligd"
assemble() {
    "$build" assemble -o "$index" --report "$report" "$@"
}
check "a missing digest file is refused by sets" 1 assemble --expect-sets 3 "$dir/1.eligd" "$dir/3.eligd"
says "with both numbers" "refused: 2 digest files are given, and --expect-sets says 3"
same "the good index stays" "$dir/good" "$index"
check "a missing digest file is refused by rows" 1 assemble --expect-rows 2100 "$dir/1.eligd" "$dir/3.eligd"
says "with both numbers" "refused: 1400 rows were read, and --expect-rows says 2100"
same "the good index stays" "$dir/good" "$index"
has "the report says both" 'report["refusals"] == ["1400 rows were read, and --expect-rows says 2100"]'
check "a digest file twice is refused by rows" 1 assemble --quiet --expect-rows 2100 "$dir/1.eligd" "$dir/1.eligd" "$dir/2.eligd" "$dir/3.eligd"
check "all of them are assembled" 0 assemble --expect-sets 3 --expect-rows 2100 "$dir/1.eligd" "$dir/2.eligd" "$dir/3.eligd"
cp -f "$dir/good" "$index"
for part in 1 2; do
    check "shard $part of 2: all rows are expected" 0 digest "$dir/shard$part.eligd" --part $part/2 --expect-rows 2000 "$dir/good.csv"
done
check "shards are assembled, and have all rows together" 0 assemble --expect-rows 2000 "$dir/shard1.eligd" "$dir/shard2.eligd"
cp -f "$dir/good" "$index"

# A part of a list may lack a kind: the whole is judged. A list of its own may not.
{ echo $header; echo "a@example.com,,,"; echo ",010-3552-3216,Ada,1990-01-01"; } > "$list"
for part in 1 2; do
    check "shard $part of two rows" 0 digest "$dir/two$part.eligd" --part $part/2 "$list"
done
check "two shards lack nothing together" 0 assemble "$dir/two1.eligd" "$dir/two2.eligd"
cp -f "$dir/good" "$index"
{ echo $header; echo "a@example.com,,,"; } > "$list"
check "a digest file without a kind is refused" 1 digest "$dir/lacks.eligd" "$list"
check "unless it is allowed" 0 digest "$dir/lacks.eligd" --allow-empty phone --allow-empty person "$list"
check "an index of it is refused" 1 assemble "$dir/lacks.eligd"
says "by kind" "no identifier of kind phone is left"
same "the good index stays" "$dir/good" "$index"
check "everybody is removed" 1 assemble --remove "$dir/1.eligd" "$dir/1.eligd"
says "which is refused" "no identifier of kind email is left"
same "the good index stays" "$dir/good" "$index"

# ---- Placeholders ----

{ echo $header; rows 200 1; rows 200 1001 | sed 's/,010-[0-9-]*,/,010-0000-0000,/'; } > "$list"
check "a placeholder in half of the rows compiles" 0 compile "$list"
says "with a warning of its first line" "warning: $list: line 202: phone: this identifier stands in 200 rows"
says "that says what to do" "warning: 1 identifiers stand in more than 10 rows: if one is a placeholder, strangers who type it are eligible; --drop-repeats N leaves such out, --max-repeats N refuses them"
says "and the summary names it" "most repeated: phone of line 202 in 200 rows"
fails "the number is not printed" grep -q 0000 "$err"
has "it is in the report" "report['repeats'] == [{'kind': 'phone', 'input': '$list', 'line': 202, 'rows': 200, 'dropped': False}]"
fails "without the number" grep -qE '0000-0000|821000000000' "$report"
ask "a stranger who types it" 0 eligible phone 010-0000-0000
cp -f "$dir/good" "$index"
check "--quiet does not silence the warning" 0 compile --quiet "$list"
says "as it is no summary" "line 202: phone: this identifier stands in 200 rows"
cp -f "$dir/good" "$index"
refused "a placeholder over the owner's limit" "$list: line 202: phone: identifier that stands in more rows than --max-repeats" --max-repeats 199 "$list"
refused "and --skip-invalid does not help" "line 202: phone: identifier that stands in more rows than --max-repeats" --max-repeats 199 --skip-invalid=100% "$list"
taken "a placeholder at the owner's limit" --max-repeats 200 "$list"
check "a placeholder at the owner's limit is not warned of" 0 compile --quiet --max-repeats 200 "$list"
silent "since the owner has decided"
cp -f "$dir/good" "$index"
taken "a placeholder that is left out" --drop-repeats 20 --max-repeats 20 "$list"
check "it is left out" 0 compile --drop-repeats 20 "$list"
says "and counted" "phone: 1 identifiers left out that stand in more than 20 rows, in 200 rows together"
fails "without a warning" grep -q warning "$err"
has "in the report, too" \
    'kinds["phone"]["dropped"] == 1 and kinds["phone"]["dropped_rows"] == 200 and kinds["phone"]["identifiers"] == 200'
has "and named as left out" 'report["repeats"][0]["dropped"] and report["repeats"][0]["line"] == 202'
ask "a stranger who types it now" 1 "not listed" phone 010-0000-0000
ask "who has a number of his own" 0 eligible phone 010-3000-0007
ask "who had the placeholder, by another kind" 0 eligible email person1001@example.com
cp "$index" "$dir/dropped"
# shellcheck disable=SC2086
check "and digested" 0 "$build" digest --secret "$secret" --salt $fixed_salt $kinds -o "$dir/dropped.eligd" --drop-repeats 20 "$list"
says "the digest file is made without it, too" "phone: 1 identifiers left out"
check "which is assembled" 0 "$build" assemble -o "$dir/again" "$dir/dropped.eligd"
same "to the same bytes" "$dir/dropped" "$dir/again"
check "a digest file is refused for it" 1 digest "$dir/refused.eligd" --max-repeats 199 "$list"
absent "and not made" "$dir/refused.eligd"
cp -f "$dir/good" "$index"
{ echo $header; rows 200 1; rows 11 1; rows 10 100; } > "$list"
check "a few repeats compile" 0 compile "$list"
fails "and are no reason to warn" grep -q warning "$err"
says "but in the summary" "most repeated: email of line 2 in 2 rows, phone of line 2 in 2 rows, person of line 2 in 2 rows, email of line 3"
cp -f "$dir/good" "$index"
refused "a list without repeats is asked for" "line 2: email: identifier that stands in more rows than --max-repeats" --max-repeats 1 "$list"
check "two lists" 0 compile "$dir/good.csv" "$list"
says "of which one is said" "in 3 rows"
has "and named" "report['repeats'][0]['input'] == '$dir/good.csv' and report['repeats'][0]['rows'] == 3"
cp -f "$dir/good" "$index"

# ---- Kinds that hardly any row has ----

{ echo "$header"; rows 200 1 | awk -F, -v OFS=, '{ $2 = NR == 7 ? $2 : ""; $4 = NR <= 10 ? $4 : ""; print }'; } > "$list"
check "hardly any numbers, and hardly any birth dates" 0 compile --quiet "$list"
says "are warned of, also with --quiet: numbers" "warning: phone: 199 rows are empty, and 1 identifiers were read"
says "and names without birth date" "warning: person: 190 composites have an empty part, and 10 none"
{ echo "$header"; rows 200 1 | awk -F, -v OFS=, '{ $2 = NR <= 7 ? $2 : ""; $4 = NR <= 30 ? $4 : ""; print }'; } > "$list"
check "some numbers and birth dates" 0 compile --quiet "$list"
silent "are nothing to warn of"
cp -f "$dir/good" "$index"

# ---- Dry runs ----

for profile in "--profile offline --accept-enumerable" "--profile blind" "--profile offline --work-bits 3 --accept-enumerable"; do
    # shellcheck disable=SC2086
    check "a dry run with $profile" 0 dry $profile "$dir/good.csv"
done
check "a dry run of cheap kinds" 1 dry --profile offline "$dir/good.csv"
says "is refused as the real thing is" "or say --accept-enumerable"
# shellcheck disable=SC2086
check "a dry run of digest" 0 "$build" digest --dry-run $kinds "$dir/good.csv"
says "counts" "email: 2000 listed"
says "and writes nothing" "dry run: the list would be taken; nothing was written"
check "a dry run with -o" 0 dry -o "$index" "$dir/good.csv"
same "does not write it" "$dir/good" "$index"
has "its report says what it was" 'report["outcome"] == "dry run" and report["index"] is None'
check "a dry run with --quiet" 0 dry --quiet "$dir/good.csv"
silent "says nothing"
{ echo email,status; seq 20 | sed 's/.*/person&@example.com,gold/'; echo person1@example.com,silver; } > "$list"
check "a dry run of labels that contradict each other" 1 "$build" compile --dry-run --kind email=email:email --label status "$list"
says "names the line" "line 22: email: identifier with two labels"
check "a dry run of rare labels" 1 "$build" compile --dry-run --kind email=email:email --label status --label-order silver,gold "$list"
says "names the line, too" "line 22: first row with a label that fewer identifiers hold than --label-minimum"
holds "no dry run left a file" test -z "$(ls -A "$dir/tmp")"
