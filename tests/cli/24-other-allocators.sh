# SPDX-License-Identifier: Apache-2.0
# Goal: the programs, whose free() overwrites memory first, run beside libraries that are loaded before the C library
# and call the allocator before main(): fakeroot, faketime, another allocator.
. tests/cli/prelude.sh

if nm "$build" | grep -qE '__(asan|tsan|msan)_init'; then
    passed "other allocators (left out: the sanitizer has to come first)"
    exit 0
fi

secret=$dir/secret index=$dir/index
fixed_secret "$secret"
"$people" --rows 20000 --plain > "$dir/list.csv"
"$people" --rows 1 --identifiers email > "$dir/question"
compile() { # output, command before ...
    output=$1
    shift
    "$@" "$build" compile --quiet --secret "$secret" --salt "$fixed_salt" --threads 4 --kind email=email:email \
        --kind phone=phone:phone/KR -o "$output" "$dir/list.csv"
}
check "a list is compiled" 0 compile "$index"

beside() { # name, command before ...
    beside_name=$1
    shift
    check "$beside_name: a list is compiled on several threads" 0 compile "$dir/other" "$@"
    silent "$beside_name: without a message"
    same "$beside_name: to the same bytes" "$index" "$dir/other"
    rm -f "$dir/other" "$dir/key"
    look_up() { "$@" "$lookup" --secret "$secret" "$index" email < "$dir/question"; }
    check "$beside_name: an identifier is found" 0 look_up "$@"
    prints "$beside_name: and the answer is" eligible
    look_up_batch() { "$@" "$lookup" --secret "$secret" --batch "$index" email < "$dir/question"; }
    check "$beside_name: in a batch, too" 0 look_up_batch "$@"
    check "$beside_name: an index is audited on several threads" 0 "$@" "$BUILD/elig-audit" --quiet --threads 4 "$index"
    check "$beside_name: a key is made" 0 "$@" "$build" keygen secret "$dir/key"
    check "$beside_name: a wrong command line is refused" 2 "$@" "$lookup" --no-such-option
}

beside fakeroot fakeroot
beside "fakeroot's TCP daemon" fakeroot-tcp
beside faketime faketime '2031-05-06 07:08:09'
beside "fakeroot within faketime" faketime '2031-05-06 07:08:09' fakeroot

# An allocator that is loaded before the C library: memory goes back to the allocator that it came from.
if LD_PRELOAD=libjemalloc.so.2 /bin/true 2>&1 | grep -q .; then
    passed "jemalloc (left out: not installed)"
else
    beside jemalloc env LD_PRELOAD=libjemalloc.so.2
fi
