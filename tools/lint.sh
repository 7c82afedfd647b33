#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make lint` runs: formatting, static analysis, public headers, man pages, the generated table, scripts.
# Goes through all of it, says what it finds, and ends with 1 if that is anything.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
BUILD=${BUILD:-build}
findings=$(mktemp) || exit 1
trap 'rm -f "$findings"' EXIT
failed=0

step() { # name, command...
    step_name=$1
    shift
    if "$@" > "$findings" 2>&1; then
        echo "ok $step_name"
    else
        echo "not ok $step_name"
        sed 's/^/    /' "$findings"
        failed=1
    fi
}

sources() {
    sh tools/sources.sh '*.c'
}
headers() {
    sh tools/sources.sh '*.h'
}

format() {
    # shellcheck disable=SC2046  # file names without white space
    clang-format --dry-run -Werror $(sh tools/sources.sh)
}

analyse() {
    # clang-tidy counts the warnings it left out on standard error; what it found is on standard output.
    sources | xargs -n 4 -P "$(nproc)" sh -c 'clang-tidy --quiet "$@" -- -std=c17 -D_GNU_SOURCE -I. 2> /dev/null' sh
}

# A header that needs another to come first would compile here only by luck of order.
header_alone() { # file, language, standard, further options...
    header_file=$1 language=$2 standard=$3
    shift 3
    printf '#include "%s"\n' "$header_file" |
        clang -x "$language" "-std=$standard" -Wall -Wextra -Wpedantic -Wconversion -Werror "$@" -I. -fsyntax-only -
}

syntax_python() {
    python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$1"
}

# What a program, and each of its commands, prints for --help.
help_of() { # program
    "$BUILD/$1" --help
    case $1 in elig-build) for command in inspect compile digest assemble; do "$BUILD/$1" "$command" --help; done ;; esac
}

# Each option of a program is in its manual.
options_in_manual() { # program, man page
    # mandoc prints bold letters twice, with a backspace between.
    mandoc -T ascii "$2" | sed "s/.$(printf '\b')//g" > "$findings.page"
    missing=$(help_of "$1" | sed -n 's/^  \(-[a-z], \)\?--\([a-z-]*\).*/\2/p' | sort -u | while read -r option; do
        grep -qE -e "--$option([^a-z-]|\$)" "$findings.page" || echo "--$option"
    done)
    rm -f "$findings.page"
    [ -z "$missing" ] || echo "not in $2: $missing"
    [ -z "$missing" ]
}

# The version is stated in the public header; the newest section of CHANGELOG.md is about it.
one_version() {
    in_header=$(sed -n 's/^#define ELIG_VERSION "\(.*\)"$/\1/p' include/elig.h)
    in_changes=$(sed -n 's/^## \([0-9.]*\) .*/\1/p' CHANGELOG.md | head -n 1)
    echo "include/elig.h: '$in_header', CHANGELOG.md: '$in_changes'"
    [ -n "$in_header" ] && [ "$in_header" = "$in_changes" ]
}

step "formatting" format
step "static analysis" analyse
step "who may include whom" python3 tools/check_layers.py
step "how files begin, and const" python3 tools/check_style.py
step "error numbers" python3 tools/check_errors.py
step "plain English" python3 tools/check_prose.py
step "one version" one_version
for header in include/*.h; do
    step "$header compiles alone in C" header_alone "$header" c c99
    step "$header compiles alone in C++" header_alone "$header" c++ c++11
done
for header in $(headers | grep -v ^include/); do
    step "$header compiles alone" header_alone "$header" c c17 -D_GNU_SOURCE -Wno-unused-function \
        -Wno-empty-translation-unit
done
for page in docs/*.1 docs/*.3; do
    [ -e "$page" ] && step "$page" mandoc -T lint -W warning "$page"
done
[ -e docs/elig-build.1 ] && step "elig-build.1 has all options" options_in_manual elig-build docs/elig-build.1
[ -e docs/elig-lookup.1 ] && step "elig-lookup.1 has all options" options_in_manual elig-lookup docs/elig-lookup.1
[ -e docs/elig-audit.1 ] && step "elig-audit.1 has all options" options_in_manual elig-audit docs/elig-audit.1
for script in tests/*.sh tests/cli/*.sh tests/tools/*.sh tools/*.sh tools/scale/*.sh tools/scale/*.sbatch fuzz/*.sh bench/*.sh; do
    step "$script" sh -n "$script"
done
step ".ci/run" bash -n .ci/run
for script in tests/tools/*.py tests/leak/*.py tools/*.py tools/scale/*.py; do
    step "$script" syntax_python "$script"
done
exit $failed
