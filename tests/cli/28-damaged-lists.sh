# SPDX-License-Identifier: Apache-2.0
# Goal: a person on a list of damaged form is found, or the list is refused, or the lines are named: stray quotes,
# lists put together, lists without a header, other files, other encodings, lists that were cut.
. tests/cli/prelude.sh

secret=$dir/secret index=$dir/index list=$dir/list.csv
fixed_secret "$secret"
kind=email=email:email
compile() { # options
    "$build" compile --quiet --secret "$secret" --salt $fixed_salt --kind $kind --report "$dir/report" -o "$index" "$@" \
        "$list"
}
refused() { # name, exit code, reason, options; nothing is published over an index that stands there
    name=$1 expected=$2 reason=$3
    shift 3
    rm -f "$index"
    printf 'an index that is in use' > "$index"
    rm -f "$dir/report"
    check "$name: refused" "$expected" compile "$@"
    says "$name: the reason" "$reason"
    holds "$name: the index is left alone" grep -q '^an index that is in use$' "$index"
    [ "$expected" -ne 1 ] || holds "$name: a report of it" grep -q '"outcome": "refused"' "$dir/report"
    rm -f "$index"
}
everybody() { # name; everybody of $dir/members is found, when asked all at once
    check "$1: everybody is found" 0 "$lookup" --secret "$secret" --batch "$index" email < "$dir/members"
    holds "$1: each of them" test "$(grep -c '^eligible' "$out")" -eq "$(wc -l < "$dir/members")"
}

# ---- Stray quotes ----

# A nickname begins with a quote in one row, another ends with one some rows later.
strays() { # rows, every how many of them there is a stray quote, at the beginning and the end by turns
    awk -v rows="$1" -v every="$2" 'BEGIN {
        print "email\tnick\tcity"
        for (i = 1; i <= rows; i++) {
            nick = "n" i
            if (i % every == 0)
                nick = i / every % 2 ? "\"" nick : nick "\""
            print "p" i "@example.com\t" nick "\tc" i
        }
    }'
}
for rows in 2 4 403 102000; do # an even number of quotes, or the last one would be open
    every=$((rows > 403 ? 300 : rows > 4 ? 3 : rows / 2))
    strays $rows $every > "$list"
    cut -f 1 "$list" | tail -n +2 > "$dir/members"
    refused "stray quotes in a list of $rows rows" 1 \
        "$([ $rows -le 403 ] && echo several lines would be rows by themselves || echo row of more lines than --row-lines)" \
        --delimiter tab
    [ $rows -le 4 ] || refused "stray quotes in a list of $rows rows, with --skip-invalid" 1 \
        "and --skip-invalid leaves out at most" --delimiter tab --skip-invalid
    check "without quotes it is read: $rows rows" 0 compile --delimiter tab --quote none
    everybody "without quotes, $rows rows"
done
printf 'email,note\na@example.com,"x\n1012345679.0,y"\nb@,"x\nc@,y"\n' > "$list"
refused "malformed rows behind a stray quote" 1 "lines 4 to 5: row of which several lines would be rows by themselves"
strays 3 1 > "$list" # a quote that is not closed
refused "a stray quote that is never closed" 1 "are fields quoted at all (--quote none)?" --delimiter tab
printf 'email,address\na@example.com,"1 Street\n2 Town\n3 Land"\nb@example.com,"x\ny"\n' > "$list"
printf 'a@example.com\nb@example.com\n' > "$dir/members"
check "honest line breaks pass" 0 compile
everybody "honest line breaks"
refused "and more lines than allowed do not" 1 "lines 2 to 4: row of more lines than --row-lines" --row-lines 2
check "as many as allowed do" 0 compile --row-lines 3
printf "email,note\n'a@example.com','it''s, well'\n'b@example.com',\"x\n" > "$list"
check "another quote" 0 compile --quote "'"
everybody "another quote"
check "no quote is called so" 2 compile --quote ''
check "nor the delimiter" 2 compile --quote ,
says "which is said" "--delimiter and --quote are the same character"

