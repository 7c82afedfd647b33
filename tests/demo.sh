#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make demo` shows: from a messy list of customers to one file that holds none of them in the clear, and
# the answers from that file. All people are invented. Ends with 1 if any answer is not the expected one.
#
# BUILD     the folder with the programs (default build)
# DEMO_DIR  a folder to keep the files in; by default they are removed at the end
set -eu
umask 022
export LC_ALL=C.UTF-8

BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
if [ -n "${DEMO_DIR:-}" ]; then
    mkdir -p "$DEMO_DIR"
else
    DEMO_DIR=$(mktemp -d)
    trap 'rm -rf "$DEMO_DIR"' EXIT
    trap 'exit 130' INT TERM
fi
PATH=$BUILD:$PATH
people=$BUILD/tests/tools/people
cd "$DEMO_DIR"
rm -f customers.csv campaign.secret campaign.elig report.json audit.txt audit.json audit.html
tab=$(printf '\t')
wrong=0

title() {
    printf '\n%s\n' "$1"
}

# Shows a command and runs it.
run() {
    printf '$ %s\n' "$*"
    "$@"
}

# Looks up one identifier, which goes to standard input, and compares the answer.
ask() { # what it shows, kind, identifier, expected answer
    answer=$(printf '%s\n' "$3" | elig-lookup --secret campaign.secret campaign.elig "$2") || [ $? -le 4 ]
    printf '  %-30s %-7s %s%s%s\n' "$1" "$2" "$(printf '%s' "$3" | tr '\t' '/')" " -> " "$(printf '%s' "$answer" | tr '\t' ' ')"
    if [ "$answer" != "$4" ]; then
        echo "  WRONG: this should be: $4"
        wrong=$((wrong + 1))
    fi
}

title "1. A list of customers, as messy as exports are: 100,000 rows, some twice, some malformed, some half empty."
printf '$ people --rows 100000 --malformed 1 --duplicates 3 --empty 5 --labels > customers.csv\n'
"$people" --rows 100000 --malformed 1 --duplicates 3 --empty 5 --labels > customers.csv
printf 'Z1,Seoyeon.Kim@Example.COM,010-5555-0101,김서연,1990.02.03,voucher-50000\n' >> customers.csv
printf 'Z2,ada.ashdown@example.org,+82 10 5555 0103,Ada Ashdown,1985-12-31,\n' >> customers.csv
ls -l customers.csv | awk '{ print "  " $5 " bytes of personal data" }'
head -n 4 customers.csv | sed 's/^/  /'

title "2. A secret. Without it no one can look anything up in the index, or test a guess."
run elig-build keygen secret campaign.secret

title "3. The list becomes an index: three kinds of identifier, malformed ones left out and reported by line."
run elig-build compile --secret campaign.secret --kind email=email:email --kind phone=phone:phone/KR \
    --kind person=name:text/compact+birth:date --label status --campaign incident-2026 \
    --skip-invalid=10% --report report.json -o campaign.elig customers.csv 2> messages || { cat messages; exit 1; }
grep -v -e ': line ' -e ' more, all of them in the report' messages | sed 's/^/  /'
echo "  The first malformed rows of five sorts, each above what elig-build says of it, which repeats nothing of the row:"
# The row that begins in a line of the list, in one line, whatever line ends are in its cells.
row() { # number of the line
    tail -n "+$1" customers.csv | tr -d '\r' |
        awk '{ row = row (NR > 1 ? " " : "") $0 } gsub(/"/, "\"", row) % 2 == 0 { print row; exit }'
}
grep ': line ' messages | grep -v -e 'control character' -e 'not valid text' |
    awk -F ': line ' '{ reason = $2; sub(/^[0-9]*/, "", reason) } !seen[reason]++ && n++ < 5 { print $2 }' |
    while IFS=: read -r line reason; do
        printf '    %s\n      line %s:%s\n' "$(row "$line")" "$line" "$reason"
    done
