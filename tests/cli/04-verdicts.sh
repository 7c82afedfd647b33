# SPDX-License-Identifier: Apache-2.0
# Goal: the words and exit codes of elig-lookup, one by one: for one identifier, for a batch, as JSON, at a
# terminal. Whatever is wrong with index or secret, it cannot answer, and never answers wrongly.
. tests/cli/prelude.sh

secret=$dir/secret index=$dir/index list=$dir/list.csv
fixed_secret "$secret"
cat > "$list" << 'END'
email,name,birth,status
ada@example.com,Ada Ashdown,1990-02-03,gold
ben@example.com,Ben Birkwood,1980-12-31,
END
compile() { # index, options...
    compiled=$1
    shift
    "$build" compile --quiet --secret "$secret" --salt $fixed_salt --kind email=email:email \
        --kind person=name:text+birth:date --label status --label-minimum 1 -o "$compiled" "$@" "$list"
}
lookup() { # input as printf takes it, arguments
    input=$1
    shift
    printf "$input" | "$lookup" --secret "$secret" "$@"
}

# ---- One identifier ----

check "the list compiles" 0 compile "$index"
ask "eligible, with its label" 0 "eligible${tab}gold" email ada@example.com
ask "eligible, without a label" 0 eligible email ben@example.com
ask "not listed" 1 "not listed" email cora@example.com
ask "a composite" 0 "eligible${tab}gold" person "Ada Ashdown${tab}1990-02-03"
ask "an invalid one and why" 3 "invalid${tab}e-mail address without @" email ada.example.com
ask "an empty line" 3 "invalid${tab}empty" email ''
ask "white space only" 3 "invalid${tab}empty" email "   "
ask "1025 bytes" 3 "invalid${tab}too long" email "$(printf '%1013s' | tr ' ' a)@example.com"
ask "a megabyte" 3 "invalid${tab}too long" email "$(head -c 1000000 /dev/zero | tr '\0' a)"
ask "no @ in 1024 bytes" 3 "invalid${tab}e-mail address without @" email "$(printf '%1024s' | tr ' ' a)"
ask "bytes that are no text" 3 "invalid${tab}not valid text in the expected encoding" email "$(printf 'a\377@example.com')"
ask "a control character" 3 "invalid${tab}control character" email "$(printf 'a\001@example.com')"
ask "a composite with a part too few" 3 "invalid${tab}wrong number of parts" person "Ada Ashdown"
ask "a composite with a part too many" 3 "invalid${tab}wrong number of parts" person \
    "Ada Ashdown${tab}1990-02-03${tab}"
ask "a composite with an empty part" 3 "invalid${tab}part 2: empty" person "Ada Ashdown${tab}"
ask "a tab in what is no composite" 3 "invalid${tab}control character" email "ada@example.com${tab}1990-02-03"

check "without a line end" 0 lookup 'ada@example.com' "$index" email
check "with CR LF" 0 lookup 'ada@example.com\r\n' "$index" email
prints "the CR is no part of it" "eligible${tab}gold"
check "only the first line is read" 0 lookup 'ada@example.com\ncora@example.com\n' "$index" email
prints "and there is one answer" "eligible${tab}gold"
check "no input at all" 3 lookup '' "$index" email
prints "is empty" "invalid${tab}empty"
check "a NUL byte" 3 lookup 'ada@example.com\000\n' "$index" email
prints "is a control character" "invalid${tab}control character"
read_closed() { "$lookup" --secret "$secret" "$index" email <&-; }
check "standard input that is closed" 5 read_closed
says "cannot be read" "standard input"
write_closed() { printf 'ada@example.com\n' | "$lookup" --secret "$secret" "$index" email >&-; }
check "standard output that is closed" 5 write_closed
says "cannot be written" "standard output"
read_folder() { "$lookup" --secret "$secret" "$index" email < "$dir/tmp"; }
check "standard input that is a folder" 5 read_folder
write_full() { lookup 'ada@example.com\n' "$index" email > /dev/full; }
check "standard output that is full" 5 write_full
says "is said to be so" "standard output"
batch_full() { yes ada@example.com | head -n 100000 | "$lookup" --secret "$secret" --batch "$index" email > /dev/full; }
check "standard output that is full, in a batch" 5 batch_full
says "is said to be so, in a batch" "standard output"

# ---- JSON ----