rows=100200
strays $rows 300 > "$list"
cut -f 1 "$list" | tail -n +2 > "$dir/members"
check "100,200 rows with stray quotes, read without quotes" 0 compile --delimiter tab --quote none
everybody "100,200 rows"
refused "read with quotes" 1 "row of more lines than --row-lines" --delimiter tab

# A quote that opens in one row and one that closes at the start of the next: the second person is in the first row.
printf 'email,name,note\nx@example.com,X,x\na@example.com,A,"\nb@example.com,"\nB,b\nc@example.com,C,c\n' > "$list"
refused "two faults in one row" 1 "lines 3 to 5: row with another number of fields"

# ---- Headers ----

printf 'email,name\na@example.com,A\nemail,name\nb@example.com,B\n' > "$list"
refused "two lists put together" 1 "line 3: the header once more" --kind name=name:text
printf 'email,name\na@example.com,A\n email ,name\nb@example.com,B\n' > "$list"
refused "two lists put together, with blanks" 1 "line 3: the header once more"
printf 'email,name\na@example.com,A\n\357\273\277EMAIL,Name\nb@example.com,B\n' > "$list"
refused "two lists put together, in other case and with a mark" 1 "line 3: the header once more"
printf 'email\na@example.com\nb@example.comemail\nc@example.com\n' > "$list"
refused "two lists put together, the first without its last line end" 1 "line 3: the header once more"
kind=email=1:email
printf 'a@example.com,A\nb@example.com,B\n' > "$list"
refused "a list without a header" 1 "the first row holds somebody's identifier"
fails "of which no one is shown" grep -q 'a@example' "$err"
printf 'name,+82 10-1234-5678\nA,+82 10-1234-5679\n' > "$list"
printf '김서연,Seoul\n이도윤,Busan\n' > "$list"
kind=name=1:text
refused "a list of names without a header, by number" 1 "no word of headers: has the list none (--no-header)?"
check "it can be said to have none" 0 compile --no-header
ask "then the first person is found" 0 eligible name 김서연
kind=name=1:exact
refused "a list of codes without a header, by number" 1 "give a column by its name"
printf '이름,city\n김서연,Seoul\n이도윤,Busan\n' > "$list"
check "a list of names with a header, by number" 0 compile
printf 'ten,thanh pho\n김서연,Seoul\n이도윤,Busan\n' > "$list"
refused "a header in another language, by number" 1 "give a column by its name"
kind=name=ten:text
check "a header in another language, by name" 0 compile
printf 'name,+82 10-1234-5678\nA,+82 10-1234-5679\n' > "$list"
kind=phone=2:phone/KR
refused "a header that is a telephone number" 1 "the first row holds somebody's identifier"
kind=email=email:email
printf 'Email ,이름\na@example.com,김서연\nb@example.com,홍길동\n' > "$list"
printf 'a@example.com\nb@example.com\n' > "$dir/members"
check "a header with blanks and capitals, decomposed or not" 0 compile --kind name=이름:text
everybody "a header with blanks and capitals"
printf 'Mail,Name\na@example.com,A\n' > "$list"
refused "a column that is not there" 1 "no column 'email' in the first row: its columns are Mail, Name"
printf 'Kim Lotus,Seoul\nLee Cedar,Busan\n' > "$list"
refused "a list of names without a header" 1 "is not shown, since it may be a person's"
fails "no one of it is shown" grep -q 'Lotus' "$err"
printf 'Kim Lotus,status,Seoul\nLee Cedar,status,Busan\n' > "$list"
refused "one of them with a word as headers have" 1 "is not shown, since it may be a person's"
fails "no one of it is shown, either" grep -q 'Lotus' "$err"
printf 'A Kim,1990-02-03\nB Lee,1991-02-03\n' > "$list"
refused "a column that is not there, of a list without a header" 1 "is not shown, since it may be a person's"
fails "no one is shown there either" grep -q 'Kim' "$err"

# ---- Other files ----

