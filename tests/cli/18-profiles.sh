# SPDX-License-Identifier: Apache-2.0
# Goal: under each profile members are found in any spelling, outsiders are not, the wrong key is told apart from "not
# listed", and the same list makes the same bytes however it is built. An offline index of what anyone can try out is
# refused with its price. A long build that is stopped goes on from the parts it has.
. tests/cli/prelude.sh

secret=$dir/secret
fixed_secret "$secret"
check "another secret is made" 0 "$build" keygen secret "$dir/other"
check "a seed is made" 0 "$build" keygen seed "$dir/seed"
holds "for its owner alone" test "$(stat -c %a "$dir/seed")" = 600
holds "and says what it is" grep -qE '^elig-seed-1 [0-9a-f]{64}$' "$dir/seed"
check "another seed is made" 0 "$build" keygen seed "$dir/other-seed"

cat > "$dir/list.csv" << 'END'
email,name,birth,status
Ada.Ashdown@Example.org,Ada Ashdown,1985-12-31,gold
seoyeon.kim@example.com,김서연,1990-02-03,silver
bert@example.net,Bert Birch,1970-01-01,gold
carol@example.net,,,silver
,Dora Dale,1999-09-09,
END
{ head -n 1 "$dir/list.csv" && tail -n +2 "$dir/list.csv" | sort -r && tail -n 2 "$dir/list.csv"; } > "$dir/shuffled.csv"
kinds="--kind email=email:email --kind person=name:text/compact+birth:date --label status --label-minimum 1"
digest_kinds="--kind email=email:email --kind person=name:text/compact+birth:date --label status"
cheap="--argon2-memory 19MiB --argon2-passes 2 --accept-enumerable"

# ---- All profiles alike ----

for profile in keyed offline work blind; do
    case $profile in
    keyed | blind) named=$profile terms="--profile $profile --secret $secret --salt $fixed_salt" key="--secret $secret" ;;
    offline) named=offline terms="--profile offline $cheap --salt $fixed_salt" key= ;;
    work) named=offline terms="--profile offline $cheap --work-bits 3 --seed $dir/seed --salt $fixed_salt" key= ;;
    esac
    index=$dir/$profile.elig
    check "$profile: compiles" 0 "$build" compile --quiet $terms $kinds --report "$dir/$profile.json" -o "$index" \
        "$dir/list.csv"
    answer() { # name, exit code, answer, kind, identifier
        printf '%s\n' "$5" > "$dir/typed"
        check "$profile: $1" "$2" sh -c '"$1" $2 "$3" "$4" < "$5"' sh "$lookup" "$key" "$index" "$4" "$dir/typed"
        prints "$profile: $1: the answer" "$3"
    }
    answer "a member" 0 "eligible${tab}gold" email ada.ashdown@example.org
    answer "in full-width letters" 0 "eligible${tab}silver" email ｓｅｏｙｅｏｎ．ｋｉｍ＠ｅｘａｍｐｌｅ．ｃｏｍ
    answer "a composite" 0 "eligible${tab}silver" person "김 서연${tab}1990/02/03"
    answer "one without a label" 0 eligible person "dora dale${tab}19990909"
    answer "an outsider" 1 "not listed" email ada.ashdown@example.com
    answer "a member's name with another's birth date" 1 "not listed" person "Ada Ashdown${tab}1970-01-01"
    answer "a malformed one" 3 "invalid${tab}e-mail address without @" email ada
    printf 'bert@example.net\noutsider@example.net\nbad\ncarol@example.net\n' > "$dir/lines"
    check "$profile: a batch" 3 sh -c '"$1" --batch $2 "$3" email < "$4"' sh "$lookup" "$key" "$index" "$dir/lines"
    prints "$profile: a batch: the answers" "eligible${tab}gold
not listed
invalid${tab}e-mail address without @
eligible${tab}silver"
    check "$profile: --info" 0 "$lookup" --info "$index"
    holds "$profile: --info names it" grep -qx "profile          $named" "$out"
    holds "$profile: --info has the rate" grep -qx 'false positives  2^-32' "$out"

    check "$profile: shuffled, with duplicates, on one thread" 0 "$build" compile --quiet $terms $kinds --threads 1 \
        -o "$dir/again.elig" "$dir/shuffled.csv"
    same "$profile: has the same bytes" "$index" "$dir/again.elig"
    for part in 1 2 3; do
        check "$profile: part $part of 3" 0 "$build" digest --quiet $terms $digest_kinds --part $part/3 \
            -o "$dir/$profile.$part.eligd" "$dir/list.csv"
    done
    check "$profile: its parts are assembled" 0 "$build" assemble --quiet --label-minimum 1 -o "$dir/assembled.elig" \
        "$dir/$profile".[123].eligd
    same "$profile: into the same bytes" "$index" "$dir/assembled.elig"
    head -n 3 "$dir/list.csv" > "$dir/erased.csv"
    check "$profile: two people ask to be erased" 0 "$build" digest --quiet $terms $digest_kinds \
        -o "$dir/$profile.erased.eligd" "$dir/erased.csv"
    check "$profile: the parts without them" 0 "$build" assemble --quiet --label-minimum 1 \
        --remove "$dir/$profile.erased.eligd" -o "$dir/less.elig" "$dir/$profile".[123].eligd
    holds "$profile: fewer are left" sh -c "'$lookup' --info '$dir/less.elig' | grep -qx 'identifiers      4'"
