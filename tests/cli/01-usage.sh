# SPDX-License-Identifier: Apache-2.0
# Goal: every wrong command line ends with 2, with a message that names the program and the reason, and leaves
# no file; help and version end with 0; elig-lookup never repeats what may be an identifier.
. tests/cli/prelude.sh

secret=$dir/secret index=$dir/index list=$dir/list.csv
fixed_secret "$secret"
printf 'email,status\nada@example.com,gold\n' > "$list"

# A wrong command line of the program: exit code 2, its name and the reason on standard error, nothing else.
refused() { # name, reason, command...
    refused_name=$1 reason=$2
    shift 2
    "$@" > "$out" 2> "$err"
    code=$?
    program=$(basename "$1")
    if [ $code -eq 2 ] && [ ! -s "$out" ] && [ ! -e "$index" ] && head -n 1 "$err" | grep -q "^$program: " &&
        grep -qF -e "$reason" "$err" && grep -qF -e "--help'" "$err"; then
        passed "$refused_name"
    else
        failed "$refused_name" "exit code $code, expected 2, '$program: ...$reason...' and where to find help"
        show "$out"
        show "$err"
    fi
    rm -f "$index"
}

# ---- elig-build ----

check "elig-build --help ends with 0" 0 "$build" --help
silent "elig-build --help writes to standard output only"
for command in compile digest assemble; do
    check "elig-build $command --help ends with 0" 0 "$build" $command --help
    fails "elig-build $command --help fits 100 columns" grep -E '^.{101}' "$out"
done
for command in compile digest assemble; do
    "$build" $command --help | grep -oE -e '^  (-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+' > "$dir/explained"
    for option in $(cat "$dir/explained"); do
        "$build" $command "$option" > "$out" 2> "$err"
        fails "elig-build $command knows $option, which its help explains" grep -q "is no option" "$err"
    done
done
check "--help is answered whatever other options are" 0 "$build" compile --secret "$dir/nowhere" --bogus -h list.csv
silent "and nothing is said about them"
holds "but with help" grep -q '^Usage: elig-build compile' "$out"
check "elig-build keygen --help ends with 0" 0 "$build" keygen --help
check "elig-build --version ends with 0" 0 "$build" --version
holds "elig-build --version names program and version" grep -qE '^elig-build [0-9]+\.[0-9]+\.[0-9]+$' "$out"

refused "a command is needed" "a command is needed" "$build"
refused "an unknown command" "must be keygen, inspect, compile, digest or assemble" "$build" frobnicate
fails "is not repeated, for it may be an identifier" grep -q frobnicate "$err"
refused "keygen needs what to make" "secret FILE" "$build" keygen
refused "keygen needs a file" "secret FILE" "$build" keygen secret
refused "keygen takes one file only" "secret FILE" "$build" keygen secret "$index" "$dir/other"
refused "keygen refuses other things to make" "secret FILE" "$build" keygen password "$index"

compile() {
    "$build" compile --secret "$secret" --kind email=email:email -o "$index" "$@"
}
compile_wrong() { # name, reason, options after those that would do
    name=$1 reason=$2
    shift 2
    refused "$name" "$reason" "$build" compile --secret "$secret" --kind email=email:email -o "$index" "$@"
}

compile_wrong "an unknown option is named" "--frobnicate is no option" --frobnicate=hidden "$list"
fails "without its value, which may be an identifier" grep -q hidden "$err"
while read -r option meant; do
    compile_wrong "--$option is like another" "--$option is no option; is --$meant meant?" "--$option" "$list"
done << END
sceret secret
secre-t secret
labe-minimum label-minimum
label-minimumm label-minimum
skip-invlaid skip-invalid
quieet quiet
END
for word in --minsu@example.org --010-1234-5678 --1990-02-03 --kim.minsu --홍길동 --Minsu; do
    compile_wrong "$word is unknown" "an option is unknown" "$word" "$list"
    fails "and not repeated, for it may be an identifier" grep -qF -e "${word#--}" "$err"
done
compile_wrong "an unknown short option is named" -x -x "$list"
compile_wrong "an option without its value is named" "--salt lacks its value" --salt
compile_wrong "an option that takes no value is named" "--quiet takes no value" --quiet=1 "$list"
compile_wrong "of an ambiguous option two are named" "--not may be --not-before or --not-after" --not 2026-01-01T00:00:00Z "$list"
refused "a kind is needed" "--kind" "$build" compile --secret "$secret" -o "$index" "$list"
refused "an output is needed" "-o INDEX" "$build" compile --secret "$secret" --kind e=email:email "$list"
refused "a secret is needed" "--secret" "$build" compile --kind e=email:email -o "$index" "$list"

compile_wrong "a second -o is refused" "--output is given twice" -o "$dir/other" "$list"
compile_wrong "a second --output is refused" "--output is given twice" --output "$dir/other" "$list"
compile_wrong "a second --secret is refused" "--secret is given twice" --secret "$secret" "$list"
while read -r option value; do
    compile_wrong "a second --$option is refused" "--$option is given twice" \
        "--$option" "$value" "--$option" "$value" "$list"
