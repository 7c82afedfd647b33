# SPDX-License-Identifier: Apache-2.0
# Goal: docs/FORMAT.md is the whole truth about the file. A reader written from that page alone (tests/tools/reader.py) accepts
# what elig-build makes, answers as elig-lookup does, makes the same bytes from the same list, and refuses what
# elig-lookup refuses; the example on the page is a real one.
. tests/cli/prelude.sh

secret=$dir/secret
fixed_secret "$secret"

reader() { # arguments
    python3 "$root/tests/tools/reader.py" "$@"
}
compile() { # index, options and inputs
    index=$1
    shift
    "$build" compile --quiet --secret "$secret" --salt $fixed_salt -o "$index" "$@"
}

# ---- The example ----

# The page's commands, run as they stand there.
mkdir "$dir/example"
ln -s "$root/docs" "$dir/example/docs"
awk '/^## /{ at = /Example/ } at && (/^    \$ / || more) { print substr($0, more ? 5 : 7); more = /\\$/ }' \
    docs/FORMAT.md > "$dir/commands"
example() { (cd "$dir/example" && PATH=$BUILD:$PATH sh -e "$dir/commands"); }
check "the commands of the page run" 0 example
holds "the list is what the page shows" python3 - "$out" << 'END'
import sys

page = open("docs/FORMAT.md", encoding="utf-8").read()
shown = "".join("    " + line + "\n" for line in open(sys.argv[1], encoding="utf-8").read().splitlines())
sys.exit(shown == "" or "list.csv\n" + shown + "    $ " not in page)
END
index=$dir/example/example.elig
holds "every line of the page's dump is there, and no other of the first two pages" python3 - "$index" << 'END'
import re
import sys

shown = re.findall(r"^    ([0-9a-f]{8}: .{57})", open("docs/FORMAT.md", encoding="utf-8").read(), re.MULTILINE)
raw = open(sys.argv[1], "rb").read()


def dump(at):
    row = raw[at:at + 16]
    words = " ".join(row[i:i + 2].hex() for i in range(0, 16, 2))
    return f"{at:08x}: {words}  " + "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)


wanted = [dump(at) for at in range(0, 8192, 16) if any(raw[at:at + 16])]
wanted += [dump(int(line[:8], 16)) for line in shown if int(line[:8], 16) >= 8192]
for line in set(shown) ^ set(wanted):
    print(line)
sys.exit(shown != wanted or len(raw) != 12288)
END

secret=$dir/example/secret
check "the reader accepts it" 0 reader "$index" --check
says_of() { # kind, canonical form
    printf '%s\n' "$2" | python3 "$root/tests/tools/reader.py" "$index" --secret "$secret" --kind "$1" --canonical
}
check "the first identifier" 0 says_of email jane.roe@example.com
prints "has its label" "eligible${tab}voucher"
check "the second" 0 says_of email hong@example.co.kr
prints "has none" eligible
check "the third" 0 says_of phone 821012345678
prints "has the same label" "eligible${tab}voucher"
check "another" 0 says_of email no@example.com
prints "is not listed" "not listed"
ask "elig-lookup says the same of the first" 0 "eligible${tab}voucher" email Jane.Roe@Example.com
ask "and of the third" 0 "eligible${tab}voucher" phone 010-1234-5678
ask "and of another" 1 "not listed" email no@example.com
holds "the page's digests, buckets, pilots and slots" python3 - tests/tools "$index" "$secret" << 'END'
import sys

sys.path.insert(0, sys.argv[1])
import reader

page = open("docs/FORMAT.md", encoding="utf-8").read()
index, secret = reader.Index(open(sys.argv[2], "rb").read()), reader.read_key(sys.argv[3], b"elig-secret-1")
header, seed, leaf = index.header, index.header.root.seed, index.raw[-4096:]
for kind, form in ("email", "jane.roe@example.com"), ("email", "hong@example.co.kr"), ("phone", "821012345678"):
    digest = reader.keyed_digest(secret, header.salt, kind.encode(), form.encode())
    h = reader.leaf_hash(digest, seed)
    bucket = reader.bucket_of(h, header.buckets)
    at = 4096 - 2 * (header.buckets - bucket)
    pilot = reader.integer(leaf[at:at + 2])
    q, d = divmod(pilot, header.slots)
    slot = reader.slot_of(h, pilot, header.slots)
    row = (f"| {kind} `{form}` | `{digest[:16].hex()}` `{digest[16:].hex()}` | `{h:016x}` | {bucket} | {at} | {pilot} "
           f"| {q}, {d} | {slot} | {slot * 33} |\n")
    if row not in page:
        sys.exit(row)