done

# ---- Keys ----

for profile in keyed blind; do
    wrong() { echo outsider@example.net | "$lookup" --secret "$dir/other" "$dir/$profile.elig" email; }
    check "$profile: the wrong secret is no 'not listed'" 5 wrong
    says "$profile: it is told apart" "not this index's secret"
    none() { echo outsider@example.net | "$lookup" "$dir/$profile.elig" email; }
    check "$profile: no secret is no 'not listed' either" 5 none
    says "$profile: and named" "needs its secret"
done
needless() { echo outsider@example.net | "$lookup" --secret "$secret" "$dir/offline.elig" email; }
check "a secret for an index that has none is a mistake" 5 needless
says "and told" "it has no secret"

make() { # options...
    "$build" compile --quiet $kinds --salt $fixed_salt -o "$dir/made.elig" "$@" "$dir/list.csv"
}
refused() { # name, text, options...
    refused_name=$1 refused_text=$2
    shift 2
    check "$refused_name" 2 make "$@"
    says "$refused_name: the reason" "$refused_text"
}
refused "an unknown profile" "must be keyed, offline or blind" --profile anonymous
refused "blind without a secret" "--secret FILE is needed" --profile blind
refused "offline with a secret" "--secret is no option of --profile offline" --profile offline --secret "$secret"
refused "too little memory" "from 19MiB to 1GiB" --profile offline --argon2-memory 18MiB
refused "too much memory" "from 19MiB to 1GiB" --profile offline --argon2-memory 2GiB
refused "one pass" "from 2 to 32" --profile offline --argon2-passes 1
refused "more work than there is" "from 0 to 12" --profile offline --work-bits 13
refused "work at a rate that leaves no bits for it" "takes 57 bits" --profile offline --work-bits 1 --fpr 1.4e-17
refused "a seed without work" "--seed without --work-bits" --profile offline --seed "$dir/seed"
refused "an offline option of another profile" "belong to --profile offline" --secret "$secret" --work-bits 2
refused "memory for less than one digest" "does not hold one digest" --profile offline --argon2-memory 1GiB \
    --memory 512MiB
check "a set behind work needs a seed" 2 "$build" digest $digest_kinds --profile offline $cheap --work-bits 3 \
    --salt $fixed_salt -o "$dir/made.eligd" "$dir/list.csv"
says "and is told where to get one" "keygen seed"
absent "none of these was made" "$dir/made.elig"

# Without a seed one is drawn and forgotten: two builds differ, and both answer.
check "a build with a seed of its own" 0 make --profile offline $cheap --work-bits 3
cp "$dir/made.elig" "$dir/first.elig"
check "and another" 0 make --profile offline $cheap --work-bits 3
fails "differ" cmp -s "$dir/first.elig" "$dir/made.elig"
forgotten() { echo bert@example.net | "$lookup" "$1" email; }
check "the first answers" 0 forgotten "$dir/first.elig"
check "and so does the second" 0 forgotten "$dir/made.elig"

# ---- Sets that do not go together ----

digested() { # set, options...
    set_made=$1
    shift
    "$build" digest --quiet $digest_kinds -o "$set_made" "$@" "$dir/list.csv"
}
mixed() { # name, text, options of another set than the one beside it
    mixed_name=$1 mixed_text=$2 beside=$3
    shift 3
    rm -f "$dir/mix.eligd"
    check "$mixed_name: the digest file" 0 digested "$dir/mix.eligd" "$@"
    check "$mixed_name is refused" 1 "$build" assemble --label-minimum 1 -o "$dir/mixed.elig" "$beside" "$dir/mix.eligd"
    says "$mixed_name: what differs" "$mixed_text"
    absent "$mixed_name: nothing was made" "$dir/mixed.elig"
}
mixed "another profile" "their profiles differ" "$dir/keyed.1.eligd" --profile blind --secret "$secret" --salt $fixed_salt
mixed "another blind secret" "their secrets differ" "$dir/blind.1.eligd" --profile blind --secret "$dir/other" \
    --salt $fixed_salt
