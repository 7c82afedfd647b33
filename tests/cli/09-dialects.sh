# SPDX-License-Identifier: Apache-2.0
# Goal: whatever a spreadsheet calls CSV is read; what is not CSV is refused with the number of the line.
. tests/cli/prelude.sh

secret=$dir/secret index=$dir/index list=$dir/list.csv
fixed_secret "$secret"
compile() { # options
    "$build" compile --secret "$secret" --salt $fixed_salt --kind email=email:email --kind name=name:text \
        -o "$index" "$@" "$list"
}
everybody() { # name of the dialect: both people are there, each with all of their identifiers
    ask "$1: the first address" 0 eligible email ada@example.com
    ask "$1: the first name" 0 eligible name "Ada Ashdown"
    ask "$1: the last address" 0 eligible email ben@example.com
    ask "$1: the last name" 0 eligible name "김서연"
    rm -f "$index"
}
read_as() { # name of the dialect, text as printf takes it, options
    name=$1
    # shellcheck disable=SC2059  # it is a format
    printf "$2" > "$list"
    shift 2
    check "$name is read" 0 compile --quiet "$@"
    everybody "$name"
}

read_as "plain CSV" 'email,name\nada@example.com,Ada Ashdown\nben@example.com,김서연\n'
read_as "CR LF" 'email,name\r\nada@example.com,Ada Ashdown\r\nben@example.com,김서연\r\n'
read_as "lone CR" 'email,name\rada@example.com,Ada Ashdown\rben@example.com,김서연\r'
read_as "no last line end" 'email,name\nada@example.com,Ada Ashdown\nben@example.com,김서연'
read_as "empty lines" '\n\nemail,name\n\nada@example.com,Ada Ashdown\n\r\nben@example.com,김서연\n\n\n'
read_as "semicolons" 'email;name\nada@example.com;Ada Ashdown\nben@example.com;김서연\n' --delimiter ';'
read_as "bars" 'email|name\nada@example.com|Ada Ashdown\nben@example.com|김서연\n' --delimiter '|'
read_as "tabs" 'email\tname\nada@example.com\tAda Ashdown\nben@example.com\t김서연\n' --delimiter tab
read_as "tabs as \\t" 'email\tname\nada@example.com\tAda Ashdown\nben@example.com\t김서연\n' --delimiter '\t'
read_as "spaces" 'email name\nada@example.com "Ada Ashdown"\nben@example.com 김서연\n' --delimiter ' '
read_as "quotes" '"email","name"\n"ada@example.com","Ada Ashdown"\n"ben@example.com","김서연"\n'
read_as "a delimiter and pairs of quotes in quotes" \
    'note,email,name\n"a,""b"",\n\nc",ada@example.com,Ada Ashdown\n",""",ben@example.com,김서연\n'
read_as "white space in quotes" 'email,name\n" ada@example.com ","\nAda Ashdown\n"\n"ben@example.com\r\n",김서연\n'
read_as "a header with white space" ' email ,"name "\nada@example.com,Ada Ashdown\nben@example.com,김서연\n'
read_as "columns in another order" 'x,name,email\n1,Ada Ashdown,ada@example.com\n2,김서연,ben@example.com\n'
read_as "a byte order mark" '\357\273\277email,name\nada@example.com,Ada Ashdown\nben@example.com,김서연\n'
read_as "a byte order mark before a quote" '\357\273\277"email",name\nada@example.com,Ada Ashdown\nben@example.com,김서연\n'
plain='email,name\nada@example.com,Ada Ashdown\nben@example.com,김서연\n'
for encoding in CP949 EUC-KR UTF-16 UTF-16LE UTF-16BE UTF-32 ISO-2022-KR UTF-8 utf8; do
    printf "$plain" | iconv -f UTF-8 -t $encoding > "$list"
    check "$encoding is read" 0 compile --quiet --encoding $encoding
    everybody $encoding
done
printf "$plain" | iconv -f UTF-8 -t UTF-16LE > "$dir/half"
{ printf '\377\376' && cat "$dir/half"; } > "$list"
check "UTF-16 with a mark, as LE" 0 compile --quiet --encoding UTF-16LE
everybody "UTF-16 with a mark, as LE"
check_no_header() {
    "$build" compile --quiet --secret "$secret" --kind email=3:email --kind name=1:text --no-header -o "$index" "$list"
}
printf 'Ada Ashdown,x,ada@example.com\n김서연,y,ben@example.com\n' > "$list"
check "columns by number, without a header" 0 check_no_header
everybody "columns by number"
by_number() { "$build" compile --quiet --secret "$secret" --kind email=2:email --kind name=1:text -o "$index" "$list"; }
printf 'who,where\nAda Ashdown,ada@example.com\n김서연,ben@example.com\n' > "$list"
check "columns by number, with a header" 0 by_number
everybody "columns by number, with a header"
plus() { "$build" compile --quiet --secret "$secret" --kind email=e+mail:email --kind name=name:text -o "$index" "$list"; }
printf 'e+mail,name\nada@example.com,Ada Ashdown\nben@example.com,김서연\n' > "$list"
check "a column with a plus in its name" 0 plus
everybody "a column with a plus in its name"