END
printf 'email\tjane.roe@example.com\tvoucher\nemail\thong@example.co.kr\nphone\t821012345678\tvoucher\n' > "$dir/forms"
check "the reader makes the example's bytes" 0 reader "$index" --secret "$secret" --rebuild "$dir/forms"
sed 's/hong/hang/' "$dir/forms" > "$dir/others"
check "and others from another list" 5 reader "$index" --secret "$secret" --rebuild "$dir/others"
secret=$dir/secret
check "another secret is refused" 5 says_of email jane.roe@example.com
holds "without an answer" test ! -s "$out"

# ---- Thousands ----

# Splits a list into what is typed, what its canonical form is, and what --rebuild reads.
forms() { # list, prefix of the files
    python3 - "$1" "$2" << 'END'
import csv
import sys

prefix = sys.argv[2]
files = {}


def put(name, text):
    if name not in files:
        files[name] = open(f"{prefix}.{name}", "w", encoding="utf-8")
    files[name].write(text + "\n")


for row in csv.DictReader(open(sys.argv[1], encoding="utf-8")):
    name = row["name"].lower().replace(" ", "")
    for kind, typed, parts in (
            ("email", row["email"], [row["email"]]),
            ("phone", row["phone"], ["82" + row["phone"].replace("-", "").lstrip("0")]),
            ("person", row["name"] + "\t" + row["birth"], [name, row["birth"]])):
        put(kind + ".typed", typed)
        put(kind + ".forms", "\t".join(parts))
        put("all", f"{kind}\t" + "\x1f".join(parts) + "\t" + row.get("status", ""))
END
}

# Every type with every option.
printf 'email,phone,name,number,birth\nada@example.com,010-1234-5678,Ada,12,1990-02-03\n' > "$dir/options.csv"
check "an index of all options" 0 compile "$dir/options.elig" --kind a=email:email/plus --kind b=email:email/gmail \
    --kind c=email:email/plus/gmail --kind d=phone:phone --kind e=phone:phone/KR --kind f=name:text/compact \
    --kind g=name:text/plain --kind h=name:text/plain/compact --kind i=number:digits --kind j=birth:date \
    --kind k=name:exact --allow-empty d --skip-invalid "$dir/options.csv"
check "the reader knows all of them" 0 reader "$dir/options.elig" --check

"$people" --plain --labels --rows 900 --seed 14 > "$dir/list.csv"
"$people" --plain --rows 900 --seed 14 --outsiders > "$dir/outsiders.csv"
holds "their canonical forms" forms "$dir/list.csv" "$dir/in"
holds "and those of others" forms "$dir/outsiders.csv" "$dir/out"
check "2,700 identifiers compile" 0 compile "$dir/index" --kind email=email:email --kind phone=phone:phone/KR \
    --kind person=name:text/compact+birth:date --label status --campaign '보상 안내' \
    --not-before 2020-01-01T00:00:00Z "$dir/list.csv"
check "the reader accepts them" 0 reader "$index" --check
"$lookup" --info "$index" > "$out"
holds "there are several leaves under an inner page" grep -q 'leaves under 1 levels' "$out"
for kind in email phone person; do
    cat "$dir/in.$kind.typed" "$dir/out.$kind.typed" > "$dir/typed"
    cat "$dir/in.$kind.forms" "$dir/out.$kind.forms" > "$dir/typed.forms"
    "$lookup" --secret "$secret" --batch "$index" $kind < "$dir/typed" > "$dir/answers"
    answers() { python3 "$root/tests/tools/reader.py" "$index" --secret "$secret" --kind "$kind" < "$dir/typed.forms"; }
    check "$kind: the reader answers" 0 answers
    same "$kind: as elig-lookup does" "$out" "$dir/answers"
    holds "$kind: members are eligible, others are not" test \
        "$(head -n 900 "$out" | grep -c '^eligible') $(tail -n 900 "$out" | grep -cx 'not listed')" = "900 900"
done
check "the reader makes the same bytes" 0 reader "$index" --secret "$secret" --rebuild "$dir/in.all"
sed '1234d' "$dir/in.all" > "$dir/fewer"
check "and others for one less" 5 reader "$index" --secret "$secret" --rebuild "$dir/fewer"

# ---- What is rare ----

grep '^email' "$dir/in.all" | cut -f 1-2 > "$dir/emails"
head -n 100 "$dir/in.email.typed" > "$dir/few.csv"
check "a leaf with 100 identifiers for its 967 slots" 0 compile "$dir/few" --kind email=1:email --no-header \
    "$dir/few.csv"
head -n 100 "$dir/emails" > "$dir/hundred"
check "is made the same" 0 reader "$index" --secret "$secret" --rebuild "$dir/hundred"
tail -n +3 "$dir/in.email.typed" | head -n 566 > "$dir/full.csv"
check "a full leaf, and the widest fingerprints" 0 compile "$dir/full" --kind email=1:email --no-header \
    --fpr 1.4e-17 "$dir/full.csv"