mixed "another cost" "their costs differ" "$dir/offline.1.eligd" --profile offline --argon2-memory 20MiB \
    --argon2-passes 2 --accept-enumerable --salt $fixed_salt
mixed "another work factor" "their work factors differ" "$dir/work.1.eligd" --profile offline $cheap --work-bits 2 \
    --seed "$dir/seed" --salt $fixed_salt
mixed "another seed" "their seeds differ" "$dir/work.1.eligd" --profile offline $cheap --work-bits 3 \
    --seed "$dir/other-seed" --salt $fixed_salt

# Half of a list would be a wrong "not listed" for the other half.
incomplete() { # name, sets...
    incomplete_name=$1
    shift
    check "$incomplete_name is refused" 1 "$build" assemble --label-minimum 1 -o "$dir/mixed.elig" "$@"
    says "$incomplete_name: the reason" "of its list: not all of them are given"
    absent "$incomplete_name: nothing was made" "$dir/mixed.elig"
}
keyed="--secret $secret --salt $fixed_salt"
incomplete "one part of three" "$dir/keyed.2.eligd"
incomplete "two parts of three" "$dir/keyed.1.eligd" "$dir/keyed.3.eligd"
check "all parts, one of them twice, are refused" 1 "$build" assemble --label-minimum 1 -o "$dir/mixed.elig" \
    "$dir/keyed".[123].eligd "$dir/keyed.2.eligd"
says "with the part named" "keyed.2.eligd is part 2 of 3 of its list: it is given more often than others"
absent "and nothing was made" "$dir/mixed.elig"
check "a half" 0 digested "$dir/half.eligd" $keyed --part 2/2
incomplete "a third and a half" "$dir/keyed.1.eligd" "$dir/half.eligd"
check "parts removed, but not all" 1 "$build" assemble --label-minimum 1 -o "$dir/mixed.elig" \
    --remove "$dir/keyed.2.eligd" "$dir/keyed".[123].eligd
sed '1a new@example.org,,,' "$dir/list.csv" > "$dir/longer.csv"
check "a part of the list with one more row" 0 "$build" digest --quiet $digest_kinds $keyed --part 3/3 \
    -o "$dir/longer.eligd" "$dir/longer.csv"
incomplete "parts of a list that has changed" "$dir/keyed".[12].eligd "$dir/longer.eligd"
for line in 2 3 4 5; do # as many bytes, and for some of them as many rows in each part
    sed "${line}s/e/f/" "$dir/list.csv" > "$dir/edited.csv"
    fails "line $line is edited" cmp -s "$dir/list.csv" "$dir/edited.csv"
    check "a part of the list with line $line edited" 0 "$build" digest --quiet $digest_kinds $keyed --part 3/3 \
        -o "$dir/edited.eligd" "$dir/edited.csv"
    incomplete "parts of a list with line $line edited" "$dir/keyed".[12].eligd "$dir/edited.eligd"
    rm -f "$dir/edited.eligd"
done
(head -n 1 "$dir/list.csv" && tail -n +2 "$dir/list.csv" | tac) > "$dir/reversed.csv"
for part in 1 3; do
    check "part $part of the same rows in another order" 0 "$build" digest --quiet $digest_kinds $keyed --part $part/3 \
        -o "$dir/reversed.$part.eligd" "$dir/reversed.csv"
done
check "goes with the other parts" 0 "$build" assemble --quiet --label-minimum 1 -o "$dir/mixed.elig" \
    "$dir/keyed.2.eligd" "$dir/reversed".[13].eligd
same "and no one is lost" "$dir/mixed.elig" "$dir/keyed.elig"
check "all parts twice are fine" 0 "$build" assemble --quiet --label-minimum 1 -o "$dir/mixed.elig" \
    "$dir/keyed".[123].eligd "$dir/keyed".[123].eligd
same "and make the same" "$dir/mixed.elig" "$dir/keyed.elig"

# What does not go with work bits.
refused "absent people behind work bits" "--absent does not go with --work-bits" --profile offline $cheap --work-bits 3 \
    --absent "$dir/list.csv"
check "nor in digest files" 2 "$build" assemble --label-minimum 1 -o "$dir/made.elig" --absent "$dir/work.erased.eligd" \
    "$dir/work".[123].eligd
says "which is said" "--absent does not go"
check "a rate too low for the work bits of digest files" 2 "$build" assemble --label-minimum 1 --fpr 1.4e-17 -o "$dir/none.elig" \
    "$dir/work".[123].eligd
says "is told before any work" "takes 59 bits"
refused "a lookup dearer than any reader would pay" "2^40" --profile offline --argon2-memory 1GiB --memory 2GiB \
    --work-bits 12
