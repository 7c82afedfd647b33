# SPDX-License-Identifier: Apache-2.0
# Goal: columns say how they are written: dates in every order, serial numbers, telephone numbers without plus, several
# identifiers in a cell. Questions and bytes of the index do not depend on it.
. tests/cli/prelude.sh

secret=$dir/secret index=$dir/index list=$dir/list.csv
fixed_secret "$secret"
compile() { # kind, options
    compile_kind=$1
    shift
    "$build" compile --quiet --secret "$secret" --salt ffeeddccbbaa99887766554433221100 --kind "$compile_kind" -o "$index" "$@" "$list"
}

# ---- Dates and telephone numbers: the same bytes as of the plain list ----

printf 'name,born,tel\nAda,1990-02-03,+4915123456789\nBen,2004-12-31,+821012345678\n' > "$list"
check "the plain list" 0 compile "person=name:text+born:date" --kind phone=tel:phone/DE
cp "$index" "$dir/plain"
written() { # notation of dates, two dates, notation of telephone numbers, two numbers
    printf 'name,born,tel\nAda,%s,%s\nBen,%s,%s\n' "$2" "$5" "$3" "$6" > "$list"
    check "dates as $1, numbers as $4" 0 compile "person=name:text+born:date$1" --kind "phone=tel:phone/DE$4"
    same "$1, $4: the same bytes" "$dir/plain" "$index"
    check "the auditor reads them so: $1, $4" 0 "$BUILD/elig-audit" --secret "$secret" --rebuild "$list" \
        --kind "person=name+born:${1#/}" --kind "phone=tel:${4#/}" -o "$dir/report.txt" "$index"
}
written /dmy 03.02.1990 31/12/2004 /e164 4915123456789 82-10-1234-5678
written /mdy 2/3/1990 12-31-2004 /e164 +4915123456789 821012345678
written /dmy=30 3.2.90 31.12.04 /e164 4915123456789 821012345678
written /ymd=30 900203 04-12-31 /e164 4915123456789 821012345678
written /serial 32907 38352 /e164 4915123456789 821012345678
printf 'name,born\nAda,31/12/1990\n' > "$list"
check "another order than the declared one is refused" 1 compile "person=name:text+born:date/mdy"
says "with its line" "line 2: person, column born:"
check "without a notation, too" 1 compile "person=name:text+born:date"

# ---- Several in a cell ----

printf 'mail\n"ada@example.com;ben@example.com, <cid@example.com>"\ndora@example.com\n" ; "\n' > "$list"
check "several in a cell" 0 compile email=mail:email/several --skip-invalid
for who in ada ben cid dora; do
    ask "$who" 0 eligible email $who@example.com
done
printf 'mail\n"ada@example.com;Ada@Example.com, ada@example.com"\nben@example.com;ada@example.com\n' > "$list"
check "rows are counted, not how often one has an identifier" 0 compile email=mail:email/several --max-repeats 2
ask "it is listed" 0 eligible email ada@example.com
check "two rows are two" 1 compile email=mail:email/several --max-repeats 1
check "what one row repeats is not dropped" 0 compile email=mail:email/several --drop-repeats 2
ask "it stays listed" 0 eligible email ada@example.com
printf 'mail\n"ada@example.com;ben@example.com, <cid@example.com>"\n' > "$list"
check "without the word such a cell is refused" 1 compile email=mail:email
says "with its line" "line 2: email:"
printf 'mail\nada@example.com;ben@\n' > "$list"
check "one of several that is malformed is refused" 1 compile email=mail:email/several
check "and left out" 0 compile email=mail:email/several --skip-invalid
ask "the other one is listed" 0 eligible email ada@example.com

# ---- Words that do not go together ----

for kind in born=born:date/e164 tel=tel:phone/KR/dmy born=born:date/ymd born=born:date/dmy/mdy \
    person=name:text/several+born:date; do
    check "--kind $kind" 2 compile $kind
done
