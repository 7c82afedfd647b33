# SPDX-License-Identifier: Apache-2.0
# Goal: each identifier answers with its label; contradictions are refused or decided as told; a label so rare
# that it would say who somebody is gets refused, without being printed.
. tests/cli/prelude.sh

secret=$dir/secret index=$dir/index list=$dir/list.csv report=$dir/report
fixed_secret "$secret"
compile() { # options; the list is written by the caller
    "$build" compile --secret "$secret" --salt $fixed_salt --kind email=email:email --label status -o "$index" \
        --report "$report" "$@" "$list"
}
rows() { # label, how many, first number
    seq "${3:-1}" $((${3:-1} + $2 - 1)) | sed "s/.*/person&@example.com,$1/"
}

# ---- A dictionary ----

{ echo email,status; rows gold 40; rows silver 30 100; rows '' 20 200; rows ' gold ' 3 300; rows "gold$(printf '\302\240')" 2 303; } > "$list"
check "two labels compile" 0 compile --quiet
ask "the one" 0 "eligible${tab}gold" email person7@example.com
ask "the other" 0 "eligible${tab}silver" email Person107@example.com
ask "none" 0 eligible email person207@example.com
ask "one with white space around it" 0 "eligible${tab}gold" email person302@example.com
ask "one with a no-break space after it" 0 "eligible${tab}gold" email person304@example.com
ask "not listed" 1 "not listed" email person41@example.com
holds "the report counts all who hold it" sh -c 'grep -A1 "\"label\": \"gold\"" "$0" | grep -q "\"identifiers\": 45$"' "$report"
holds "the labels of the report are sorted, so that two reports can be compared" sh -c \
    'grep -o "\"label\": .*" "$0" > "$1" && sort -c "$1"' "$report" "$dir/words"
check "--info" 0 "$lookup" --info "$index"
holds "--info counts labels" grep -qE '^labels +2$' "$out"

{ echo email,status; rows '' 20; } > "$list"
check "only empty labels compile" 0 compile --quiet
ask "and no one has one" 0 eligible email person7@example.com
check "--info of it" 0 "$lookup" --info "$index"
holds "there are no labels" grep -qE '^labels +0$' "$out"

word63=abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-123456789
{ echo email,status; rows $word63 10; rows '환불 대상 🎁' 10 100; rows '"a ""b"", c"' 10 200; } > "$list"
check "long and odd labels compile" 0 compile --quiet
ask "63 bytes" 0 "eligible${tab}$word63" email person1@example.com
ask "Hangul, white space, an emoji" 0 "eligible${tab}환불 대상 🎁" email person101@example.com
ask "quotes and a comma" 0 "eligible${tab}a \"b\", c" email person201@example.com
as_json() { echo person201@example.com | "$lookup" --json --secret "$secret" "$index" email; }
check "as JSON" 0 as_json
prints "with the quotes escaped" '{"verdict": "eligible", "label": "a \"b\", c"}'

{ echo email,status; for i in $(seq 300); do rows "label-$i" 10 $((1000 * i)); done; } > "$list"
check "300 labels compile" 0 compile --quiet
for i in 1 2 128 255 256 257 300; do
    ask "number $i of 300" 0 "eligible${tab}label-$i" email "person$((1000 * i + 9))@example.com"
done

# ---- Contradictions ----

{ echo email,status; rows gold 30; rows silver 20 100; rows silver 1 7; rows gold 1 7; rows '' 1 8; rows bronze 20 110; } > "$list"
rm -f "$index"
check "two labels for one identifier are refused" 1 compile
absent "and there is no index" "$index"
says "with the line of the second" "list.csv: line 52: email: identifier with two labels"
says "and others" "list.csv: line 55: email: identifier with two labels"
holds "eleven lines in all" test "$(grep -c 'identifier with two labels' "$err")" -eq 11
fails "an empty label contradicts none" grep -q 'line 54:' "$err"
says "the message names what would decide" "--label-order"
fails "--skip-invalid is not offered, since it does not help" grep -q -e --skip-invalid "$err"
check "and it does not help" 1 compile --quiet --skip-invalid

