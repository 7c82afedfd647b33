#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make interop` runs: elig's key service asked by an independent implementation of RFC 9497, and elig's client
# served by it. Needs Node.js and the npm registry.
#
# BUILD  the folder with the binaries (default build)
. tests/cli/prelude.sh

modules=$BUILD/interop
mkdir -p "$modules" && cp tests/interop/package.json tests/interop/voprf.mjs "$modules" || exit 1
holds "the package is installed" npm install --prefix "$modules" --no-package-lock --no-audit --no-fund --silent
other() { node "$modules/voprf.mjs" "$@"; }

secret=$dir/secret index=$dir/index
fixed_secret "$secret"
digits=$(sed -n 's/^elig-secret-1 //p' "$secret")
"$people" --rows 300 --identifiers email > "$dir/emails"
{ echo email && cat "$dir/emails"; } > "$dir/list.csv"
holds "a blind index" "$build" compile --quiet --profile blind --secret "$secret" --kind email=email:email -o "$index" \
    "$dir/list.csv"
public=$("$lookup" --info "$index" | sed -n 's/^  public key     //p')

for count in 1 2 100; do
    mkfifo "$dir/ready"
    "$BUILD/tests/tools/key_service" "$secret" 0 right 1 > "$dir/ready" &
    read -r url < "$dir/ready"
    rm "$dir/ready"
    check "their client has $count evaluated by our service" 0 other client "$url" "$digits" "$public" $count
    wait
done

mkfifo "$dir/ready" "$dir/stop"
node "$modules/voprf.mjs" server "$digits" < "$dir/stop" > "$dir/ready" &
server=$!
exec 3> "$dir/stop"
read -r url < "$dir/ready"
one() { printf '%s\n' "$1" | "$lookup" --key-service "$url" "$index" email; }
check "our client has one evaluated by their server" 0 one "$(head -n 1 "$dir/emails")"
prints "and finds a member" eligible
check "and an outsider" 1 one outsider@example.net
all() { "$lookup" --batch --key-service "$url" "$index" email < "$dir/emails"; }
check "our client has 300 evaluated in two batches" 0 all
holds "and finds all of them" test "$(grep -cx eligible "$out")" -eq 300
exec 3>&-
holds "their server ends" wait $server

mkfifo "$dir/again"
node "$modules/voprf.mjs" server "$(echo "$digits" | tr 0 1)" < /dev/zero > "$dir/again" &
server=$!
read -r url < "$dir/again"
check "their server with another secret" 5 one "$(head -n 1 "$dir/emails")"
says "is refused by its proof" "proof is wrong"
kill $server
