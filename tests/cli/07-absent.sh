# SPDX-License-Identifier: Apache-2.0
# Goal: no one on an --absent list is eligible, however many false positives there are among others; a list that
# contradicts the other, or is too long, is refused.
. tests/cli/prelude.sh

secret=$dir/secret index=$dir/index report=$dir/report
fixed_secret "$secret"
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text/compact+birth:date"
compile() { # options
    # shellcheck disable=SC2086  # words are wanted
    "$build" compile --secret "$secret" --salt $fixed_salt $kinds --fpr 2^-8 -o "$index" "$@" "$dir/list.csv"
}
eligible() { # how many of the absent people are eligible, over all kinds
    for kind in email phone person; do
        "$lookup" --secret "$secret" --batch "$index" $kind < "$dir/$kind"
    done | grep -c '^eligible'
}
"$people" --rows 20000 --seed 8 --plain > "$dir/list.csv"
"$people" --rows 1500 --seed 8 --outsiders > "$dir/absent.csv"
for kind in email phone person; do
    "$people" --rows 1500 --seed 8 --outsiders --identifiers $kind > "$dir/$kind"
done

check "at a false-positive rate of 2^-8 the list compiles" 0 compile --quiet
count=$(eligible)
holds "some of 4,500 outsiders are taken for eligible ($count)" test "$count" -gt 4 -a "$count" -lt 50
cp "$index" "$dir/without"

check "with the outsiders as --absent it compiles" 0 compile --quiet --absent "$dir/absent.csv"
count=$(eligible)
holds "none of them is eligible" test "$count" -eq 0
"$people" --rows 20000 --seed 8 --plain --identifiers email > "$dir/members"
check_members() { "$lookup" --secret "$secret" --batch "$index" email < "$dir/members"; }
check "everybody on the list still gets an answer" 0 check_members
holds "and is eligible" test "$(others "$out" eligible)" -eq 0
same_size() { test "$(stat -c %s "$index")" -eq "$(stat -c %s "$dir/without")"; }
holds "the index is no larger" same_size
cp "$index" "$dir/with"
check "it compiles the same way again, with one thread" 0 compile --quiet --threads 1 --absent "$dir/absent.csv"
same "to the same bytes" "$index" "$dir/with"
head -n 700 "$dir/absent.csv" > "$dir/first.csv"
(head -n 1 "$dir/absent.csv" && tail -n +600 "$dir/absent.csv") > "$dir/second.csv"
check "two lists that overlap compile" 0 compile --quiet --absent "$dir/second.csv" --absent "$dir/first.csv"
count=$(eligible)
holds "and again none of them is eligible" test "$count" -eq 0

# A list may know only some of the kinds; one that knows none is a mistake.
{ echo email && head -n 400 "$dir/email"; } > "$dir/mail.csv"
check "a list with e-mail addresses only compiles" 0 compile --quiet --absent "$dir/mail.csv"
head -n 400 "$dir/email" > "$dir/mail"
check_mail() { "$lookup" --secret "$secret" --batch "$index" email < "$dir/mail"; }
check "those addresses get an answer" 0 check_mail
holds "and none is eligible" test "$(others "$out" "not listed")" -eq 0
rm -f "$index"
printf 'mail\nada@example.com\n' > "$dir/unknown.csv"
check "a list with none of the columns is refused" 1 compile --absent "$dir/unknown.csv"
says "with the file and a column" "unknown.csv: no column '"
absent "and there is no index" "$index"
check "a missing list is refused" 5 compile --absent "$dir/none.csv"
says "and named" "none.csv: No such file"

# ---- On both lists ----

sed -n '1p;201,202p' "$dir/list.csv" > "$dir/both.csv"
"$people" --rows 5 --seed 9 --outsiders --plain | tail -n +2 >> "$dir/both.csv"
check "people on both lists are refused" 1 compile --report "$report" --absent "$dir/mail.csv" --absent "$dir/both.csv"
absent "and there is no index then" "$index"
for kind in email phone person; do
    says "line 2 is named for its $kind" "both.csv: line 2: $kind: identifier of the --absent list that is on the list"
    says "line 3 is named for its $kind" "both.csv: line 3: $kind: identifier of the --absent list that is on the list"
done
holds "and no other is" test "$(grep -c 'both.csv: line' "$err")" -eq 6
fails "--skip-invalid is not offered, since it does not help" grep -q -e --skip-invalid "$err"
check "and --skip-invalid does not help" 1 compile --quiet --skip-invalid --absent "$dir/both.csv"
holds "the report says refused" grep -q '"outcome": "refused"' "$report"
holds "and names the lines of the --absent list" grep -q '"lines": \[2, 3\]' "$report"

# ---- Too long ----

# Seeds and pilots avoid a hundred false positives for each identifier; so it takes much to fail, and a while.
"$people" --rows 3100 --seed 8 --plain > "$dir/short.csv"
"$people" --rows 30000 --seed 8 --outsiders --plain > "$dir/long.csv"
rm -f "$index"
if [ "$SLOW" = 1 ]; then
    "$people" --rows 300000 --seed 8 --outsiders --plain > "$dir/long.csv"
    check "a list too long for the rate is refused" 1 "$build" compile --secret "$secret" --salt $fixed_salt \
        --kind email=email:email --fpr 2^-8 -o "$index" --absent "$dir/long.csv" "$dir/short.csv"
    says "with the reason" "too long"
    says "and what to do" "lower --fpr"
    absent "and there is no index in that case" "$index"
    holds "nothing is left behind" test -z "$(ls -A "$TMPDIR")"
fi
# At the usual rate it is not too long.
# shellcheck disable=SC2086
check "at 2^-32 it is taken" 0 "$build" compile --quiet --secret "$secret" --salt $fixed_salt $kinds -o "$index" \
    --absent "$dir/long.csv" "$dir/short.csv"
if [ "$SLOW" != 1 ]; then
    check "and a shorter one even at 2^-8" 0 compile --quiet --absent "$dir/long.csv"
fi

printf 'email\n' > "$dir/empty.csv"
printf 'email\nada@example.com\n' > "$dir/one.csv"
check "an empty --absent list" 0 "$build" compile --quiet --secret "$secret" --kind email=email:email -o "$index" \
    --absent "$dir/empty.csv" "$dir/one.csv"
check "a --absent list for an empty list" 0 "$build" compile --quiet --secret "$secret" --kind email=email:email \
    --allow-empty email -o "$index" --absent "$dir/one.csv" "$dir/empty.csv"
ask "no one is eligible" 1 "not listed" email ada@example.com

# A line that cannot be read excludes no one: it is as bad as one of the list itself.
rm -f "$index"
printf 'email\nnobody@example.com,extra\nnot-an-address\n"a"b\n' > "$dir/malformed.csv"
check "a malformed list of absent people is refused" 1 compile --report "$report" --absent "$dir/malformed.csv"
says "with the line of a ragged row" "malformed.csv: line 2"
says "with the line of a malformed address" "malformed.csv: line 3: email"
says "with the line of a broken quote" "malformed.csv: line 4"
absent "and there is no index" "$index"
holds "they are in the report" grep -q '"absent_rejected": 3,' "$report"
check "--skip-invalid leaves them out" 0 compile --quiet --skip-invalid --absent "$dir/malformed.csv"
check "a list of some kinds only compiles" 0 compile --absent "$dir/mail.csv"
says "and it is said of which kinds it excludes nothing" "'phone'"
