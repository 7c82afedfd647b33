# SPDX-License-Identifier: Apache-2.0
# What all scenarios share. They are run from the project's root, with BUILD naming the folder of binaries:
#
#   check NAME EXIT COMMAND...   COMMAND ends with EXIT; what it wrote is then in $out and $err
#   holds NAME COMMAND...        COMMAND succeeds: for conditions that are no run of one of our programs
#   fails NAME COMMAND...        COMMAND does not
#   prints NAME TEXT             the last command wrote exactly TEXT and a line end to its standard output
#   says NAME TEXT               the last command's messages have TEXT in them
#   silent NAME                  the last command wrote no messages
#   same NAME FILE FILE          two files have the same bytes
#   absent NAME FILE             there is no such file
#   change_byte FILE OFFSET      gives that byte another value
#   ask NAME EXIT ANSWER KIND IDENTIFIER   elig-lookup with $secret and $index answers so
#
# Each prints one line, "ok NAME" or "not ok NAME" and then what was found instead. $dir is a private folder,
# gone at the end; $dir/tmp is where the programs put temporary files. SLOW=1 asks for the heavy variants.

set -u
umask 022
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
exec < /dev/null

BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
SLOW=${SLOW:-0}
root=$PWD
build=$BUILD/elig-build
lookup=$BUILD/elig-lookup
people=$BUILD/tests/tools/people
tab=$(printf '\t')

dir=$(mktemp -d) || exit 1
mkdir "$dir/tmp"
TMPDIR=$dir/tmp
export TMPDIR
out=$dir/out err=$dir/err

finish() {
    status=$?
    [ -e "$dir/failed" ] && [ $status -eq 0 ] && status=1
    cd / && rm -rf "$dir"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A secret and a salt that never change, so that what depends on chance is decided once and for all.
fixed_salt=000102030405060708090a0b0c0d0e0f
fixed_secret() { # file
    (umask 077 && printf 'elig-secret-1 %s%s\n' $fixed_salt $fixed_salt > "$1")
}

passed() { # name
    echo "ok $1"
}

failed() { # name, what was found
    echo "not ok $1"
    echo "    $2"
    : > "$dir/failed"
}

show() { # file
    head -c 2000 "$1" | head -n 20 | cat -v | sed 's/^/    | /'
}

check() { # name, exit code, command...
    check_name=$1 check_code=$2
    shift 2
    "$@" > "$out" 2> "$err"
    code=$?
    if [ $code -eq "$check_code" ]; then
        passed "$check_name"
    else
        failed "$check_name" "exit code $code, expected $check_code"
        show "$err"
        show "$out"
    fi
}

holds() { # name, command...
    check_name=$1
    shift
    if "$@" > "$dir/holds" 2>&1; then
        passed "$check_name"
    else
        failed "$check_name" "this failed: $*"
        show "$dir/holds"
    fi
}

fails() { # name, command...
    check_name=$1
    shift
    if "$@" > "$dir/holds" 2>&1; then
        failed "$check_name" "this succeeded: $*"
        show "$dir/holds"
    else
        passed "$check_name"
    fi
}

prints() { # name, text
    printf '%s\n' "$2" > "$dir/expected"
    if cmp -s "$dir/expected" "$out"; then
        passed "$1"
    else
        failed "$1" "expected '$2', got:"
        show "$out"
    fi
}

says() { # name, text
    if grep -qF -e "$2" "$err"; then
        passed "$1"
    else
        failed "$1" "no '$2' in the messages:"
        show "$err"
    fi
}

silent() { # name
    if [ ! -s "$err" ]; then
        passed "$1"
    else
        failed "$1" "messages where none were expected:"
        show "$err"
    fi
}

same() { # name, file, file
    if cmp -s "$2" "$3"; then
        passed "$1"
    else
        failed "$1" "$2 and $3 differ"
    fi
}

absent() { # name, file
    if [ -e "$2" ]; then
        failed "$1" "$2 is there"
    else
        passed "$1"
    fi
}

ask() { # name, exit code, answer, kind, identifier
    printf '%s\n' "$5" | "$lookup" --secret "$secret" "$index" "$4" > "$out" 2> "$err"
    code=$?
    printf '%s\n' "$3" > "$dir/expected"
    if [ $code -eq "$2" ] && cmp -s "$dir/expected" "$out" && [ ! -s "$err" ]; then
        passed "$1"
    else
        failed "$1" "exit code $code, expected $2 and '$3'"
        show "$out"
        show "$err"
    fi
}

# Another value for the byte at an offset of a file, whatever it was.
change_byte() { # file, offset
    was=$(od -An -tu1 -j "$2" -N 1 "$1")
    # shellcheck disable=SC2059  # the escape is the byte
    printf "\\$(printf %03o $((255 - was)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2> "$dir/dd"
}

# The lines of a file that are not exactly TEXT, counted.
others() { # file, text
    grep -cvxF -e "$2" "$1"
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}