printf 'email\na@example.com\nb@example.com\n' > "$dir/plain.csv"
named() { # name, reason, options
    name=$1 reason=$2
    shift 2
    refused "$name" 1 "$reason" "$@"
}
gzip -c "$dir/plain.csv" > "$list"
named "gzip" "it is compressed with gzip"
printf '(\265/\375\044\020' > "$list"
named "zstd" "it is compressed with zstd"
printf 'PK\003\004\024\000' > "$list"
named "a workbook" "an Excel workbook (.xlsx)"
printf '{"email":"a@example.com"}\n{"email":"b@example.com"}\n' > "$list"
named "JSON lines" "it is JSON"
printf 'sep=;\nemail;name\na@example.com;A\n' > "$list"
named "Excel's first line" "remove it and give --delimiter" --delimiter ';'
iconv -t UTF-16LE "$dir/plain.csv" > "$list"
named "UTF-16" "give --encoding UTF-16"
(printf '\377\376' && iconv -t UTF-16LE "$dir/plain.csv") > "$list"
named "UTF-16 with a mark" "give --encoding UTF-16"
check "which is right" 0 compile --encoding UTF-16
everybody "UTF-16"

# ---- Encodings ----

printf 'email,name\na@example.com,김서연\nb@example.com,똠방각하\n' > "$dir/korean.csv"
iconv -t CP949 "$dir/korean.csv" > "$list"
for name in MS949 windows-949 ks_c_5601-1987 x-windows-949 cp949 UHC; do
    check "an encoding called $name" 0 compile --encoding "$name" --kind name=name:text
    ask "$name" 0 eligible name 똠방각하
done
refused "CP949 read as EUC-KR" 1 "it is not EUC-KR: is it another encoding?" --encoding EUC-KR --kind name=name:text
cp "$dir/korean.csv" "$list"
for name in cp65001 UTF-8-SIG utf_8_sig utf8; do
    check "an encoding called $name" 0 compile --encoding "$name" --kind name=name:text
    ask "$name" 0 eligible name 똠방각하
done
for name in CP949 EUC-KR ISO-8859-1 windows-1252; do
    refused "UTF-8 read as $name" 1 "it is UTF-8, and not" --encoding "$name"
done
check "no encoding is called so" 2 compile --encoding klingon

printf 'name\n山田~太郎\nAB\\1\n' | iconv -t CP932 > "$list"
kind=name=name:exact
for name in Shift_JIS sjis x-sjis MS_Kanji; do
    check "an encoding called $name" 0 compile --encoding "$name"
    ask "$name: a tilde" 0 eligible name "山田~太郎"
    ask "$name: a backslash" 0 eligible name 'AB\1'
done
kind=email=email:email
for name in JOHAB UTF-7 IBM037 SHIFT_JISX0213; do
    check "$name, of which ASCII is not a part" 2 compile --encoding "$name"
    says "$name: what to do" "convert the list to UTF-8"
done
{ printf 'email,name\n' && seq -f 'p%g@example.com,Jürgen' 100 && seq -f 'q%g@example.com,Jörg' 15 | iconv -t latin1; } > "$list"
check "UTF-8 and latin1 in one list" 0 compile --encoding latin1 --kind name=name:text
says "are warned of" "warning: what is beyond ASCII is UTF-8 in 100 lines, and not in 15: is all of it latin1?"

{ echo name && for name in 김서준 이도윤 박하은 최지우 정예준 강서연; do echo $name; done; } | iconv -t CP949 > "$list"
kind=name=1:text
for name in cp1252 latin1 GB18030 BIG5 EUC-JP; do
    check "CP949 read as $name" 0 compile --encoding $name
    says "CP949 read as $name is warned of" "warning: it looks like CP949: is it $name?"
done
check "CP949 as it is" 0 compile --encoding ks_c_5601-1987
silent "CP949 as it is"
kind=email=email:email

# ---- Parts that were overwritten ----

