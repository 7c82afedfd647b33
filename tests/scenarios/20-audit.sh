# Goal: what is planted in an index is found, by the check that is there for it, and by no other by accident; and
# clean indexes pass.
. tests/scenarios/prelude.sh

audit=$BUILD/elig-audit
secret=$dir/secret
fixed_secret "$secret"

# ---- A list, its index, and the same list in canonical form ----

{
    echo email,phone,name,birth,status
    i=0
    while [ $i -lt 30 ]; do
        echo "reader.number$i@example$((i % 7)).org,010-5555-0$((100 + i)),김서연$i,1990-02-0$((i % 9 + 1)),bronze"
        i=$((i + 1))
    done
    echo "jane.roe.the.only@example.com,010-4444-9999,홍길동이라는사람,1985-12-31,silver"
} > "$dir/list.csv"
awk -F, 'NR > 1 { print "email\t" $1 "\t" $5; gsub("-", "", $2); print "phone\t82" substr($2, 2) "\t" $5;
                  print "person\t" $3 "\037" $4 "\t" $5 }' "$dir/list.csv" > "$dir/canonical"
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text+birth:date"
# shellcheck disable=SC2086  # words are wanted
compile() { # index, more options...
    compile_to=$1
    shift
    "$build" compile --quiet --secret "$secret" --salt $fixed_salt $kinds --label status --campaign "An incident" \
        "$@" -o "$compile_to" "$dir/list.csv"
}
check "a clean index" 0 compile "$dir/clean" --label-minimum 1
columns="--kind person=name+birth --label status"

# What an auditor with list and secret sees: lines "OUTCOME ID".
outcomes() { # index, options...
    "$audit" --format json --secret "$secret" --against "$dir/list.csv" $columns "$@" > "$dir/report.json" 2> "$err"
    echo $? > "$dir/code"
    python3 -c '
import json, sys
for check in json.load(open(sys.argv[1]))["checks"]:
    print(check["outcome"], check["id"])' "$dir/report.json" | sort > "$dir/outcomes"
}
failed_checks() {
    sed -n 's/^fail //p' "$dir/outcomes" | tr '\n' ' '
}
# The checks that fail are exactly these.
finds() { # name, ids..., in order
    finds_name=$1
    shift
    found=$(failed_checks)
    if [ "$found" = "${*:+$* }" ]; then
        passed "$finds_name: $*"
    else
        failed "$finds_name" "failed checks: $found; expected: $*"
        show "$err"
    fi
}

outcomes --label-minimum 1 "$dir/clean"
finds "nothing fails in a clean index"
holds "and the exit code is 0" test "$(cat "$dir/code")" -eq 0
outcomes "$dir/clean"
finds "a label of one person" structure.labels
holds "and the exit code is 1" test "$(cat "$dir/code")" -eq 1

# ---- Planted ----

plant() { # fault and arguments; content on standard input
    python3 tests/plant.py "$dir/clean" "$dir/planted" "$@" --secret "$secret" --list "$dir/canonical" || failed "plant $*" "it did not work"
}
planted() { # name, ids that must fail...
    outcomes --label-minimum 1 "$dir/planted"
    finds "$@"
}
who=jane.roe.the.only@example.com
hash=$(printf %s $who | sha256sum | cut -c 1-64)
proof="proof.rebuild structure.capacity"

printf %s $who | plant reserved
planted "an identifier in reserved bytes" plaintext.listed plaintext.parts plaintext.readable proof.rebuild structure.capacity structure.reserved