sed -n 's/^elig-build: \(\.\.\. and .*\)/    \1/p' messages

title "4. What anyone who has the file can read in it."
run elig-lookup --info campaign.elig | sed '2,$s/^/  /'

title "5. One person in many spellings."
ask "as in the list" email 'Seoyeon.Kim@Example.COM' "eligible${tab}voucher-50000"
ask "in lower case" email 'seoyeon.kim@example.com' "eligible${tab}voucher-50000"
ask "in full-width letters" email 'ｓｅｏｙｅｏｎ．ｋｉｍ＠ｅｘａｍｐｌｅ．ｃｏｍ' "eligible${tab}voucher-50000"
ask "as in the list" phone '010-5555-0101' "eligible${tab}voucher-50000"
ask "from abroad" phone '+82 10-5555-0101' "eligible${tab}voucher-50000"
ask "without the plus" phone '82-10-5555-0101' "eligible${tab}voucher-50000"
ask "in full-width digits" phone '０１０５５５５０１０１' "eligible${tab}voucher-50000"
ask "name and birth date" person "김서연${tab}1990-02-03" "eligible${tab}voucher-50000"
ask "the name decomposed" person \
    "$(printf '\341\204\200\341\205\265\341\206\267\341\204\211\341\205\245\341\204\213\341\205\247\341\206\253\t19900203')" \
    "eligible${tab}voucher-50000"

title "6. Others: on the list without a label, almost on the list, not on it, and not even an identifier."
ask "somebody else" email 'ADA.ASHDOWN@EXAMPLE.ORG' eligible
ask "somebody else" person "ada ashdown${tab}1985/12/31" eligible
ask "another digit" phone '010-5555-0102' "not listed"
ask "another domain" email 'seoyeon.kim@example.net' "not listed"
ask "another birth date" person "김서연${tab}1990-03-02" "not listed"
ask "without @" email 'seoyeon.kim' "invalid${tab}e-mail address without @"
ask "a letter O for a zero" phone 'O10-5555-0101' \
    "invalid${tab}phone number with a character that is no digit or separator"
ask "no such day" person "김서연${tab}1990-02-30" "invalid${tab}part 2: date that is not in the calendar"

title "7. All others on the list, each in another spelling than there, and the same number of outsiders."
for kind in email phone person; do
    for who in "" --outsiders; do
        # shellcheck disable=SC2086  # nothing, or a word
        "$people" --rows 100000 --malformed 1 --duplicates 3 --empty 5 $who --identifiers $kind > questions
        elig-lookup --secret campaign.secret --batch campaign.elig $kind < questions > answers
        right=$(grep -c "^$([ -n "$who" ] && echo "not listed\$" || echo eligible)" answers || true)
        asked=$(wc -l < questions)
        printf '  %-7s %6d %-9s %6d of them %s\n' $kind "$asked" "$([ -n "$who" ] && echo outsiders || echo listed)" "$right" \
            "$([ -n "$who" ] && echo "not listed" || echo eligible)"
        [ "$right" -eq "$asked" ] || wrong=$((wrong + 1))
    done
done
rm -f questions answers messages

title "8. An audit with the list and the secret: every byte explained, nothing in the clear, and what a guess costs."
run elig-audit --secret campaign.secret --against customers.csv --kind person=name+birth --label status \
    --skip-invalid=10% -o audit.txt -o audit.json -o audit.html campaign.elig || wrong=$((wrong + 1))
sed -n '/^[A-Z]* .* checks: /,$p' audit.txt | sed -n 1p | sed 's/^/  /'
for check in plaintext.listed plaintext.hashes attacker.insider proof.members proof.rebuild list.rows list.build structure.capacity; do
    sed -n "/^[A-Z]*  $check /,/^      How:/{ /^      How:/d; p; }" audit.txt | sed 's/^/  /'
done

if [ $wrong -ne 0 ]; then
    title "$wrong answers were wrong."
    exit 1
fi
title "All answers were right."
