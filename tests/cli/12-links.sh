# SPDX-License-Identifier: Apache-2.0
# Goal: who only looks up cannot build: elig-lookup holds nothing of the builder, and is small; the library
# shows its public functions and no others; installed, it serves C and C++ programs; what is installed can be
# removed.
. tests/cli/prelude.sh

sanitized() {
    nm "$lookup" | grep -q -e __asan_init -e __ubsan
}

# ---- elig-lookup ----

for object in "$BUILD"/builder/*.o "$BUILD"/builder/*/*.o; do
    nm --defined-only --extern-only "$object"
done | awk '$2 ~ /[TDBRVW]/ { print $3 }' | grep -vE '^(__|\.|main$|DW\.)' | sort -u > "$dir/builder"
nm "$lookup" | awk 'NF == 3 { print $3 }' | sort -u > "$dir/lookup"
holds "the builder has functions of its own" test "$(wc -l < "$dir/builder")" -gt 50
holds "and elig-build has them" sh -c 'nm "$0" | grep -q " [tT] mphf_builder_run$"' "$build"
comm -12 "$dir/builder" "$dir/lookup" > "$dir/both"
holds "elig-lookup has none of them" test ! -s "$dir/both"
for module in mphf_ csv_ charset_ row_reader_ atomic_file_ keyfile_make pipeline_; do
    holds "elig-build has functions of $module" sh -c 'nm "$0" | grep -q " [tT] $1"' "$build" $module
    fails "elig-lookup has none of $module" grep -q "^$module" "$dir/lookup"
done
for call in pwrite rename link unlink; do
    fails "elig-lookup does not call $call" grep -qE "^_*$call(at)?(@|\$)" "$dir/lookup"
done
if sanitized; then
    passed "elig-lookup is small (left out: built with sanitizers)"
else
    strip -o "$dir/stripped" "$lookup"
    size=$(stat -c %s "$dir/stripped")
    # The bound is for gcc. With clang the files are compiled one by one, without link-time optimisation: two pages
    # more.
    limit=114688
    readelf -p .comment "$lookup" | grep -q clang && limit=$((limit + 8192))
    holds "elig-lookup, stripped, is $size bytes of at most $limit" test "$size" -le $limit
    printf 'email\nada@example.com\n' > "$dir/list.csv"
    secret=$dir/secret index=$dir/index
    fixed_secret "$secret"
    check "an index to look up in" 0 "$build" compile --quiet --secret "$secret" --kind email=email:email -o "$index" \
        "$dir/list.csv"
    lookup=$dir/stripped
    ask "and stripped, it works" 0 eligible email ada@example.com
    lookup=$BUILD/elig-lookup
fi

# ---- The library ----

tr '\n' ' ' < include/elig.h | grep -oE 'ELIG_API [^(;]*\(' | sed -n 's/.*[ *]\(elig_[a-z_]*\)($/\1/p' | sort > "$dir/public"
holds "the header has functions" test "$(wc -l < "$dir/public")" -ge 10
nm -D --defined-only "$BUILD/libelig.so" | awk '$2 != "A" { print $3 }' | grep -vE '^(__asan|__odr|_init$|_fini$)' | sort > "$dir/so"
same "libelig.so exports them and no other" "$dir/public" "$dir/so"
nm --defined-only --extern-only "$BUILD/libelig.a" | awk 'NF == 3 { print $3 }' | grep -vE '^(__asan|__odr)' | sort > "$dir/a"
same "so does libelig.a" "$dir/public" "$dir/a"
nm -D --undefined-only "$BUILD/libelig.so" | sed 's/.* \([^ @]*\).*/\1/' > "$dir/needed"
for word in printf fprintf puts putchar fwrite perror exit _exit abort write pwrite fopen creat rename; do
    fails "libelig has no use for $word" grep -qx "$word" "$dir/needed"
done

# ---- Installed ----

