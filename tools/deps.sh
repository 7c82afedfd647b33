#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make deps` runs: installs the Debian packages that are missing. As root it calls apt-get; else it calls sudo,
# which asks for a password only on a terminal. Where neither is possible it prints the command to run and ends with 1.
# Arguments: packages.
set -u

if ! command -v dpkg-query > /dev/null; then
    echo "not Debian, so nothing is checked; needed is what Debian 12 calls: $*"
    exit 0
fi
missing=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2> /dev/null |
    awk -v wanted="$*" '
        $2 == "installed" { installed[$1] = 1 }
        END {
            n = split(wanted, name, " ")
            for (i = 1; i <= n; i++)
                if (!(name[i] in installed))
                    printf " %s", name[i]
        }')
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif ! command -v sudo > /dev/null; then
    as_root=none
elif sudo -n true 2> /dev/null; then
    as_root="sudo -n"
elif [ -t 0 ] && [ -t 2 ]; then
    as_root=sudo
else
    as_root=none
fi
if [ "$as_root" = none ]; then
    {
        echo "missing packages:$missing"
        echo "run as root: apt-get update && apt-get install --no-install-recommends$missing"
    } >&2
    exit 1
fi

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
echo "installing:$missing"
# shellcheck disable=SC2086  # lists of words
if ! { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing; } > "$log" 2>&1; then
    cat "$log" >&2
    echo "cannot install:$missing" >&2
    exit 1
fi
