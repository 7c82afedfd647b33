#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# elig-build inspect: on each list it names what is wrong, never what stands in a cell; and the file of options that it
# writes compiles sound lists as they stand.
. tests/cli/prelude.sh

fixed_secret "$dir/secret"
mkdir "$dir/lists"
python3 tests/tools/inspected_lists.py "$dir/lists" || exit 1
cd "$dir/lists" || exit 1

# Content of cells.
content='lotus|cedar|mail[0-9]\.example|010-[0-9]|090-[0-9]|nick[a-j]|김서준|佐藤|Müller|Yıldız|王晓明|Wójcik|gold|19[5-9][0-9]-|2000[0-9]{4}'

inspect() { # list, exit code, options...: the list is inspected, and content of cells is not printed
    list=$1 expected=$2
    shift 2
    rm -f campaign
    check "$list is inspected" "$expected" "$build" inspect --write-config campaign "$@" "$list"
    cat campaign >> "$out" 2> "$dir/holds"
    fails "(no content)" grep -qE "$content" "$out" "$err"
}

finds() { # text: the report or the file of options contains it
    holds "$list: $1" grep -qF -e "$1" "$out"
}

# ---- Sound lists ----

sound() { # list, rows, options that the file has...
    inspect "$1" 0
    rows=$2
    shift 2
    finds "nothing is refused"
    for text in "$@"; do finds "$text"; done
    check "$list is compiled with that file" 0 "$build" compile --config campaign --secret "$dir/secret" \
        --salt $fixed_salt --report report.json --quiet -o "$dir/$list.elig" "$list"
    holds "all of its rows" grep -q "\"rows\": $rows," report.json
}

secret=$dir/secret
sound sound-utf8.csv 300 "kind email=mail:email" "kind phone=phone:phone/KR"
index=$dir/sound-utf8.csv.elig
ask "somebody on the list is found" 0 "eligible" email lotus.cedar000001@mail1.example.org
sound sound-mark.csv 300 "with a byte order mark" "kind email=mail:email"
sound sound-cp949.csv 300 "encoding CP949"
sound sound-cp932.csv 300 "encoding CP932" "kind phone=phone:phone/JP"
sound sound-1252.csv 300 "encoding windows-1252" "delimiter ;" "person=name:text/compact+birth:date"
sound sound-1254.csv 300 "encoding windows-1254"
sound sound-1250.csv 300 "encoding windows-1250" "delimiter |"
sound sound-gb18030.csv 300 "encoding GB18030"
sound sound-utf16.csv 300 "encoding UTF-16" "delimiter tab"
sound sound-no-header.csv 300 "no-header" "kind email=1:email" "kind phone=2:phone/KR"
sound sound-person.csv 300 "kind person=name:text/compact+birth:date"
sound sound-quoted.csv 300 "fields are quoted" "300 of several lines, the first at line 2"
sound sound-members.csv 300 "kind number=member:digits"
sound sound-tiers.csv 300 "# label tier"

# ---- The lists of which people were lost ----

sound stray.tsv 40 "give --quote none; lines: 4, first at lines 2, 14, 26" "quote none"
sound stray-large.tsv 100000 "fields are not quoted, and some begin with a quote" "quote none"
inspect header-only.csv 1
finds "refused: it has no rows"
inspect gzip.csv 1
finds "compressed with gzip"
inspect zstd.csv 1
finds "compressed with zstd"
inspect xlsx.csv 1
finds "Excel workbook"
inspect lines.json 1
finds "it is JSON"
inspect sep.csv 1
finds "'sep='"
inspect titles.csv 1
finds "2 lines above the header have another number of fields"
inspect cp949-names.csv 0
finds "encoding: CP949 probably"
inspect empty-column.csv 0
finds "column 2 'phone': 300 cells, 300 empty: all"
fails "and is no kind" grep -q "kind phone" campaign
inspect cut.csv 1
finds "the last row has no line end: is the list whole?"
finds "another number of fields than the first, 1, at line 301"
inspect twice.csv 1
finds "the header once more: were two lists put together?, 1, at line 102"
inspect placeholder.csv 0
finds "(a placeholder makes strangers eligible)"
holds "with the line of its first row" grep -qE 'in at least (99[0-9][0-9]|10000) rows, the first at line 3 ' "$out"
inspect photo.csv 1
finds "row of more than a mebibyte, 1, at line 52"
sound blanks.csv 300 "kind email=Email:email" "kind phone=Phone:phone/KR"