check "a set without a salt that others could share" 2 "$build" digest $digest_kinds --secret "$secret" \
    -o "$dir/made.eligd" "$dir/list.csv"
says "asks for one" "--salt HEX is needed"
refused "one column twice in a composite" "given twice" --secret "$secret" --kind twice=email:email+email:exact

# ---- What guessing costs ----

printf 'phone\n010-5555-0101\n' > "$dir/phones.csv"
phones() { "$build" compile --profile offline --kind phone=phone:phone/KR -o "$dir/phones.elig" "$@" "$dir/phones.csv"; }
check "bare phones offline are refused" 1 phones
says "with how many there are" "about 1e+08 candidates"
says "and what all of them cost" 'for about $5.88, permanently'
says "and what to do instead" "--accept-enumerable"
absent "nothing was published" "$dir/phones.elig"
check "with a report" 1 phones --report "$dir/refused.json"
holds "which says so" grep -q '"outcome": "refused"' "$dir/refused.json"
holds "for which reason" grep -q '"refused: that is less than \$1000' "$dir/refused.json"
holds "and why" grep -q 'kind phone: about 1e+08 candidates; .* \$5.88, permanently' "$dir/refused.json"
check "unless that is accepted" 0 phones --accept-enumerable --report "$dir/phones.json"
says "the price is still told" 'for about $5.88'
says "and what the build costs" "of one core for each of about 2 identifiers"
holds "the report keeps the warning" grep -q 'kind phone: about 1e+08 candidates; .* \$5.88, permanently' "$dir/phones.json"
holds "and the figures" grep -q '"enumerable": true' "$dir/phones.json"
check "work bits make them dear" 0 "$build" compile --profile offline --work-bits 12 --kind phone=phone:phone/KR \
    -o "$dir/phones.elig" "$dir/phones.csv"
says "with the price" 'for about $24102'
check "names with birth dates need no flag" 0 "$build" compile --profile offline \
    --kind person=name:text/compact+birth:date --skip-invalid=100% -o "$dir/persons.elig" "$dir/list.csv"
check "keyed tells its price, too" 0 "$build" compile --secret "$secret" --kind phone=phone:phone/KR -o "$dir/phones.elig" \
    "$dir/phones.csv"
says "which is the secret" "anyone who has the file and the secret"

# A header that asks for 4 TiB of memory is refused before any of it is taken.
holds "a header that asks for 4 TiB" python3 - "$dir/offline.elig" "$dir/greedy.elig" << 'END'
import hashlib, sys

raw = bytearray(open(sys.argv[1], "rb").read())
raw[96:104] = (4 << 40).to_bytes(8, "little")
raw[4000:4032] = hashlib.blake2b(bytes(raw[:4000]), digest_size=32, person=b"elig header     ").digest()
open(sys.argv[2], "wb").write(raw)
END
check "is refused" 5 forgotten "$dir/greedy.elig"
says "and the reason given" "demands more memory or passes"

# ---- A build that is stopped goes on ----

"$people" --rows 24 --identifiers email > "$dir/emails"
{ echo email && cat "$dir/emails"; } > "$dir/long.csv"
# What docs/SCALING.md says to do: as often as it takes. The argument stops it after as many parts.
go_on() {
    done=0
    for part in 1 2 3 4 5 6 7 8 9 10; do
        [ -e "$dir/part-$part.eligd" ] && continue
        [ $done -eq "${1:-10}" ] && return 1
        "$build" digest --quiet --profile offline $cheap --salt $fixed_salt --kind email=email:email --part $part/10 \
            -o "$dir/part-$part.eligd" "$dir/long.csv" || return 1
        echo $part >> "$dir/done"
        done=$((done + 1))
    done
}
check "a build stopped after nine tenths" 1 go_on 9
holds "has nine parts" test "$(ls "$dir" | grep -c '^part-')" -eq 9
check "goes on" 0 go_on
holds "and makes no part twice" test "$(sort -u "$dir/done" | wc -l)" -eq "$(wc -l < "$dir/done")"
check "to the whole" 0 "$build" assemble --quiet -o "$dir/stopped.elig" "$dir"/part-*.eligd
check "of which the list" 0 "$build" compile --quiet --profile offline $cheap --salt $fixed_salt --kind email=email:email \
    -o "$dir/unstopped.elig" "$dir/long.csv"
same "makes the same bytes" "$dir/stopped.elig" "$dir/unstopped.elig"
for bad in 0/3 4/3 1 1/0 /3 1/ a/b 1/1001; do
    check "--part $bad is refused" 2 digested "$dir/none.eligd" --secret "$secret" --salt $fixed_salt --part $bad
done