check "eligible as JSON" 0 lookup 'ada@example.com\n' --json "$index" email
prints "has the label" '{"verdict": "eligible", "label": "gold"}'
check "eligible as JSON without a label" 0 lookup 'ben@example.com\n' --json "$index" email
prints "has none" '{"verdict": "eligible"}'
check "not listed as JSON" 1 lookup 'cora@example.com\n' --json "$index" email
prints "is so" '{"verdict": "not listed"}'
check "invalid as JSON" 3 lookup 'cora\n' --json "$index" email
prints "has the reason" '{"verdict": "invalid", "reason": "e-mail address without @"}'
check "an invalid part as JSON" 3 lookup 'Ada Ashdown\t1990-02-30\n' --json "$index" person
prints "is named by its number" '{"verdict": "invalid", "reason": "date that is not in the calendar", "part": 2}'
lines='ada@example.com\ncora@example.com\n\n'
check "a batch as JSON" 3 lookup "$lines" --json --batch "$index" email
prints "is one object a line" '{"verdict": "eligible", "label": "gold"}
{"verdict": "not listed"}
{"verdict": "invalid", "reason": "empty"}'

# ---- A batch ----

check "a batch of good lines ends with 0" 0 lookup 'cora@example.com\nada@example.com\nben@example.com\n' \
    --batch "$index" email
prints "in the order of the lines" "not listed
eligible${tab}gold
eligible"
check "a batch with CR LF and no last line end" 0 lookup 'ada@example.com\r\ncora@example.com' --batch "$index" email
prints "answers each" "eligible${tab}gold
not listed"
check "an empty batch" 0 lookup '' --batch "$index" email
holds "answers nothing" test ! -s "$out"
check "a batch with invalid lines ends with 3" 3 lookup '\nada@example.com\n \nx\n' --batch "$index" email
prints "and answers all of them" "invalid${tab}empty
eligible${tab}gold
invalid${tab}empty
invalid${tab}e-mail address without @"
check "a batch of composites" 3 lookup 'Ada Ashdown\t1990.02.03\nAda Ashdown\nBen Birkwood\t19801231\n\t\n1\t2\t3\n' \
    --batch "$index" person
prints "takes each apart" "eligible${tab}gold
invalid${tab}wrong number of parts
eligible
invalid${tab}part 1: empty
invalid${tab}wrong number of parts"
long_lines() {
    for bytes in 8199 8200 8201 8202 262143 262144 262145 1000000; do
        printf 'ada@example.com\n'
        head -c $bytes /dev/zero | tr '\0' a
        printf '\n'
    done
    printf 'ben@example.com\n'
    head -c 600000 /dev/zero | tr '\0' '\t'
}
long_lines > "$dir/lines"
check_lines() { "$lookup" --secret "$secret" --batch "$index" email < "$dir/lines"; }
check "over-long lines in a batch" 3 check_lines
holds "each is one line" test "$(wc -l < "$out")" -eq 18
holds "each is too long" test "$(grep -cxF "invalid${tab}too long" "$out")" -eq 9
holds "and none hides the one after it" test "$(grep -cxF "eligible${tab}gold" "$out")" -eq 8

seq 1 20000 | awk '{ print $1 % 7 == 0 ? "ada@example.com" : $1 % 5 == 0 ? "x" $1 : "cora" $1 "@example.com" }' > "$dir/many"
check_many() { "$lookup" --secret "$secret" --batch "$index" email < "$dir/many"; }
check "a batch of 20,000 lines" 3 check_many
awk -v t="$tab" '{ print /^ada/ ? "eligible" t "gold" : /^x/ ? "invalid" t "e-mail address without @" : "not listed" }' \
    "$dir/many" > "$dir/expected.many"
same "answers in order" "$out" "$dir/expected.many"

# Who asks one line at a time is answered one line at a time.
mkfifo "$dir/questions" "$dir/answers"
"$lookup" --secret "$secret" --batch "$index" email < "$dir/questions" > "$dir/answers" &
pid=$!
exec 3> "$dir/questions" 4< "$dir/answers"
printf 'ada@example.com\n' >&3
holds "a batch answers the first line before the second is asked" \
    timeout 10 sh -c 'read -r answer <&4 && test "$answer" = "$0"' "eligible${tab}gold"
printf 'cora@example.com\n' >&3
holds "and then the second" timeout 10 sh -c 'read -r answer <&4 && test "$answer" = "not listed"'
exec 3>&- 4<&-
wait $pid

# ---- The window ----