sound decomposed.csv 300 "kind email="
inspect extended-cp949.csv 1
finds "encoding: CP949 perhaps"
finds "to be decided: encoding:"
fails "and no encoding is active" grep -q "^encoding" campaign
inspect extended-cp949.csv 0 --encoding MS949
finds "encoding: MS949, as given"
inspect extended-cp949.csv 0 --encoding EUC-KR
says "an encoding that does not fit is said" "places it is not EUC-KR: is it another encoding?"
inspect unclosed.csv 1
says "a quote that is never closed is said" "a quote is never closed, in the row that starts at line 302"
finds "refused: fields are quoted, and stray quotes are not closed; lines: 1, at line 302"
finds "refused: a list cannot be read so"

# ---- What only the owner knows ----

lists_nothing() { # the file of options has no kind but in comments, and cannot be used by accident
    fails "$list: no kind is active" grep -q "^kind" campaign
    check "$list is not compiled with that file" 2 "$build" compile --config campaign --secret "$dir/secret" \
        --quiet -o "$dir/none.elig" "$list"
}

inspect plain-phones.csv 1
finds "to be decided: column 'phone': phone numbers that fit regions of"
finds "give --region"
lists_nothing
inspect plain-phones.csv 0 --region KR
finds "kind phone=phone:phone/KR"
sound plain-phones-names.csv 300 "kind phone=phone:phone/KR"
inspect lost-zeros.csv 1
finds "to be decided: column '전화'"
fails "and is not suggested as digits" grep -q "digits" campaign
lists_nothing
inspect seoul.csv 1 --region KR
finds "300 of 300 cells: phone numbers that lack their leading zero"
finds "300 lack their leading zero"
fails "and is not suggested as digits" grep -q "digits" campaign
inspect ranges.csv 1 --region KR
finds "300 of 300 cells: phone numbers with a second one after them, or a range"
fails "and is no active kind" grep -q "^kind phone" campaign
inspect two-phones.csv 0
finds "kind phone=phone:phone/KR/several"
inspect no-name.csv 1
finds "phone numbers, or others such as those of members"
finds "# kind number=1:digits"
lists_nothing
inspect lengths.csv 1
finds "# kind number=member:digits"
sound month-first.csv 300 "kind person=name:text/compact+birth:date/mdy"
sound serial-dates.csv 300 "kind person=name:text/compact+birth:date/serial"
for list in either-way both-ways; do
    inspect $list.csv 1
    finds "# kind person=name:text/compact+birth:date/dmy"
    finds "# kind person=name:text/compact+birth:date/mdy"
    lists_nothing
done
inspect bad-day.csv 1
finds "kind person=name:text/compact+birth:date/dmy"
finds "refused: person, column birth: date that is not in the calendar, 1, at line 79"

# ---- Others ----

inspect floats.csv 1
finds "300 of 300 cells: numbers with a decimal point and zeros"
fails "and is not suggested as a number" grep -q "member:digits" campaign
inspect exponents.csv 1
finds "100 of 300 cells: numbers with an exponent"
inspect several.csv 0
finds "30 of 300 cells: several identifiers in a cell, first at lines 7, 17, 27"
finds ":email/several"
sound day-first.csv 300 "168 of 300 cells: dates with the day first" "date/dmy: all" \
    "kind person=name:text/compact+birth:date/dmy"