check "an order decides" 0 compile --quiet --label-order silver,bronze,gold
ask "the first of the order wins, against one" 0 "eligible${tab}silver" email person7@example.com
ask "and against another" 0 "eligible${tab}silver" email person110@example.com
ask "who has one label keeps it" 0 "eligible${tab}gold" email person9@example.com
ask "a label wins over none" 0 "eligible${tab}gold" email person8@example.com
check "another order decides otherwise" 0 compile --quiet --label-order gold,bronze
ask "the first wins" 0 "eligible${tab}gold" email person7@example.com
ask "a word of the order wins over one that is not in it" 0 "eligible${tab}bronze" email person110@example.com
rm -f "$index"
check "a word that no one holds is refused" 1 compile --quiet --label-order platinum,gold,bronze
says "by name" "refused: no identifier has the label platinum of --label-order; if that is meant, --allow-empty platinum"
absent "and there is no index" "$index"
check "unless it is allowed by name" 0 compile --quiet --label-order platinum,gold,bronze --allow-empty platinum
check "an order that does not know both is refused" 1 compile --quiet --label-order platinum
says "with the lines" "identifier with two labels"

# ---- Rare labels ----

{ echo email,status; rows gold 20; rows secret-deal 9 100; } > "$list"
rm -f "$index"
check "a label of nine people is refused" 1 compile
absent "and there is no index of it" "$index"
says "with the line where it is first" "list.csv: line 22: "
holds "and one line for it" test "$(grep -c 'list.csv: line' "$err")" -eq 1
fails "the label is not printed" grep -rq secret-deal "$out" "$err"
fails "nor is it in the report" grep -q secret-deal "$report"
fails "--skip-invalid is not offered for it, since it does not help" grep -q -e --skip-invalid "$err"
check "and it does not help there" 1 compile --quiet --skip-invalid
check "--label-minimum 9 takes it" 0 compile --quiet --label-minimum 9
ask "and it is there" 0 "eligible${tab}secret-deal" email person100@example.com
{ echo email,status; rows gold 20; rows secret-deal 30 100; rows gold 25 105; } > "$list"
rm -f "$index"
check "a label that is rare once the order has decided" 1 compile --quiet --label-order gold,secret-deal
says "is refused too" "line 22"
absent "without an index" "$index"
# Repeated rows do not count twice.
{ echo email,status; rows gold 20; for i in 1 2 3 4 5; do rows secret-deal 3 100; done; } > "$list"
check "three people in fifteen rows are three" 1 compile --quiet

# ---- Malformed labels ----

{ echo email,status; rows gold 20; rows "${word63}x" 1 100; printf 'cora@example.com,go\001ld\ndale@example.com,go\377ld\n'; } > "$list"
check "malformed labels are refused" 1 compile
for line in 22 23 24; do
    says "with line $line" "list.csv: line $line: row with a label that is too long or not plain text"
done
fails "none of them is printed" grep -q abcdefgh "$err"
check "--skip-invalid leaves those rows out" 0 compile --skip-invalid
says "and how many identifiers that are" "3 identifiers left out with rows that were rejected for their labels"
holds "which is in the report" grep -q '"rejected_with_label": 3,' "$report"
ask "the others are there" 0 "eligible${tab}gold" email person20@example.com
ask "those are not" 1 "not listed" email cora@example.com
seq 70000 | sed 's/.*/person&@example.com,label-&/; 1i email,status' > "$list"
rm -f "$index"
check "70,000 labels are too many" 1 compile --label-minimum 1
says "and the message asks whether the column is right" "--label the right column"
absent "there is no index of them" "$index"
seq 65535 | sed 's/.*/person&@example.com,label-&/; 1i email,status' > "$list"
check "65,535 are not" 0 compile --quiet --label-minimum 1
ask "and the last is there" 0 "eligible${tab}label-65535" email person65535@example.com
