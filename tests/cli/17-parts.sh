# SPDX-License-Identifier: Apache-2.0
# Goal: tools/scale/split_csv.py cuts a list at ends of rows and nowhere else, whatever is in quotes, so that the
# sets of the parts assemble to the index of the whole.
. tests/cli/prelude.sh

secret=$dir/secret
fixed_secret "$secret"
split() { python3 tools/scale/split_csv.py "$@"; }

# Cuts $dir/list.csv into a number of parts, and compares what becomes of them with what becomes of the list.
parts_agree() { # name, parts, options of split_csv.py, options of elig-build...
    name=$1 count=$2 split_options=$3
    shift 3
    check "$name: the list compiles" 0 "$build" compile --quiet --secret "$secret" --salt $fixed_salt --skip-invalid=100% \
        -o "$dir/whole" "$@" "$dir/list.csv"
    # shellcheck disable=SC2086  # words are wanted
    check "$name: it is cut" 0 split --parts "$count" $split_options "$dir/list.csv" "$dir/part"
    part=0
    while [ $part -lt "$count" ]; do
        "$build" digest --quiet --secret "$secret" --salt $fixed_salt --skip-invalid=100% --allow-empty email \
            -o "$dir/part-$part.eligd" "$@" "$dir/part-$part.csv" 2> "$err" || failed "$name: part $part is digested" "$(head -n 1 "$err")"
        part=$((part + 1))
    done
    check "$name: the sets assemble" 0 "$build" assemble --quiet --label-minimum 1 -o "$dir/again" "$dir"/part-*.eligd
    same "$name: to the same bytes" "$dir/whole" "$dir/again"
    rm -f "$dir"/part-* "$dir/whole" "$dir/again"
}
email="--kind email=email:email"

"$people" --rows 3000 --seed 17 --malformed 2 --duplicates 3 --empty 5 --labels > "$dir/list.csv"
for count in 1 8 30; do
    parts_agree "a messy list in $count parts" $count "" $email --kind phone=phone:phone/KR \
        --kind person=name:text/compact+birth:date --label status
done

# Rows whose quotes and line ends are where a cut by lines or by pairs of quotes would break a row.
nasty() { # line end, delimiter
    python3 - "$1" "$2" << 'END_OF_PYTHON'
import sys

end, delimiter = (text.encode().decode("unicode_escape") for text in sys.argv[1:])
out = "email" + delimiter + "note" + end
for n in range(400):
    note = ['5" disk', '"a' + end + 'b"', '""', '"' + end + end + '"', '"say ""hi""' + end + '"', '"""' + end + '"""', end][n % 7]
    out += f"person{n}@example.com" + delimiter + note + end
    if n % 50 == 0:
        out += end * 3
sys.stdout.buffer.write(out.encode())
END_OF_PYTHON
}
nasty '\n' , > "$dir/list.csv"
parts_agree "rows that end with LF" 7 "" $email
nasty '\r\n' , > "$dir/list.csv"
parts_agree "rows that end with CR LF" 7 "" $email
nasty '\r' , > "$dir/list.csv"
parts_agree "rows that end with CR" 7 "" $email
nasty '\n' '\t' > "$dir/list.csv"
parts_agree "tabs" 7 "--delimiter tab" --delimiter tab $email
nasty '\n' ';' > "$dir/list.csv"
parts_agree "semicolons" 7 "--delimiter ;" --delimiter ';' $email
nasty '\n' , | tail -n +2 > "$dir/list.csv"
parts_agree "no header" 7 --no-header --no-header --kind email=1:email
(printf '\357\273\277\n' && nasty '\r\n' ,) > "$dir/list.csv"
parts_agree "a byte order mark and an empty line" 7 "" $email
nasty '\n' , | head -c -1 > "$dir/list.csv"
parts_agree "no line end at the end" 7 "" $email
printf 'email\na@example.com\n' > "$dir/list.csv"
parts_agree "more parts than rows" 5 "" $email

# Line numbers, modes, refusals.
printf 'email,note\n\na@example.com,"x\ny"\nb@example.com,\nnone,\n' > "$dir/list.csv"
check "a list of three rows" 0 split --parts 3 "$dir/list.csv" "$dir/part"
holds "its last part says where its lines were" grep -qF "part-2.csv: 6 bytes of rows; its line L is line L + 4" "$out"
holds "that is so" test "$(sed -n 2p "$dir/part-2.csv")" = "$(sed -n 6p "$dir/list.csv")"
holds "parts are their owner's only" test "$(stat -c %a "$dir/part-0.csv")" = 600
printf '' > "$dir/list.csv"
check "an empty list is refused" 1 split "$dir/list.csv" "$dir/part"
says "an empty list is refused: the reason" "is empty"
printf 'email' > "$dir/list.csv"
check "a list of one unfinished row is refused" 1 split "$dir/list.csv" "$dir/part"
printf 'email\na@example.com\n' | iconv -t UTF-16 > "$dir/list.csv"
check "UTF-16 is refused" 1 split "$dir/list.csv" "$dir/part"
says "UTF-16 is refused: the reason" "convert it with iconv first"
check "a list that is not there is refused" 1 split "$dir/nothing.csv" "$dir/part"
check "no parts are refused" 2 split --parts 0 "$dir/list.csv" "$dir/part"
check "a quote as delimiter is refused" 2 split --delimiter '"' "$dir/list.csv" "$dir/part"