if sanitized; then
    passed "installing (left out: built with sanitizers)"
    exit 0
fi
usr=$dir/root/usr
install() { make -s BUILD="$BUILD" DESTDIR="$dir/root" PREFIX=/usr "$@"; }
check "make install" 0 install install
for file in bin/elig-build bin/elig-lookup bin/elig-audit lib/libelig.a lib/libelig.so lib/libelig.so.1 lib/pkgconfig/elig.pc \
    include/elig.h include/elig_format.h share/man/man1/elig-build.1 share/man/man1/elig-lookup.1 share/man/man1/elig-audit.1; do
    holds "installs $file" test -s "$usr/$file"
done
holds "elig.pc knows the prefix" grep -qx 'prefix=/usr' "$usr/lib/pkgconfig/elig.pc"
holds "the installed program runs" "$usr/bin/elig-lookup" --version

for header in elig.h elig_format.h; do
    printf '#include <%s>\nint main(void) { return 0; }\n' $header > "$dir/alone.c"
    holds "$header compiles alone, in C" cc -std=c99 -Wall -Wextra -Wpedantic -Werror -I "$usr/include" -fsyntax-only "$dir/alone.c"
    if command -v g++ > "$dir/found"; then
        holds "$header compiles alone, in C++" g++ -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror \
            -I "$usr/include" -fsyntax-only "$dir/alone.c"
    fi
done
cat > "$dir/user.c" << 'END'
#include <elig.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    uint8_t secret[ELIG_SECRET_BYTES];
    struct elig_options options = ELIG_OPTIONS_INIT;
    struct elig_answer answer;
    struct elig_text text = {"ADA@example.com", 15};
    struct elig *index;
    unsigned i, kind;
    options.check = ELIG_CHECK_ALL;
    options.secret = secret;
    for (i = 0; i < ELIG_SECRET_BYTES; i++)
        secret[i] = (uint8_t)(i % 16);
    if (argc != 2 || elig_open(argv[1], &options, &index) != 0)
        return 2;
    if (elig_kind(index, "email", &kind) != 0 || elig_lookup(index, kind, &text, 1, 1, &answer) != 0)
        return 3;
    puts(elig_text(answer.verdict));
    elig_close(index);
    return answer.verdict == ELIG_ELIGIBLE ? 0 : 1;
}
END
flags() { # for what: --cflags, --libs
    if command -v pkg-config > "$dir/found"; then
        PKG_CONFIG_PATH=$usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$dir/root pkg-config "$@" elig
    else
        echo "-I$usr/include -L$usr/lib -lelig"
    fi
}
# shellcheck disable=SC2046  # words are wanted
use() { # compiler, program, more flags
    "$1" -o "$2" "$dir/user.c" $(flags --cflags --libs) "$3" && LD_LIBRARY_PATH=$usr/lib "$2" "$index"
}
check "a C program builds with the installed library, and runs" 0 use cc "$dir/user" -Wall
prints "and has its answer" eligible
holds "it is linked to libelig.so.1" sh -c 'readelf -d "$0" | grep -q "NEEDED.*libelig\.so\.1"' "$dir/user"
if command -v g++ > "$dir/found"; then
    cp "$dir/user.c" "$dir/user.cc"
    plus() { g++ -x c++ -o "$dir/userpp" "$dir/user.cc" -x none $(flags --cflags --libs) && LD_LIBRARY_PATH=$usr/lib "$dir/userpp" "$index"; }
    check "so does a C++ program" 0 plus
    prints "with the same answer" eligible
fi
static() {
    cc -o "$dir/static" "$dir/user.c" -I"$usr/include" "$usr/lib/libelig.a" -lsodium && "$dir/static" "$index"
}
check "and one with libelig.a" 0 static
prints "with the same answer too" eligible

check "make uninstall" 0 install uninstall
holds "leaves no file" test -z "$(find "$dir/root" ! -type d)"
