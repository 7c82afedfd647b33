# SPDX-License-Identifier: Apache-2.0
# Goal: who demands a signer gets an index that this signer published, and no older one; anything else is refused, in
# words that say which of the two it was.
. tests/cli/prelude.sh

signer=$dir/signer secret=$dir/secret list=$dir/list.csv index=$dir/index
fixed_secret "$secret"
"$people" --rows 2000 --identifiers email > "$dir/emails"
{ echo email && cat "$dir/emails"; } > "$list"
first=$(head -n 1 "$dir/emails")

# ---- Keys ----

check "a signer is made" 0 "$build" keygen signer "$signer"
silent "without a word"
holds "it is for its owner alone" test "$(stat -c %a "$signer")" = 600
holds "its public key is for all" test "$(stat -c %a "$signer.pub")" = 644
holds "the signer says what it is" grep -qE '^elig-signer-1 [0-9a-f]{64}$' "$signer"
holds "and so does the public key" grep -qE '^elig-signer-public-1 [0-9a-f]{64}$' "$signer.pub"
check "neither is overwritten" 5 "$build" keygen signer "$signer"
says "and the message says so" "never overwritten"
holds "another signer is made" "$build" keygen signer "$dir/other"
fails "and differs" cmp -s "$signer.pub" "$dir/other.pub"

# ---- Building ----

make() { # file, options...
    made=$1
    shift
    "$build" compile --quiet --secret "$secret" --salt $fixed_salt --kind email=email:email -o "$made" "$@" "$list"
}
check "an index is signed" 0 make "$index" --signer "$signer" --serial 2026-11-01T00:00:00Z --report "$dir/report.json"
holds "the report says so" grep -q '"signed": true' "$dir/report.json"
holds "and its serial" grep -q '"serial": 1793491200' "$dir/report.json"
check "the same once more" 0 make "$dir/again" --signer "$signer" --serial 2026-11-01T00:00:00Z
same "has the same bytes" "$index" "$dir/again"
holds "a digest file of the same list" "$build" digest --quiet --secret "$secret" --salt $fixed_salt --kind email=email:email \
    -o "$dir/digests" "$list"
check "is assembled and signed" 0 "$build" assemble --quiet --signer "$signer" --serial 2026-11-01T00:00:00Z \
    -o "$dir/assembled" "$dir/digests"
same "into the same bytes" "$index" "$dir/assembled"
check "the public key signs nothing" 5 make "$dir/none" --signer "$signer.pub"
says "and is told apart" "not a signer made by 'elig-build keygen signer'"
check "nor does a secret" 5 make "$dir/none" --signer "$secret"
chmod 640 "$dir/other"
check "a signer that others can read is refused" 5 make "$dir/none" --signer "$dir/other"
says "with its mode" "mode 0640"
chmod 600 "$dir/other"
check "a set is not signed" 2 "$build" digest --signer "$signer" -o "$dir/none" "$list"
check "a serial is a time" 2 make "$dir/none" --serial 7
says "of RFC 3339" "2026-12-01T09:00:00+09:00"
check "the signer is not written over" 2 make "$signer" --signer "$signer"
absent "none of these was published" "$dir/none"

# ---- Looking up ----

look() { # index, options...
    asked=$1
    shift
    printf '%s\n' "$first" | "$lookup" --secret "$secret" "$@" "$asked" email
}
asks() { # name, exit code, text of answer or message, index, options...
    ask_name=$1 ask_code=$2 ask_text=$3
    shift 3
    check "$ask_name" "$ask_code" look "$@"
    if [ "$ask_code" -eq 5 ]; then says "$ask_name: the reason" "$ask_text"; else prints "$ask_name: the answer" "$ask_text"; fi
}
asks "no one demands a signer" 0 eligible "$index"
asks "the signer is demanded" 0 eligible "$index" --signer "$signer.pub"
asks "another signer is demanded" 5 "signed by another key than the one demanded" "$index" --signer "$dir/other.pub"
asks "the private key is no public key" 5 "not a signer's public key" "$index" --signer "$signer"
asks "a missing public key" 5 "No such file" "$index" --signer "$dir/missing.pub"
holds "an index without a signature" make "$dir/unsigned"
asks "is refused" 5 "not signed, and a signer is demanded" "$dir/unsigned" --signer "$signer.pub"
asks "unless no one demands one" 0 eligible "$dir/unsigned"

export ELIG_SIGNER="$signer.pub"
asks "the environment demands a signer" 0 eligible "$index"
asks "and refuses an unsigned index" 5 "not signed" "$dir/unsigned"
check "and --info of it, too" 5 "$lookup" --info "$dir/unsigned"
asks "the option wins over it" 5 "another key" "$index" --signer "$dir/other.pub"
ELIG_SIGNER=
asks "an empty name in it is no way out" 5 "read the signer's public key" "$index"
unset ELIG_SIGNER

# ---- Older ones ----

newer() { # name, exit code, answer or message, time, index
    asks "$1" "$2" "$3" "$5" --signer "$signer.pub" --newer-than "$4"
}
newer "the accepted index itself" 0 eligible 2026-11-01T00:00:00Z "$index"
newer "a later one than the accepted" 0 eligible 2026-10-31T23:59:59Z "$index"
newer "an older one than the accepted" 5 "older than the one demanded" 2026-11-01T00:00:01Z "$index"
holds "an index without serial" make "$dir/undated" --signer "$signer"
newer "is older than any" 5 "older than the one demanded" 2020-01-01T00:00:00Z "$dir/undated"
check "--newer-than takes a time" 2 look "$index" --signer "$signer.pub" --newer-than yesterday
check "--newer-than without a signer is no proof" 2 look "$index" --newer-than 2020-01-01T00:00:00Z

# ---- Edited ones ----

# The salt, the campaign, the serial, the signature, a leaf.
for at in 40 1600 113 4050 4500; do
    cp "$index" "$dir/edited" && chmod 644 "$dir/edited"
    change_byte "$dir/edited" $at
    check "byte $at changed" 5 look "$dir/edited" --signer "$signer.pub"
    if [ $at -lt 4096 ]; then says "the signature tells" "signature is wrong"; else says "the page tells" "damaged"; fi
done

check "--info says who signed, and when" 0 "$lookup" --info --signer "$signer.pub" "$index"
holds "by the public key" grep -q "^signed           by $(sed -n 's/^elig-signer-public-1 //p' "$signer.pub")$" "$out"
holds "and the serial" grep -qx 'serial           2026-11-01T00:00:00Z' "$out"
check "as JSON, too" 0 "$lookup" --info --json "$index"
holds "with the key" grep -q "\"signer\": \"$(sed -n 's/^elig-signer-public-1 //p' "$signer.pub")\"" "$out"
holds "and null in an unsigned index" sh -c "'$lookup' --info --json '$dir/unsigned' | grep -q '\"signer\": null'"