inspect short-years.csv 1
finds "300 of 300 cells: dates with a year of two digits"
finds "# kind person=name:text/compact+birth:date/ymd=NN"
finds "# To be decided: column 'birth': years of two digits"
inspect serials.csv 0
finds "300 of 300 cells: numbers of five digits, which may be a spreadsheet's dates"
inspect mixed-quotes.csv 1
finds "stray quotes are not closed; lines: 6, first at lines 9, 59, 109"
inspect widths.csv 1
finds "row with another number of fields than the first, 3, at lines 52, 152, 252"
inspect lost.csv 0
finds "200 of 300 cells: a replacement character"
finds "100 of 300 cells: question marks inside words"
inspect half-cp949.csv 0
finds "lines that are not UTF-8: 1, at line 151"
inspect apostrophes.csv 1
finds "300 of 300 cells: an apostrophe before the text"
inspect binary.csv 1
finds "none of the encodings that were tried"

# ---- Lists that mislead: nothing is listed in place of what cannot be ----

misleads() { # list, text of the decision
    inspect "$1" 1
    finds "to be decided: $2"
    lists_nothing
}

misleads braces.csv "column 'email': it is not listed; of its 300 cells, 300 are texts with an '@'"
misleads half.csv "column '연락처': it is not listed; of its 300 cells, 150 are texts with an '@'"
misleads float-members.csv "column '회원번호': it is not listed; of its 300 cells, 300 are numbers with a decimal point"
misleads times.csv "column '생년월일': it is not listed; of its 300 cells, 300 are dates with a time of day"
misleads rounded.csv "column '카드번호': it is not listed; of its 300 cells, 300 are numbers of more than 15 digits"
misleads buddhist.csv "column '생년월일': 300 of 300 dates are before 1850 or in the future"
misleads channels.csv "column 1: a text alone"
misleads caret.txt "delimiter: each line is one field, and '^' stands"
misleads colon.txt "delimiter: each line is one field, and ':' stands"
misleads wide-comma.txt "delimiter: each line is one field, and '，' stands"
misleads fixed-width.txt "delimiter: each line is one field, with several blanks"
inspect contacts.vcf 1
finds "it is a vCard file"
inspect people.ldif 1
finds "it is LDIF"
inspect three-mails.csv 1
finds "to be decided: columns 'E-mail work', 'E-mail home': further values of the kind email, which are not listed"
finds "# kind email-2=E-mail work:email"
inspect ambiguous-beside-mail.csv 1
finds "to be decided: column 'birth': dates may have the day or the month first"
sound name-cp1253.csv 300 "encoding windows-1253"
sound name-iso8859-8.csv 300 "encoding windows-1255"
sound name-iso8859-2.csv 300 "encoding ISO-8859-2"
sound name-koi8-r.csv 300 "encoding KOI8-R"
sound name-cp1250.csv 300 "encoding windows-1250"
sound name-iso8859-6.csv 300 "encoding ISO-8859-6"
misleads one-letter.csv "encoding: compare some names"

# ---- The command ----

check "several lists of one form" 0 "$build" inspect sound-utf8.csv sound-mark.csv
holds "are read with the options of the first" grep -q "  600 rows are read" "$out"
holds "which are printed if no file is named" grep -q "    kind email=mail:email" "$out"
check "a list of other columns" 1 "$build" inspect sound-utf8.csv other-columns.csv
holds "is said to be one" grep -q "other-columns.csv: differs from sound-utf8.csv in columns" "$out"
inspect sound-utf8.csv 0 --region US --region KR
finds "kind phone=phone:phone/KR"
inspect sound-utf16.csv 0 --encoding UTF-16 --delimiter tab
finds "encoding: UTF-16, as given"
inspect sound-utf8.csv 1 --no-header
finds "header: none"
check "standard input is refused" 2 "$build" inspect -
says "since lists are read more than once" "lists are read more than once"
check "so is no list" 2 "$build" inspect
check "and a region that does not exist" 2 "$build" inspect --region XX sound-utf8.csv
check "and a file of options that is the list" 2 "$build" inspect --write-config sound-utf8.csv sound-utf8.csv
check "a list that is missing is named" 5 "$build" inspect missing.csv
says "with the reason" "read missing.csv: No such file"
