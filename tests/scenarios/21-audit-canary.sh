# Goal: the programs as they are leave nothing behind, whoever runs them; and one that does is found out.
. tests/scenarios/prelude.sh

audit=$BUILD/elig-audit

check "programs that are not there" 5 "$audit" --canary --quiet --programs "$dir/nowhere"
check "--canary with an index" 2 "$audit" --canary "$dir/index"

# What sanitizers leave in memory and what they take of time is not the programs'; test_canary.c runs with them.
if nm "$audit" | grep -q -e __asan_init -e __ubsan; then
    passed "the programs are watched at work (left out: built with sanitizers)"
    exit 0
fi

check "the programs are watched at work" 0 "$audit" --canary --quiet
for id in outputs files process memory core writes sockets; do
    holds "canary.$id passes, or says that it could not be seen" grep -qE "^(PASS|WARN)  canary.$id " "$out"
done
holds "nothing is left of it" test -z "$(ls -A "$dir/tmp")"

# ---- A builder that keeps what it reads ----

mkdir "$dir/bad"
ln -s "$lookup" "$dir/bad/elig-lookup"
bad() { # what it does besides
    printf '#!/bin/sh\n%s\nexec "%s" "$@"\n' "$1" "$build" > "$dir/bad/elig-build"
    chmod +x "$dir/bad/elig-build"
}
bad "for file; do case \$file in *.csv) grep -a @ \"\$file\" | head -n 3 | base64 >> \"$dir/kept\" ;; esac; done"
check "a builder that writes addresses down elsewhere" 1 "$audit" --canary --quiet --programs "$dir/bad"
holds "is found by what it writes" grep -qE '^FAIL  canary.(files|writes) ' "$out"
bad "for file; do case \$file in *.csv) tail -n 1 \"\$file\" | rev >&2 ;; esac; done"
check "one that says a row backwards" 1 "$audit" --canary --quiet --programs "$dir/bad"
holds "is found by what it says" grep -q '^FAIL  canary.outputs ' "$out"