check "an index that is not open yet" 0 compile "$index" --not-before 2999-01-01T00:00:00Z
ask "answers: not open" 4 "not open" email ada@example.com
ask "and so for who is not listed" 4 "not open" email cora@example.com
ask "and for what is invalid" 4 "not open" email cora
check "in a batch each line is so" 0 lookup "$lines" --batch "$index" email
prints "not open" "not open
not open
not open"
check "as JSON" 4 lookup 'ada@example.com\n' --json "$index" email
prints "not open as JSON" '{"verdict": "not open"}'
check "an index whose time is over" 0 compile "$index" --not-after 2001-01-01T00:00:00Z
ask "answers: closed" 4 closed email ada@example.com
check "and so in a batch" 0 lookup 'ada@example.com\n' --batch "$index" email
prints "closed in a batch" closed
check "an index within its window" 0 compile "$index" --not-before 2001-01-01T00:00:00+09:00 \
    --not-after 2999-01-01T00:00:00Z
ask "answers" 0 "eligible${tab}gold" email ada@example.com

# ---- Cannot answer ----

cannot() { # name, reason, arguments: one identifier, a batch, and JSON alike
    name=$1 reason=$2
    shift 2
    for way in "" --batch --json; do
        # shellcheck disable=SC2086  # nothing, or a word
        printf 'ada@example.com\n' | "$lookup" $way "$@" > "$out" 2> "$err"
        code=$?
        if [ $code -eq 5 ] && [ ! -s "$out" ] && grep -q '^elig-lookup: ' "$err" && grep -qF -e "$reason" "$err" &&
            ! grep -qi -e ada "$err"; then
            passed "$name: cannot answer ${way:-one}"
        else
            failed "$name: cannot answer ${way:-one}" "exit code $code, expected 5, no answer, and '$reason'"
            show "$out"
            show "$err"
        fi
    done
}
(umask 077 && printf 'elig-secret-1 %s%s\n' $fixed_salt 100102030405060708090a0b0c0d0e0f > "$dir/wrong")
cannot "a wrong secret" "the secret is not this index's secret" --secret "$dir/wrong" "$index" email
cannot "no secret" "needs its secret" "$index" email
cannot "a missing secret" "No such file" --secret "$dir/none" "$index" email
cannot "a missing index" "No such file" --secret "$secret" "$dir/none" email
cannot "a folder" "$dir/tmp" --secret "$secret" "$dir/tmp" email
cannot "an empty file" "not an elig index" --secret "$secret" /dev/null email
cannot "the list itself" "not an elig index" --secret "$secret" "$list" email

size=$(stat -c %s "$index")
for length in 1 8 100 4095; do
    head -c $length "$index" > "$dir/cut"
    cannot "an index of $length bytes" "$dir/cut" --secret "$secret" "$dir/cut" email
done
for length in 4096 4097 8191 8192 $((size - 4096)) $((size - 1)); do
    head -c "$length" "$index" > "$dir/cut"
    cannot "an index cut to $length bytes" "truncated" --secret "$secret" "$dir/cut" email
done
{ cat "$index" && printf x; } > "$dir/longer"
cannot "an index with a byte more" "bytes after its end" --secret "$secret" "$dir/longer" email
{ cat "$index" && head -c 4096 /dev/zero; } > "$dir/longer"
cannot "an index with a page more" "bytes after its end" --secret "$secret" "$dir/longer" email

