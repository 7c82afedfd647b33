#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The options of a build in a file: compile, digest and assemble read the same file; the command line overrules it;
# messages name file and line, and repeat no value.
. tests/cli/prelude.sh

fixed_secret "$dir/secret"
secret=$dir/secret
cd "$dir" || exit 1
cat > list.csv <<'END'
mail,phone,tier
lotus.cedar@example.org,010-5550-0001,gold
maple.birch@example.org,010-5550-0002,gold
END
cat > lists.conf <<END
# The campaign's lists, kept with them.
kind email=mail:email
kind phone=phone:phone/KR
label tier

secret secret
salt $fixed_salt
END
cat > index.conf <<'END'
label-minimum 1
fpr 2^-20
campaign Autumn, = "two words"   # this is text, too
END
cat lists.conf index.conf > all.conf

check "compile reads its options from a file" 0 "$build" compile --config all.conf -o file.elig --quiet list.csv
check "the same options on a command line" 0 "$build" compile --kind email=mail:email --kind phone=phone:phone/KR \
    --label tier --secret secret --salt $fixed_salt --label-minimum 1 --fpr 2^-20 \
    --campaign 'Autumn, = "two words"   # this is text, too' -o line.elig --quiet list.csv
same "make the same index" file.elig line.elig

check "digest reads the lists' options" 0 "$build" digest --config lists.conf -o part.eligd --quiet list.csv
check "assemble reads the index's" 0 "$build" assemble --config index.conf -o assembled.elig --quiet part.eligd
same "and together they make the same index" file.elig assembled.elig

check "the command line overrules the file" 0 "$build" compile --config all.conf --fpr 2^-32 --campaign Autumn \
    --quiet -o other.elig list.csv
check "as elig-lookup shows" 0 "$lookup" --info other.elig
holds "(the rate)" grep -q '2^-32' "$out"

check "an option that this command lacks is refused" 2 "$build" assemble --config all.conf -o x.elig part.eligd
says "by file and line" "all.conf, line 2: 'kind' is no option of this command"
printf 'kind email=mail:email\nlotus.cedar@example.org\n' > wrong.conf
check "a list in place of a file of options is refused" 2 "$build" compile --config wrong.conf -o x.elig list.csv
says "by file and line, too" "wrong.conf, line 2: "
fails "without what stands there" grep -q lotus "$err"
printf '\nkind email=lotus.cedar@example.org\n' > wrong.conf
check "a value that is wrong is refused" 2 "$build" compile --config wrong.conf -o x.elig list.csv
says "by the message of the option" "wrong.conf, line 2: --kind email: a part is COLUMN:TYPE"
printf 'secret missing\n' > wrong.conf
check "a key that cannot be read is named" 5 "$build" compile --config wrong.conf -o x.elig list.csv
says "after file and line" "wrong.conf, line 1: "
check "a file that cannot be read is named" 5 "$build" compile --config none.conf -o x.elig list.csv
says "with the reason" "read none.conf: No such file"
# ---- The auditor ----

audit=$BUILD/elig-audit
"$build" keygen secret random.key
"$build" keygen signer somebody.key
cat > audited.conf <<'END'
kind email=mail:email
kind person=mail:text+phone:phone/KR
label tier
label-minimum 1
secret random.key
signer somebody.key
output audited.elig
END
check "an index with kind, composite and label" 0 "$build" compile --config audited.conf --quiet list.csv
check "is audited with the file that it was made with" 0 "$audit" --config audited.conf --against list.csv audited.elig
holds "whose columns make the same index again" grep -q 'PASS  *proof.rebuild' "$out"
holds "what does not concern lists is ignored" test -s audited.elig
printf 'lotus.cedar@example.org\n' > wrong.conf
check "a list in place of the file is refused" 2 "$audit" --config wrong.conf --against list.csv file.elig
says "by file and line" "wrong.conf, line 1: "
check "the file is no report" 2 "$audit" --config all.conf --against list.csv -o all.conf file.elig

check "the file is not written over" 2 "$build" compile --config all.conf -o all.conf list.csv
absent "nothing is left" x.elig
