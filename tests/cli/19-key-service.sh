# SPDX-License-Identifier: Apache-2.0
# Goal: a blind index is asked by way of a key service as if its secret were available, and no service that does otherwise
# than it should, by accident or not, makes an answer.
. tests/cli/prelude.sh

service=$BUILD/tests/tools/key_service
secret=$dir/secret index=$dir/index
fixed_secret "$secret"
holds "another secret" "$build" keygen secret "$dir/other"
"$people" --rows 700 --identifiers email > "$dir/emails"
{ echo email,name,birth && sed 's/$/,Ada Ashdown,1985-12-31/' "$dir/emails"; } > "$dir/list.csv"
holds "a blind index" "$build" compile --quiet --profile blind --secret "$secret" --kind email=email:email \
    --kind person=name:text+birth:date -o "$index" "$dir/list.csv"
first=$(head -n 1 "$dir/emails")

# Starts a service; $url is where it is. It ends by itself after that number of requests.
serve() { # secret, where, how, requests
    rm -f "$dir/socket"
    mkfifo "$dir/ready"
    "$service" "$1" "$2" "$3" "$4" > "$dir/ready" 2> "$dir/service.err" &
    server=$!
    read -r url < "$dir/ready"
    rm "$dir/ready"
}
asked() { # identifier, options...
    typed=$1
    shift
    printf '%s\n' "$typed" | "$lookup" --key-service "$url" "$@" "$index" email
}
socket=unix:$dir/socket

# ---- As it should be ----

for where in "$socket" 0; do
    serve "$secret" "$where" right 6
    check "$where: a member" 0 asked "$first"
    prints "$where: a member: the answer" eligible
    check "$where: in capitals" 0 asked "$(echo "$first" | tr a-z A-Z)"
    check "$where: an outsider" 1 asked outsider@example.net
    prints "$where: an outsider: the answer" "not listed"
    check "$where: a malformed one is not asked about" 3 asked no-address
    composite() { printf 'ada ashdown\t1985/12/31\n' | "$lookup" --key-service "$url" "$index" person; }
    check "$where: a composite" 0 composite
    { cat "$dir/emails" && echo bad && sed 's/^/x/' "$dir/emails"; } | head -n 300 > "$dir/lines"
    batch() { "$lookup" --batch --key-service "$url" "$index" email < "$dir/lines"; }
    check "$where: a batch in two requests" 0 batch
    holds "$where: has an answer to each" test "$(grep -cx eligible "$out")" -eq 300
    holds "$where: the service ends" wait "$server"
done
with_secret() { "$lookup" --batch --secret "$secret" "$index" email < "$dir/mixed"; }
{ head -n 50 "$dir/emails" && echo bad && head -n 50 "$dir/emails" | sed 's/^/x/'; } > "$dir/mixed"
check "a batch with the secret" 3 with_secret
cp "$out" "$dir/expected.answers"
serve "$secret" "$socket" right 1
by_service() { "$lookup" --batch --key-service "$url" "$index" email < "$dir/mixed"; }
check "the same by way of the service" 3 by_service
same "has the same answers" "$dir/expected.answers" "$out"

# ---- As it should not be ----

wrong() { # name, text, secret, how
    serve "$3" "$socket" "$4" 1
    check "$1" 5 by_service
    says "$1: the reason" "$2"
    holds "$1: no answer" test ! -s "$out"
    fails "$1: nothing of an identifier" grep -q example "$err"
    wait "$server"
}
wrong "another secret" "proof is wrong" "$dir/other" right
wrong "a wrong proof" "proof is wrong" "$secret" proof
wrong "elements in another order" "proof is wrong" "$secret" swapped
wrong "the identity in place of an element" "proof is wrong" "$secret" zero
wrong "an answer too short" "another length" "$secret" short
wrong "an answer too long" "another length" "$secret" long
wrong "a refusal" "HTTP status 400" "$secret" status
wrong "no answer at all" "ask the key service" "$secret" silent
url=unix:$dir/nowhere
check "no service" 5 asked "$first"
says "is named" "ask the key service unix:$dir/nowhere"
for url in ftp://127.0.0.1/ nowhere '' unix: https:// http://user:password@127.0.0.1/; do
    check "'$url' is no service" 2 asked "$first"
    fails "'$url': no password is repeated" grep -q password@ "$err"
done
holds "an index that is over" "$build" compile --quiet --profile blind --secret "$secret" --kind email=email:email \
    --not-after 2020-01-01T00:00:00Z -o "$dir/over" "$dir/list.csv"
over() { echo "$first" | "$lookup" --key-service "unix:$dir/nowhere" "$dir/over" email; }
check "asks no one" 4 over
prints "but says so" closed

# ---- Command lines ----

holds "a keyed index" "$build" compile --quiet --secret "$secret" --kind email=email:email -o "$dir/keyed" "$dir/list.csv"
keyed() { echo "$first" | "$lookup" --key-service "$socket" "$dir/keyed" email; }
check "has no use for a service" 2 keyed
says "and says so" "--key-service is for a blind index"
both() { echo "$first" | "$lookup" --key-service "$socket" --secret "$secret" "$index" email; }
check "a secret and a service exclude each other" 2 both
neither() { echo "$first" | "$lookup" "$index" email; }
check "and one of them is needed" 5 neither
says "which the message says" "--key-service URL"