# A change of the header, at an offset, to bytes given in hexadecimal, with the header's hash made right again.
forge() { # file, offset, bytes
    python3 - "$index" "$@" << 'END'
import hashlib
import sys

source, target, offset, new = sys.argv[1:]
file = bytearray(open(source, "rb").read())
file[int(offset):int(offset) + len(new) // 2] = bytes.fromhex(new)
file[4000:4032] = hashlib.blake2b(file[:4000], digest_size=32, salt=bytes(16), person=b"elig header     ").digest()
open(target, "wb").write(file)
END
}
forge "$dir/forged" 0 89454c4947
same "a header forged to what it was is what it was" "$dir/forged" "$index"
forge "$dir/forged" 8 03000000
cannot "a later format version" "format version" --secret "$secret" "$dir/forged" email
forge "$dir/forged" 8 01000000
cannot "an earlier format version" "format version" --secret "$secret" "$dir/forged" email
forge "$dir/forged" 12 03000000
cannot "a later rules version" "rules version" --secret "$secret" "$dir/forged" email
forge "$dir/forged" 12 01000000
cannot "an earlier rules version" "rules version" --secret "$secret" "$dir/forged" email
forge "$dir/forged" 12 00000000
cannot "rules version 0" "rules version" --secret "$secret" "$dir/forged" email
forge "$dir/forged" 16 04000000
cannot "another profile" "profile" --secret "$secret" "$dir/forged" email
forge "$dir/forged" 16 ff000000
cannot "an unknown profile" "profile" --secret "$secret" "$dir/forged" email
forge "$dir/forged" 1000 01
cannot "a byte where none should be" "damaged" --secret "$secret" "$dir/forged" email

# ---- One flipped bit ----

flip() { # file, offset, bit
    python3 -c 'import sys
file = bytearray(open(sys.argv[1], "rb").read())
file[int(sys.argv[3])] ^= 1 << int(sys.argv[4])
open(sys.argv[2], "wb").write(file)' "$index" "$@"
}
# With one leaf, every page of the file is used by every lookup: header, dictionary, leaf.
offset=0
while [ $offset -lt "$size" ]; do
    flip "$dir/flipped" $offset $((offset % 8))
    cannot "bit $((offset % 8)) of byte $offset flipped" "$dir/flipped" --secret "$secret" "$dir/flipped" email
    offset=$((offset + 1163))
done

# With many leaves, who does not need the page is answered rightly, and who does is not answered.
"$people" --rows 3000 --plain > "$list"
check "a list of many pages" 0 "$build" compile --quiet --secret "$secret" --salt $fixed_salt \
    --kind email=email:email -o "$index" "$list"
"$people" --rows 40 --plain --identifiers email > "$dir/members"
"$people" --rows 40 --plain --outsiders --identifiers email > "$dir/outsiders"
size=$(stat -c %s "$index")
one_by_one() { # file of identifiers, the right answer, the right code
    while read -r line; do
        answer=$(printf '%s\n' "$line" | "$lookup" --secret "$secret" "$dir/flipped" email 2> "$err")
        code=$?
        case "$code:$answer" in
        "$3:$2") right=$((right + 1)) ;;
        5:) none=$((none + 1)) ;;
        *) wrong=$((wrong + 1)) ;;
        esac
    done < "$1"
}
flip "$dir/flipped" $((size / 4096 / 2 * 4096 + 1000)) 0
right=0 none=0 wrong=0
one_by_one "$dir/members" eligible 0
one_by_one "$dir/outsiders" "not listed" 1
holds "with one page damaged no answer is wrong ($right right, $none none)" test $wrong -eq 0
holds "with one page damaged most are answered, and some are not" test $right -gt $none -a $none -gt 0
check_flipped() { "$lookup" --secret "$secret" --batch "$dir/flipped" email < "$dir/members"; }
check "a batch stops there" 5 check_flipped
says "and says why" "damaged"
holds "what it answered before is right" test "$(others "$out" eligible)" -eq 0

# ---- A terminal ----

index=$dir/terminal
printf 'email,name,birth,status\nada@example.com,Ada Ashdown,1990-02-03,gold\n' > "$list"
check "an index for the terminal" 0 compile "$index"
at_terminal() { # input as printf takes it, arguments
    # shellcheck disable=SC2059  # it is a format
    printf "$1" > "$dir/typed"
    shift
    python3 tests/tools/terminal.py "$dir/typed" "$lookup" --secret "$secret" "$@"
}
check "at a terminal" 0 at_terminal 'ada@example.com\n' "$index" email
holds "it prompts" grep -qF "email (email): " "$out"
holds "and answers" grep -qF "eligible${tab}gold" "$out"
check "at a terminal, a composite" 0 at_terminal 'Ada Ashdown\n19900203\n' "$index" person
holds "it prompts for the first part" grep -qF "person, part 1 of 2 (text): " "$out"
holds "it prompts for the second part" grep -qF "person, part 2 of 2 (date): " "$out"
holds "and answers for both" grep -qF "eligible${tab}gold" "$out"
check "at a terminal, not listed" 1 at_terminal 'cora@example.com\n' "$index" email
check "at a terminal, an empty line" 3 at_terminal '\n' "$index" email
check "at a terminal, the end of input" 3 at_terminal '\004' "$index" email

# ---- --info ----

check "--info needs no secret" 0 "$lookup" --info "$index"
holds "--info counts" grep -qE '^identifiers +2$' "$out"
check "--info as JSON" 0 "$lookup" --info --json "$index"
holds "is JSON" python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["identifiers"] == 2' "$out"
check "--info of what is no index" 5 "$lookup" --info "$list"
