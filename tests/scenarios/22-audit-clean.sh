# Goal: clean indexes of random sizes, profiles, fingerprints and labels raise no alarm.
. tests/scenarios/prelude.sh

# Two hundred take a minute; builds that check every access take many times as long.
count=200
nm "$BUILD/elig-audit" | grep -q -e __asan_init -e __ubsan && count=20
check "no alarm in $count clean indexes" 0 python3 tests/clean_indexes.py "$BUILD" "$dir/tmp" $count