holds "which takes more than one seed" test "$(od -An -tu2 -j218 -N2 "$index")" -gt 0
tail -n +3 "$dir/emails" | head -n 566 > "$dir/full.all"
check "is made the same" 0 reader "$index" --secret "$secret" --rebuild "$dir/full.all"
check "the reader accepts it" 0 reader "$index" --check
head -n 566 "$dir/in.email.typed" > "$dir/full.csv"
check "another full leaf" 0 compile "$dir/full" --kind email=1:email --no-header --fpr 1.4e-17 "$dir/full.csv"
holds "which the first seed solves, after some buckets have made room for others" \
    test "$(od -An -tu2 -j218 -N2 "$index")" -eq 0
head -n 566 "$dir/emails" > "$dir/full.all"
check "is made the same" 0 reader "$index" --secret "$secret" --rebuild "$dir/full.all"
check "a list with absent identifiers at 2^-8" 0 compile "$dir/absent" --kind email=email:email --fpr 0.00390625 \
    --absent "$dir/outsiders.csv" "$dir/list.csv"
grep '^email' "$dir/out.all" | cut -f 1-2 > "$dir/absent.all"
check "is made the same" 0 reader "$index" --secret "$secret" --rebuild "$dir/emails" --absent "$dir/absent.all"
check "and not without them" 5 reader "$index" --secret "$secret" --rebuild "$dir/emails"
check "no one at all" 0 compile "$dir/no-one" --allow-empty email --kind email=email:email - << END
email
END
check "is an index" 0 reader "$index" --check
: > "$dir/no.forms"
check "and made the same" 0 reader "$index" --secret "$secret" --rebuild "$dir/no.forms"
check "of which the reader says" 0 says_of email no@example.com
prints "that no one is listed" "not listed"
holds "a signer" "$build" keygen signer "$dir/signer"
check "a signed index" 0 compile "$dir/signed" --kind email=1:email --no-header --signer "$dir/signer" \
    --serial 2026-11-01T00:00:00Z "$dir/few.csv"
check "the reader accepts it" 0 reader "$index" --check
check "and makes the same" 0 reader "$index" --secret "$secret" --rebuild "$dir/hundred" --signer "$dir/signer"
check "but not unsigned" 5 reader "$index" --secret "$secret" --rebuild "$dir/hundred"
for at in 4040 4090; do # both halves of a signature
    cp "$index" "$dir/forged" && chmod 644 "$dir/forged"
    change_byte "$dir/forged" $at
    check "a signature with byte $at changed" 5 reader "$dir/forged" --check
    holds "is no signature" grep -q 'header: signature' "$err"
done
for profile in offline blind; do
    case $profile in
    offline) options="--argon2-memory 19MiB --argon2-passes 2 --work-bits 2 --accept-enumerable" ;;
    blind) options="--secret $secret" ;;
    esac
    check "a list of profile $profile" 0 "$build" compile --quiet --profile $profile $options --kind email=1:email \
        --no-header -o "$dir/profile" "$dir/few.csv"
    check "the reader accepts it" 0 reader "$dir/profile" --check
done
check "an index that is over" 0 compile "$dir/over" --kind email=1:email --no-header \
    --not-after 2020-01-01T00:00:00Z "$dir/full.csv"
check "answers" 0 says_of email "$(head -n 1 "$dir/full.csv")"
prints "so" closed

# ---- Damage ----

index=$dir/index
# Every line: an offset (negative: from the end) where a bit is flipped, and what is there.
cat > "$dir/places" << 'END'
0 magic
8 format version
12 rules version
16 profile
40 salt
60 key check
80 reserved byte
136 number of identifiers
161 payload bits
220 tag of the root
1536 campaign
1791 end of the campaign
3000 unused byte
3970 public key
4010 header hash
4050 signature
4100 dictionary
8191 end of the dictionary's page
8192 first separator
8222 second separator
8250 tag of a leaf
12000 end of the inner page
12288 first slot
-1 last pilot
END
holds "copies, each with one bit flipped" python3 - "$index" "$dir" << 'END'
import sys

index, folder = sys.argv[1:]
for line in open(folder + "/places"):
    raw = bytearray(open(index, "rb").read())
    at = int(line.split()[0])
    raw[at] ^= 1 << at % 8
    open(f"{folder}/damaged.{at}", "wb").write(raw)
END
batch() { # file
    "$lookup" --secret "$secret" --batch "$1" email < "$dir/in.email.typed"
}
refused() { # what, file
    check "$1: the reader refuses" 5 reader "$2" --check
    holds "$1: and says why" grep -q '^reader.py: ' "$err"
    check "$1: elig-lookup refuses" 5 batch "$2"
}
while read -r offset what; do
    refused "$what" "$dir/damaged.$offset"
done < "$dir/places"
head -c 16384 "$index" > "$dir/damaged"
refused "a page less" "$dir/damaged"
head -c 3000 "$index" > "$dir/damaged"
refused "less than a header" "$dir/damaged"
{ cat "$index" && head -c 4096 /dev/zero; } > "$dir/damaged"
refused "a page more" "$dir/damaged"
