# SPDX-License-Identifier: Apache-2.0
# Goal: none of this needs root: a user who owns a folder makes a secret, compiles, and looks up in it.
. tests/cli/prelude.sh

home=$dir/home
mkdir "$home" "$home/tmp"
cp "$build" "$lookup" "$home/"
printf 'email,phone\nada@example.com,010-1234-5678\n' > "$home/list.csv"
as_user() {
    "$@"
}
if is_root; then
    chmod 711 "$dir"
    chown -R 65534:65534 "$home"
    as_user() {
        setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$home" TMPDIR="$home/tmp" "$@"
    }
fi

secret=$home/secret index=$home/index
check "a user makes a secret" 0 as_user "$home/elig-build" keygen secret "$secret"
compile() {
    as_user "$home/elig-build" compile --quiet --secret "$secret" --kind email=email:email --kind phone=phone:phone/KR \
        -o "$index" --report "$home/report" "$@" "$home/list.csv"
}
check "and compiles" 0 compile
silent "without a message"
check "and compiles again" 0 compile
holds "the index is theirs" test "$(stat -c %u "$index")" -eq "$(as_user id -u)"
holds "the folder holds what was made and nothing else" test "$(ls -A "$home" | tr '\n' ' ')" = \
    "elig-build elig-lookup index list.csv report secret tmp "
"$people" --rows 400000 --plain > "$home/list.csv"
"$people" --rows 100 --plain --outsiders > "$home/absent.csv"
check "and compiles what is larger than the memory" 0 compile --memory 64MiB --absent "$home/absent.csv"
fails "with temporary files" grep -q '"temporary_bytes": 0,' "$home/report"
"$people" --rows 1 --identifiers email > "$home/question"
one() { as_user "$home/elig-lookup" --secret "$secret" "$index" email < "$home/question"; }
check "and looks up" 0 one
prints "eligible" eligible
batch() { as_user "$home/elig-lookup" --secret "$secret" --batch "$index" email < "$home/question"; }
check "and looks up in a batch" 0 batch
prints "eligible again" eligible

if is_root; then
    chmod 600 "$secret"
    chown 0 "$secret"
    check "a secret that is someone else's cannot be read" 5 one
    says "and the message says so" "Permission denied"
    chown 65534 "$secret"
    chown 0 "$home" && chmod 755 "$home"
    check "in a folder that is someone else's no index is made" 5 compile
    says "and the message says so too" "$index: Permission denied"
    check "nor a secret" 5 as_user "$home/elig-build" keygen secret "$home/other"
else
    passed "what is someone else's (left out: not run as root)"
fi