done << END
label status
label-order gold
label-minimum 1
profile keyed
salt $fixed_salt
fpr 2^-32
not-before 2026-01-01T00:00:00Z
not-after 2026-01-01T00:00:00Z
campaign text
delimiter ,
encoding CP949
memory 64MiB
threads 1
tmpdir $dir/tmp
report $dir/report
expect-rows 1
max-repeats 1
drop-repeats 1
END
for option in no-header skip-invalid dry-run quiet; do
    compile_wrong "a second --$option is refused" "--$option is given twice" "--$option" "--$option" "$list"
done

while IFS='|' read -r option value reason; do
    compile_wrong "--$option '$value' is refused" "$reason" "--$option" "$value" "$list"
done << END
kind||--kind
kind|mail|--kind
kind|=email:email|--kind
kind|Mail=email:email|lower-case
kind|e mail=email:email|lower-case
kind|email=email:email|given twice
kind|a23456789012345678901234567890123=email:email|at most 31
kind|mail=email|COLUMN:TYPE
kind|mail=:email|COLUMN:TYPE
kind|mail=|COLUMN:TYPE
kind|mail=email:email+|COLUMN:TYPE
kind|mail=email:mail|type of part 1
kind|mail=email:|type of part 1
kind|mail=email:email/minus|type of part 1
kind|mail=email:email/|type of part 1
kind|mail=email:date/KR|type of part 1
kind|phone=phone:phone/|type of part 1
kind|phone=phone:phone/XX|type of part 1
kind|phone=phone:phone/kr/KR|type of part 1
kind|many=a:exact+b:exact+c:exact+d:exact+e:exact+f:exact+g:exact+h:exact+i:exact|more than 8 parts
expect-rows|-1|--expect-rows takes a number
expect-rows|x|--expect-rows takes a number
max-repeats|0|--max-repeats takes a number from 1
drop-repeats|0|--drop-repeats takes a number from 1
allow-empty|phone|--allow-empty names neither a kind nor a label
label-minimum|0|--label-minimum
label-minimum|-1|--label-minimum
label-minimum|ten|--label-minimum
profile|anonymous|profile
profile|Keyed|profile
profile||profile
salt|00|32 hexadecimal
salt|000102030405060708090a0b0c0d0e0g|32 hexadecimal
salt|${fixed_salt}00|32 hexadecimal
fpr|0|--fpr
fpr|1|--fpr
fpr|-0.1|--fpr
fpr|nan|--fpr
fpr|2^-57|--fpr
fpr|2^-7|--fpr
fpr|2^8|--fpr
fpr|1e-30|--fpr
fpr|small|--fpr
fpr|1e-9x|--fpr
not-before|2026-12-01|--not-before
not-before|2026-12-01T09:00:00|--not-before
not-before|2026-02-29T09:00:00Z|--not-before
not-before|2026-12-01T24:00:00Z|--not-before
not-before|1969-12-01T00:00:00Z|--not-before
not-before|2026-12-01T09:00:00+0900|--not-before
not-after|tomorrow|--not-after
not-after|2026-12-01T09:00:00Z and more|--not-after
delimiter||--delimiter
delimiter|;;|--delimiter
delimiter|"|--delimiter
delimiter|¶|--delimiter
encoding|NO-SUCH|not one iconv knows
encoding||--encoding
encoding|UTF-16//IGNORE|--encoding
memory|0|--memory
memory|63MiB|--memory
memory|64XiB|--memory
memory|99999999999999999999|--memory
memory|lots|--memory
threads|0|--threads
threads|-1|--threads
threads|100000|--threads
threads|two|--threads
END
newline='
'
compile_wrong "--delimiter line feed is refused" "--delimiter" --delimiter "$newline" "$list"
compile_wrong "--campaign with a line end is refused" "--campaign" --campaign "a${newline}b" "$list"
compile_wrong "--campaign that is not UTF-8 is refused" "--campaign" --campaign "$(printf '\377')" "$list"
compile_wrong "--campaign of 256 bytes is refused" "--campaign" --campaign "$(printf '%256s' x)" "$list"
compile_wrong "--label-order without --label is refused" "without --label" --label-order gold "$list"
compile_wrong "--label-order with an empty word is refused" "--label-order" --label status --label-order gold, "$list"
compile_wrong "--label-order with a word twice is refused" "--label-order" \
    --label status --label-order gold,silver,gold "$list"
compile_wrong "a window that ends before it begins is refused" "--not-after comes before" \
    --not-before 2026-12-02T00:00:00Z --not-after 2026-12-01T00:00:00Z "$list"
compile_wrong "standard input twice is refused" "standard input" - -
seventeen=$(i=0; while [ $i -lt 16 ]; do echo "--kind k$i=email:exact"; i=$((i + 1)); done)
# shellcheck disable=SC2086  # words are wanted
compile_wrong "a seventeenth kind is refused" "more than 16 kinds" $seventeen "$list"
many=$(i=0; while [ $i -lt 1025 ]; do echo "$list"; i=$((i + 1)); done)
# shellcheck disable=SC2086
compile_wrong "a 1025th input is refused" "more than 1024" $many

