# SPDX-License-Identifier: Apache-2.0
# The test programs themselves: a test of a part of the library is linked with that part only.
. tests/cli/prelude.sh

# Functions of the builder, of the auditor and of elig-lookup that a program defines.
foreign_symbols() { # program, objects' folder...
    foreign_program=$1
    shift
    # shellcheck disable=SC2046  # file names without white space
    nm -g --defined-only $(find "$@" -name '*.o') 2> "$dir/nm.err" | awk 'NF == 3 && $2 ~ /[TD]/ { print $3 }' |
        grep -vx main | sort -u > "$dir/foreign"
    nm --defined-only "$foreign_program" | awk 'NF == 3 { print $3 }' | sort -u | comm -12 - "$dir/foreign"
}

without_builder() { # test program
    foreign_symbols "$1" "$BUILD/builder" "$BUILD/audit" "$BUILD/lookup" > "$dir/found"
    [ -s "$dir/foreign" ] && cat "$dir/found" && [ ! -s "$dir/found" ]
}

for test in elig/test_leaf elig/test_tree elig/test_canon elig/test_phone elig/test_dictionary elig/test_locator \
    csv/test_csv csv/test_charset csv/test_columns; do
    holds "$test is linked without builder, auditor and elig-lookup" without_builder "$BUILD/tests/unit/$test"
done
fails "a test of the whole index is not, which shows that the check can fail" without_builder "$BUILD/tests/unit/elig/test_index"