{ printf 'email,note\n' && seq -f 'p%g@example.com,a note' 9000; } > "$list"
dd if=/dev/zero of="$list" bs=1 seek=100000 count=3000 conv=notrunc 2> "$err"
line=$(head -c 100000 "$list" | wc -l)
refused "rows that a crash has overwritten" 1 "list.csv: line $((line + 1)): row with a NUL byte"
refused "not among the few that may be malformed" 1 "94 lines are lost with rejected rows" --skip-invalid
check "they can be left out" 0 compile --skip-invalid=100
says "with the line" "line $((line + 1)): row with a NUL byte"
dd if=/dev/zero of="$list" bs=1000000 seek=1 count=2 2> "$err"
printf '@example.com,x\nlast@example.com,x\n' >> "$list"
refused "more than a mebibyte of them" 1 "lines are lost with rejected rows" --skip-invalid
says "with the reason" "row with a NUL byte"
{ head -c 2000 /dev/zero | tr '\0' x && printf ',\000\nb@example.com,x\n'; } > "$list"
refused "a header that a crash has overwritten" 1 "the first row has a NUL byte"

# ---- Letters that were lost ----

printf 'email,name\na@example.com,Jos?\nb@example.com,M?ller\nc@example.com,Kim\n' > "$list"
check "question marks in names" 0 compile --kind name=name:text
says "are warned of" "warning: 2 texts have a '?', a '*' or a character reference"
says "with the first line" "list.csv at line 2"

printf 'email,name\nja***@example.com,A\nb@example.com,O&#39;Brien\nc@example.com,AT&T;\nd@example.com,R&D\n' > "$list"
check "masked cells and references of HTML" 0 compile --kind name=name:text
says "are counted" "warning: 3 texts have"
printf "email,name\na@example.com,'김서연'\nb@example.com,'Kim\nc@example.com,'t Hooft\nd@example.com,Qu'ran\n" > "$list"
check "apostrophes of databases and spreadsheets" 0 compile --kind name=name:text
says "are warned of" "warning: 2 texts stand in quotation marks or begin with an apostrophe"
says "with what to do" "(--quote \"'\""
says "with the line of the first one" "list.csv at line 2"
ask "names with an apostrophe are listed" 0 eligible name "'t Hooft"
printf 'email\na@example.com ::: b@example.com\n' > "$list"
printf 'a@example.com\nb@example.com\n' > "$dir/members"
kind=email=email:email/several
check "Google's contacts" 0 compile
kind=email=email:email
everybody "Google's contacts"
printf 'email,name\na@example.com,Kim\nb@example.com,#N/A\nc@example.com,Null\nd@example.com,#REF!\n' > "$list"
check "error values and words of databases" 0 compile --kind name=name:text
says "are warned of" "warning: 3 cells are what spreadsheets and databases write where there is no value"
says "with the line of the first one" "list.csv at line 3"
ask "are listed: there are people of that name" 0 eligible name Null
printf 'email,born\na@example.com,1990-02-03\nb@example.com,1849-12-31\nc@example.com,2990-02-03\n' > "$list"
check "dates of people who cannot live" 0 compile --kind born=born:date
says "are warned of" "warning: 2 dates are before 1850 or in the future, the first in"
says "with the line of the first one" "list.csv at line 3"
ask "and listed" 0 eligible born 2990-02-03
printf 'email,name\n="a@example.com",="Kim Lotus"\n' > "$list"
check "a spreadsheet's formulas of one text" 0 compile --kind name=name:text
ask "are that text" 0 eligible name "Kim Lotus"
ask "in an address, too" 0 eligible email a@example.com

# ---- Lists that were cut ----

printf 'email\na@example.com\nb@exam' > "$list"
printf 'a@example.com\n' > "$dir/members"
check "a list that was cut in a row" 1 compile
printf 'email\na@example.com\nb@example.com' > "$list"
check "a list that may have been cut" 0 compile
says "is warned of, --quiet or not" "warning: the last row has no line end: is the list whole?"

# ---- Cells without end ----

photo() { head -c 3000000 /dev/zero | tr '\0' x; }
(printf 'email,photo\na@example.com,' && photo && printf '\nb@example.com,x\n') > "$list"
refused "a cell of three megabytes" 1 "line 2: row of more than a mebibyte"
check "it can be left out" 0 compile --skip-invalid
ask "and others are found" 0 eligible email b@example.com