# What is written must be neither what is read nor something else that is written, however it is called.
printf 'email\nben@example.com\n' > "$dir/absent.csv"
ln "$list" "$dir/hard.csv"
ln -s list.csv "$dir/soft.csv"
clash() { # name, the file that must stay as it is, arguments of compile
    clash_name=$1 kept=$2
    shift 2
    cp "$kept" "$dir/kept"
    refused "$clash_name is refused" "" "$build" compile --secret "$secret" --kind e=email:email "$@"
    same "$clash_name: nothing was written over" "$kept" "$dir/kept"
    # For what comes next, if it was.
    cmp -s "$kept" "$dir/kept" || { cp -f "$dir/kept" "$kept" && chmod 600 "$kept"; }
}
clash "an index over its input" "$list" -o "$list" "$list"
clash "an index over its input under another name" "$list" -o "$dir/hard.csv" "$list"
clash "an index over its input through a link" "$list" -o "$list" "$dir/soft.csv"
clash "a report over an input" "$list" -o "$index" --report "$list" "$list"
clash "a report over a second input" "$dir/absent.csv" -o "$index" --report "$dir/absent.csv" "$list" "$dir/absent.csv"
clash "an index over the secret" "$secret" -o "$secret" "$list"
clash "a report over the secret" "$secret" -o "$index" --report "$secret" "$list"
clash "an index over an --absent list" "$dir/absent.csv" -o "$dir/absent.csv" --absent "$dir/absent.csv" "$list"
clash "a report over an --absent list" "$dir/absent.csv" -o "$index" --report "$dir/absent.csv" \
    --absent "$dir/absent.csv" "$list"
clash "a report over the index" "$list" -o "$index" --report "$index" "$list"
clash "a report over the index under another name" "$list" -o "$index" --report "$dir/./index" "$list"
over_input() {
    "$build" compile --secret "$secret" --kind e=email:email -o "$dir/input.csv" < "$dir/input.csv"
}
cp "$list" "$dir/input.csv"
check "an index over standard input is refused" 2 over_input
same "an index over standard input: nothing was written over" "$list" "$dir/input.csv"
rm -f "$dir/hard.csv" "$dir/soft.csv"

# ---- elig-lookup ----

check "the list itself compiles" 0 compile --quiet --label status --label-minimum 1 "$list"
silent "--quiet says nothing"
cp "$index" "$dir/good"
rm -f "$index"

check "elig-lookup --help ends with 0" 0 "$lookup" --help
for option in secret batch info json help version; do
    holds "elig-lookup --help explains --$option" grep -q -e "--$option" "$out"
done
check "elig-lookup --version ends with 0" 0 "$lookup" --version
holds "elig-lookup --version names program and version" grep -qE '^elig-lookup [0-9]+\.[0-9]+\.[0-9]+$' "$out"

refused "elig-lookup names an unknown option" "--jsno is no option; is --json meant?" "$lookup" --jsno "$dir/good" email
refused "INDEX and KIND are needed" "INDEX and KIND" "$lookup"
refused "KIND is needed" "INDEX and KIND" "$lookup" --secret "$secret" "$dir/good"
refused "--info needs INDEX" "INDEX" "$lookup" --info
refused "--info takes no KIND" "INDEX" "$lookup" --info "$dir/good" email
refused "--populate needs --batch" "--populate needs --batch" "$lookup" --secret "$secret" --populate "$dir/good" email
refused "--info and --populate exclude each other" "--populate needs --batch" "$lookup" --info --populate "$dir/good"
refused "--info and --batch exclude each other" "--batch" "$lookup" --info --batch "$dir/good"
refused "--secret needs a file" "--secret lacks its value" "$lookup" --secret
refused "an unknown option" "option" "$lookup" --frobnicate "$dir/good" email
refused "an unknown short option" "option" "$lookup" -x "$dir/good" email
refused "--json takes no value" "--json takes no value" "$lookup" --json=1 "$dir/good" email
refused "an unknown kind, and which there are" "it has: email" "$lookup" --secret "$secret" "$dir/good" phone
for option in batch json info version; do
    refused "a second --$option of elig-lookup is refused" "--$option is given twice" \
        "$lookup" "--$option" "--$option" "$dir/good" email
done
refused "a second --secret of elig-lookup is refused" "--secret is given twice" \
    "$lookup" --secret "$secret" --secret "$secret" "$dir/good" email

person=ada@example.com
not_repeated() { # name, arguments of elig-lookup with a person in a wrong place
    name=$1
    shift
    refused "$name" "elig-lookup" "$lookup" "$@"
    fails "$name: it is not repeated" grep -qi ada "$out" "$err"
}
not_repeated "a person after KIND" --secret "$secret" "$dir/good" email $person
not_repeated "a person for KIND" --secret "$secret" "$dir/good" $person
not_repeated "a person for an option" --secret "$secret" --$person "$dir/good" email
not_repeated "a person as an option's value" --secret "$secret" --batch=$person "$dir/good" email
not_repeated "a person as a short option" --secret "$secret" -$person "$dir/good" email
not_repeated "a person in place of everything" $person
