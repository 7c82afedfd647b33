# SPDX-License-Identifier: Apache-2.0
# Goal: one person, however spelled, in the list or in the question: the same verdict each time. A person who is
# almost that person is not listed.
. tests/cli/prelude.sh

secret=$dir/secret
fixed_secret "$secret"
hangul='김서연'
decomposed=$(printf '\341\204\200\341\205\265\341\206\267\341\204\211\341\205\245\341\204\213\341\205\247\341\206\253')

compile() { # index, list, options...
    index=$1 list=$2
    shift 2
    "$build" compile --quiet --secret "$secret" --kind email=email:email --kind phone=phone:phone/KR \
        --kind person=name:text/compact+birth:date -o "$index" "$@" "$list"
}

ask_all() { # which list
    ask "$1: the address as it is" 0 eligible email seoyeon.kim@example.com
    ask "$1: in upper case" 0 eligible email SEOYEON.KIM@EXAMPLE.COM
    ask "$1: in full-width letters" 0 eligible email 'ｓｅｏｙｅｏｎ．ｋｉｍ＠ｅｘａｍｐｌｅ．ｃｏｍ'
    ask "$1: with white space around it" 0 eligible email "  $tab seoyeon.kim@example.com　 "
    for phone in 010-1234-5678 01012345678 '010 1234 5678' '+82 10-1234-5678' +821012345678 82-10-1234-5678 \
        '001 82 10 1234 5678' 0082-10-1234-5678 '０１０－１２３４－５６７８' '０１０１２３４５６７８' '(010) 1234.5678'; do
        ask "$1: the phone number as $phone" 0 eligible phone "$phone"
    done
    ask "$1: the name composed" 0 eligible person "$hangul${tab}1990-02-03"
    ask "$1: the name decomposed" 0 eligible person "$decomposed${tab}1990-02-03"
    ask "$1: the name with a space" 0 eligible person "김 서연${tab}1990-02-03"
    ask "$1: the birth date without dashes" 0 eligible person "$hangul${tab}19900203"
    ask "$1: the birth date with dots" 0 eligible person "$hangul${tab}1990.02.03"
    ask "$1: the birth date with slashes, both odd" 0 eligible person " $decomposed ${tab} 1990/02/03 "

    ask "$1: another letter" 1 "not listed" email seoyeon.kin@example.com
    ask "$1: another domain" 1 "not listed" email seoyeon.kim@example.net
    ask "$1: another name at a subdomain" 1 "not listed" email seoyeon.kim@mail.example.com
    ask "$1: without the dot" 1 "not listed" email seoyeonkim@example.com
    ask "$1: with a tag" 1 "not listed" email seoyeon.kim+shop@example.com
    ask "$1: another digit" 1 "not listed" phone 010-1234-5679
    ask "$1: two digits swapped" 1 "not listed" phone 010-1234-5687
    ask "$1: another country's number" 1 "not listed" phone '+86 10-1234-5678'
    ask "$1: another name" 1 "not listed" person "김서현${tab}1990-02-03"
    ask "$1: part of the name" 1 "not listed" person "서연${tab}1990-02-03"
    ask "$1: another day" 1 "not listed" person "$hangul${tab}1990-03-02"
    ask "$1: the boundary between the parts moved" 3 \
        "invalid${tab}part 2: date that is not written as year, month and day, in this order" person "김${tab}서연1990-02-03"
    ask "$1: the address as another kind" 3 \
        "invalid${tab}phone number with a character that is no digit or separator" phone seoyeon.kim@example.com
}

header=email,phone,name,birth
printf '%s\n%s\n' $header "seoyeon.kim@example.com,010-1234-5678,$hangul,1990-02-03" > "$dir/plain.csv"
check "a plain list compiles" 0 compile "$dir/plain" "$dir/plain.csv" --salt $fixed_salt
ask_all plain

printf '%s\n%s\n' $header "SeoYeon.KIM@Example.COM ,+82 10-1234-5678, $decomposed,1990.02.03" > "$dir/odd.csv"
check "an oddly spelled list compiles" 0 compile "$dir/odd" "$dir/odd.csv" --salt $fixed_salt
same "and the index is the same, byte for byte" "$dir/plain" "$dir/odd"

printf '%s\r\n%s\r\n' $header "seoyeon.kim@example.com,82-10-1234-5678,$hangul,19900203" |
    iconv -f UTF-8 -t CP949 > "$dir/cp949.csv"
check "a list in CP949 compiles" 0 compile "$dir/cp949" "$dir/cp949.csv" --salt $fixed_salt --encoding CP949
same "and the index is the same, byte for byte" "$dir/plain" "$dir/cp949"
ask_all CP949
check "without its encoding it is refused" 1 compile "$dir/none" "$dir/cp949.csv"
says "for what it is" "line 2: person, column name: not valid text"
absent "and there is no index" "$dir/none"

# One that repeats each of these spellings has one person in it.
{
    echo $header
    echo "SEOYEON.KIM@example.com,０１０－１２３４－５６７８,$decomposed,1990/02/03"
    cat "$dir/plain.csv" "$dir/odd.csv" | grep -v $header
} > "$dir/all.csv"
check "all spellings in one list compile" 0 compile "$dir/all" "$dir/all.csv" --salt $fixed_salt
same "and merge into one person" "$dir/plain" "$dir/all"

# What is merged only when asked for.
mail() { # index, type
    printf 'mail\nj.o.e+shop@googlemail.com\n' |
        "$build" compile --quiet --secret "$secret" --kind email="mail:$2" -o "$1"
}
check "email alone compiles" 0 mail "$dir/exact" email
check "email/plus compiles" 0 mail "$dir/plus" email/plus
check "email/plus/gmail compiles" 0 mail "$dir/gmail" email/plus/gmail
index=$dir/exact
ask "email keeps tags" 1 "not listed" email j.o.e@googlemail.com
index=$dir/plus
ask "email/plus drops tags" 0 eligible email j.o.e+other@googlemail.com
ask "email/plus keeps dots" 1 "not listed" email joe@googlemail.com
index=$dir/gmail
ask "email/plus/gmail drops dots, and knows both domains" 0 eligible email Joe@gmail.com
ask "but not others" 1 "not listed" email joe@example.com
