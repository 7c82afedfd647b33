# SPDX-License-Identifier: Apache-2.0
# Goal: the examples of docs/examples compile as C and C++ of several standards, without a warning, against what is
# installed, and answer.
. tests/cli/prelude.sh

if nm "$lookup" | grep -q -e __asan_init -e __ubsan; then
    passed "examples (left out: built with sanitizers)"
    exit 0
fi
usr=$dir/root/usr
check "make install" 0 make -s BUILD="$BUILD" DESTDIR="$dir/root" PREFIX=/usr install
holds "elig(3) is installed" test -s "$usr/share/man/man3/elig.3"

secret=$dir/secret
fixed_secret "$secret"
printf 'email,tier\nada@example.com,gold\nben@example.com,\n' > "$dir/list.csv"
check "an index with labels" 0 "$build" compile --quiet --secret "$secret" --kind email=email:email --label tier \
    --label-minimum 1 -o "$dir/index" "$dir/list.csv"
printf 'name,born\nAda Kim,1990-01-02\nBen Lee,1991-02-03\n' > "$dir/persons.csv"
check "an index of composites" 0 "$build" compile --quiet --secret "$secret" --kind person=name:text+born:date \
    -o "$dir/persons" "$dir/persons.csv"
check "a blind index of composites" 0 "$build" compile --quiet --profile blind --secret "$secret" \
    --kind person=name:text+born:date -o "$dir/blind-persons" "$dir/persons.csv"
check "a blind index" 0 "$build" compile --quiet --profile blind --secret "$secret" --kind email=email:email \
    -o "$dir/blind-index" "$dir/list.csv"

compile() { # example, compiler, language, standard
    "$2" -x "$3" "-std=$4" -Wall -Wextra -Wpedantic -Werror -o "$dir/example" "docs/examples/$1" -x none \
        -I"$usr/include" -L"$usr/lib" -lelig
}
run() {
    LD_LIBRARY_PATH=$usr/lib "$dir/example" "$@"
}
lookups() {
    check "it finds one who is listed" 0 run "$dir/index" "$secret" email ' ADA@example.com'
    prints "with the label" "eligible, label gold"
    check "it does not find another" 0 run "$dir/index" "$secret" email eve@example.com
    prints "and says so" "not listed"
    check "it tells a malformed address" 0 run "$dir/index" "$secret" email ada
    prints "with the reason" "invalid: e-mail address without @"
    check "it finds a composite" 0 run "$dir/persons" "$secret" person 'ada kim' 1990-01-02
    prints "by its parts" "eligible"
    check "it refuses a composite with a part missing" 1 run "$dir/persons" "$secret" person 'ada kim'
    says "in words" "the number of parts of person is 2"
    check "it refuses a part too many" 1 run "$dir/index" "$secret" email ada@example.com gold
    says "in words" "the number of parts of email is 1"
    check "it names a missing file" 1 run "$dir/nowhere" "$secret" email ada@example.com
    chmod 644 "$secret"
    check "it refuses a secret that others can read" 1 run "$dir/index" "$secret" email ada@example.com
    says "by its name" "others than its owner may use the key file"
    chmod 600 "$secret"
}
"$build" keygen secret "$dir/other"
blind() {
    check "it finds one who is listed" 0 run "$dir/blind-index" "$secret" 'ADA@example.com'
    prints "without the secret" "eligible"
    check "it does not find another" 0 run "$dir/blind-index" "$secret" eve@example.com
    prints "and says so" "not listed"
    check "it refuses an index of composites" 1 run "$dir/blind-persons" "$secret" 'Ada Kim'
    says "in words" "this example is for identifiers of one part"
    check "a service with another secret is refused" 1 run "$dir/blind-index" "$dir/other" ada@example.com
    says "by its proof" "the key service's proof is wrong"
}

for way in "cc c c11" "cc c c17" "g++ c++ c++17"; do
    # shellcheck disable=SC2086  # compiler, language and standard are three words
    check "lookup.c compiles as ${way##* }" 0 compile lookup.c $way
    lookups
    # shellcheck disable=SC2086
    check "blind.c compiles as ${way##* }" 0 compile blind.c $way
    blind
done
check "batch.cpp compiles as c++17" 0 compile batch.cpp g++ c++ c++17
printf 'ada@example.com\nben@example.com\neve@example.com\nnothing\n' > "$dir/asked"
batch() {
    run "$dir/index" "$secret" email < "$dir/asked"
}
check "it answers line by line" 0 batch
printf 'eligible\tgold\neligible\nnot listed\ninvalid\n' > "$dir/answers"
same "with the labels" "$out" "$dir/answers"
composites() {
    run "$dir/persons" "$secret" person < "$dir/asked"
}
printf 'ADA KIM\t1990-01-02\nBen Lee\t1990-01-02\n' > "$dir/asked"
check "it splits composites at tabs" 0 composites
printf 'eligible\nnot listed\n' > "$dir/answers"
same "and answers line by line" "$out" "$dir/answers"
printf 'ADA KIM\t1990-01-02\nBen Lee\n' > "$dir/asked"
check "it refuses a line with a part missing" 1 composites
says "in words" "another number of parts"