# Two dialects of header: each input has its own columns.
printf 'email,name\nada@example.com,Ada Ashdown\n' > "$dir/first.csv"
printf 'id,name,email\n7,김서연,ben@example.com\n' > "$list"
check "inputs with different columns" 0 compile --quiet "$dir/first.csv"
everybody "inputs with different columns"

# ---- Refused ----

refused() { # name, exit code, reason, text as printf takes it, options
    name=$1 expected=$2 reason=$3
    # shellcheck disable=SC2059
    printf "$4" > "$list"
    shift 4
    check "$name: refused" "$expected" compile "$@"
    says "$name: the reason" "$reason"
    absent "$name: no index" "$index"
}
refused "a field too many" 1 "line 3: row with another number of fields" 'email,name\na@example.com,A\nb@example.com,B,\n'
refused "a field too few" 1 "line 2: row with another number of fields" 'email,name\na@example.com\nb@example.com,B\n'
refused "ragged rows after embedded line ends" 1 "lines 2 to 6: row with another number of fields" \
    'email,name,note\r\na@example.com,A,"1\r\n\r\n2"\r\n\r\nb@example.com,B\r\n'
holds "only that row is named" test "$(grep -c 'list.csv: line' "$err")" -eq 1
refused "text after a closing quote" 1 "line 3: row with text after a closing quote" \
    'email,name\na@example.com,A\n"b"@example.com,B\n'
refused "a row without any identifier" 1 "line 3: row without any identifier" 'email,name\na@example.com,A\n , \n'
refused "a quote that is never closed" 1 "line 3" 'email,name\na@example.com,A\n"b@example.com,B\nc@example.com,C\n'
says "is called by its name" "never closed"
refused "a missing column" 1 "no column 'name' in the first row: its columns are email, given" \
    'email,given\na@example.com,A\n'
refused "a column that is there twice" 1 "more than one column is called 'name'" 'email,name,name\na@example.com,A,B\n'
refused "one column by name and by number for two parts of a kind" 1 "column '2' is given twice for one kind" \
    'email,name\na@example.com,A\n' --kind both=name:text+2:exact
refused "the wrong delimiter" 1 "no column 'email'" 'email;name\na@example.com;A\n'
says "asks whether it is another" "delimiter"
refused "an empty file" 1 "empty" ''
refused "a file of empty lines" 1 "empty" '\n\r\n\n'
refused "another encoding" 1 "line 2: name: not valid text" 'email,name\na@example.com,\260\241\n'
refused "a missing label column" 1 "no column 'status'" 'email,name\na@example.com,A\n' --label status
refused "a column number too high" 1 "no column '3'" 'email,name\na@example.com,A\n' --kind other=3:text
check "a missing input: refused" 5 compile "$dir/none.csv"
says "a missing input: named" "none.csv: No such file"
check "a folder: refused" 5 compile "$dir/tmp"
says "a folder: named" "$dir/tmp: Is a directory"

long() { # bytes of a quoted field
    printf 'email,name\na@example.com,A\nb@example.com,"'
    head -c "$1" /dev/zero | tr '\0' b
    printf '"\nc@example.com,C\n'
}
long 2000000 > "$list"
check "a row of two megabytes: refused" 1 compile
says "a row of two megabytes: the line" "line 3: row of more than a mebibyte"
absent "a row of two megabytes: no index" "$index"
check "it can be left out, and others are read" 0 compile --quiet --skip-invalid
ask "the one after it" 0 eligible email c@example.com
long 900000 > "$list"
check "a row of 0.9 megabytes: its name is too long" 1 compile
says "a row of 0.9 megabytes: the line" "line 3: name: too long"
check "it can be left out" 0 compile --quiet --skip-invalid
ask "the rows around it are there" 0 eligible email c@example.com
ask "and so is what is good of itself" 0 eligible email b@example.com
rm -f "$index"
wide=$(printf '%4000s' '' | tr ' ' ,)
printf 'email,name%s\na@example.com,A%s\n' "$wide" "$wide" > "$list"
check "4,002 columns" 0 compile --quiet
ask "4,002 columns: they are read" 0 eligible name A

# ---- An empty list ----

printf 'email,name\n' > "$list"
check "a header alone compiles" 0 compile --quiet --allow-empty email --allow-empty name
ask "and no one is listed" 1 "not listed" email ada@example.com
ask "under any kind" 1 "not listed" name "Ada Ashdown"
check "in a batch neither" 0 sh -c 'printf "a@example.com\nb@example.com\n" | "$0" --secret "$1" --batch "$2" email' \
    "$lookup" "$secret" "$index"
prints "no one is listed" "not listed
not listed"
check "--info" 0 "$lookup" --info "$index"
holds "counts no one" grep -qE '^identifiers +0$' "$out"
printf 'email,name\n,\nx,\n' > "$list"
check "no one valid, left out" 0 compile --quiet --skip-invalid --allow-empty email --allow-empty name
ask "no one is listed then" 1 "not listed" email ada@example.com
