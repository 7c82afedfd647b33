# SPDX-License-Identifier: Apache-2.0
# Goal: a secret is for its owner alone, whatever the umask; it is never overwritten, never half there; a secret
# that others may read is not used.
. tests/cli/prelude.sh

for mask in 000 022 077 777; do
    make_secret() { (umask $mask && exec "$build" keygen secret "$dir/secret.$mask"); }
    check "a secret is made under umask $mask" 0 make_secret
    holds "its mode is 0600 under umask $mask" test "$(stat -c %a "$dir/secret.$mask")" = 600
done
silent "keygen says nothing when all is well"
holds "and prints nothing" test ! -s "$out"
fails "two secrets differ" cmp -s "$dir/secret.022" "$dir/secret.077"
holds "a secret says what it is" grep -q '^# .*secret' "$dir/secret.022"
holds "a secret has 32 bytes" grep -qE '^elig-secret-1 [0-9a-f]{64}$' "$dir/secret.022"

cp "$dir/secret.022" "$dir/before"
check "a secret is never overwritten" 5 "$build" keygen secret "$dir/secret.022"
says "and the message says so" "never overwritten"
says "and names the file" "$dir/secret.022"
same "and the secret is what it was" "$dir/secret.022" "$dir/before"
ln -s "$dir/elsewhere" "$dir/link"
check "a link is not followed" 5 "$build" keygen secret "$dir/link"
absent "and nothing was made behind it" "$dir/elsewhere"
check "a missing folder ends with 5" 5 "$build" keygen secret "$dir/no/such/secret"
says "and is named" "$dir/no/such/secret"
check "a folder is no file" 5 "$build" keygen secret "$dir/tmp"
full() { (trap '' XFSZ && ulimit -f 0 && exec "$build" keygen secret "$dir/full"); }
check "a disk without room ends with 5" 5 full
absent "and leaves no half of a secret" "$dir/full"

# ---- Reading one ----

list=$dir/list.csv index=$dir/index
printf 'email\nada@example.com\n' > "$list"
compile() { # secret
    "$build" compile --quiet --secret "$1" --kind email=email:email -o "$index" "$list"
}
refused() { # name, secret, reason
    check "$1" 5 compile "$2"
    says "$1: the reason" "$3"
    says "$1: the file" "$2"
    absent "$1: no index" "$index"
}
for mode in 640 604 620 602 660 610 601; do
    cp "$dir/secret.022" "$dir/open" && chmod $mode "$dir/open"
    refused "a secret of mode 0$mode is refused" "$dir/open" "mode 0$mode"
    rm -f "$dir/open"
done
write() { # file, format: with mode 600
    (umask 077 && printf "$2" > "$1")
}
digits=$(sed -n 's/^elig-secret-1 //p' "$dir/secret.022")
refused "a missing secret is refused" "$dir/none" "No such file"
write "$dir/empty" ''
refused "an empty secret is refused" "$dir/empty" "not a secret"
write "$dir/bare" "$digits\n"
refused "bare digits are refused" "$dir/bare" "not a secret"
write "$dir/short" "elig-secret-1 ${digits%?}\n"
refused "a short secret is refused" "$dir/short" "not a secret"
write "$dir/long" "elig-secret-1 ${digits}0\n"
refused "a long secret is refused" "$dir/long" "not a secret"
write "$dir/twice" "elig-secret-1 $digits\nelig-secret-1 $digits\n"
refused "two secrets in one file are refused" "$dir/twice" "not a secret"
write "$dir/other" "elig-secret-2 $digits\n"
refused "a secret of another version is refused" "$dir/other" "not a secret"
write "$dir/more" "elig-secret-1 $digits\nand more\n"
refused "text after the secret is refused" "$dir/more" "not a secret"
head -c 100000 /dev/zero > "$dir/zeros" && chmod 600 "$dir/zeros"
refused "a large file is refused" "$dir/zeros" "$dir/zeros"
refused "a folder is refused" "$dir/tmp" "$dir/tmp"

mv "$dir/secret.022" "$dir/good"
check "a secret that only its owner may read is taken" 0 compile "$dir/good"
chmod 400 "$dir/good"
check "or only read" 0 compile "$dir/good"
write "$dir/commented" "# ours, for the campaign of 2026\r\n# keep it\r\nelig-secret-1 $digits\r\n"
secret=$dir/commented
ask "comments and CR LF do not matter" 0 eligible email ada@example.com
cp "$dir/good" "$dir/lax" && chmod 644 "$dir/lax"
check "elig-lookup refuses a secret that others may read" 5 "$lookup" --secret "$dir/lax" "$index" email
says "elig-lookup: the reason" "mode 0644"
for word in "$digits" "$(printf %s "$digits" | tr a-f A-F)"; do
    fails "the secret is not in the index" grep -qaF "$word" "$index"
done
