# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034
# What the scripts of this folder share. Each makes a list of invented people, compiles it on one machine,
# digests it in parts and assembles the sets, and compares the two files:
#
#   sh tools/scale/parallel.sh [ROWS]     BUILD names the folder of binaries (default build)
#
# Each ends with 0 if they are the same, else with 1. Nothing is left of it, whatever ends it, but the Debian
# packages it had to install; kill -9 leaves its folder in $TMPDIR, too.
#
#   begin PACKAGE...   installs what is missing; then $dir is a private folder, the current one, with list.csv,
#                      campaign.secret and whole.elig
#   isolated           runs this script again, as `--inside`, in namespaces of its own; all that it starts is gone
#                      when it ends
#   show COMMAND...    shows a command and runs it
#   compare            whole.elig and campaign.elig

set -eu
umask 077
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

inside=0
if [ "${1:-}" = --inside ]; then
    inside=1
    shift
fi
rows=${1:-200000}
case $rows in '' | *[!0-9]*)
    echo "usage: $0 [ROWS]" >&2
    exit 2
    ;;
esac

script=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
scale=$(dirname "$script")
root=$(cd "$scale/../.." && pwd)
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
people=$BUILD/tests/tools/people
PATH=$BUILD:/usr/sbin:/usr/bin:/sbin:/bin
export BUILD PATH

# Anything that never changes makes sums that can be compared between runs; for real, a salt is drawn once.
salt=000102030405060708090a0b0c0d0e0f
parts=8
# What all digests must agree on. No white space in a word of these.
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text/compact+birth:date --label status"
# 64 MiB is the least a command takes.
modest="--memory 64MiB --threads 1"

dir='' policy='' child='' signal=''

fail() { # message
    echo "$(basename "$0"): $1" >&2
    exit 1
}

show() {
    printf '$ %s\n' "$*" | sed "s|$root/||g"
    "$@"
}

seconds() {
    date +%s.%N
}

# Prints how long it has been since then.
since() { # what, when
    awk -v what="$1" -v from="$2" -v to="$(seconds)" 'BEGIN { printf "%s: %.1f s\n", what, to - from }'
}

finish() { # exit code
    trap '' INT TERM HUP
    trap - EXIT
    if [ -n "$child" ]; then
        kill -"$signal" "$child" 2> /dev/null || true
        wait "$child" 2> /dev/null || true
    fi
    [ -z "$policy" ] || rm -f "$policy"
    cd /
    # What is being killed may still have been writing there.
    [ -z "$dir" ] || rm -rf "$dir" 2> /dev/null || { sleep 1 && rm -rf "$dir"; }
    exit "$1"
}

# Runs a command that is ended by that signal when this script ends, however it does, and waits so that signals are seen.
run() { # signal, command...
    signal=$1
    shift
    setpriv --pdeathsig "$signal" "$@" &
    child=$!
    wait "$child" || {
        code=$?
        child=''
        return $code
    }
    child=''
}

# Debian's packages, without starting the services that some of them bring.
install_packages() { # packages...
    missing=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2> /dev/null |
        awk -v want="$*" '$2 == "installed" { have[$1] = 1 }
            END { n = split(want, w, " "); for (i = 1; i <= n; i++) if (!have[w[i]]) printf "%s ", w[i] }')
    [ -n "$missing" ] || return 0
    echo "needs packages of Debian that are not installed: $missing"
    if [ "$(id -u)" -eq 0 ] && [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        (set -C && umask 022 && printf '#!/bin/sh\nexit 101\n' > "$policy") || fail "cannot write $policy"
        chmod 755 "$policy"
    fi
    (umask 022 && make -s -C "$root" deps WANT="$*") || fail "cannot install: $missing"
    if [ -n "$policy" ]; then
        rm -f "$policy"
        policy=''
    fi
    echo "they stay; services among them were not started, and start when this machine does, unless they go before:"
    echo "    apt-get purge $missing"
}

begin() { # packages...
    # Not exit: a second signal would cut the work of the first short.
    trap 'finish $?' EXIT
    trap 'finish 130' INT
    trap 'finish 143' TERM
    trap 'finish 129' HUP
    { [ -x "$BUILD/elig-build" ] && [ -x "$people" ]; } || fail "no $BUILD/elig-build, $people: run 'make check-programs'"
    install_packages python3-minimal libpython3-stdlib util-linux "$@"

    dir=$(mktemp -d)
    cd "$dir"
    mkdir tmp
    export TMPDIR="$dir/tmp" PARALLEL_HOME="$dir/tmp/parallel"
    "$people" --rows "$rows" --malformed 1 --duplicates 3 --empty 5 --labels > list.csv
    echo "$rows rows of invented people, $(wc -c < list.csv) bytes"
    # A secret that never changes; for real: elig-build keygen secret campaign.secret
    printf 'elig-secret-1 %s%s\n' $salt $salt > campaign.secret
    started=$(seconds)
    # shellcheck disable=SC2086  # words are wanted
    elig-build compile --quiet --secret campaign.secret --salt $salt $kinds --skip-invalid=10% $modest \
        -o whole.elig list.csv > /dev/null 2> messages || { cat messages >&2 && fail "the list does not compile"; }
    since "compiled whole" "$started"
}

# The rest of the script with namespaces of its own for processes, mounts, network and host name, so that no
# process, interface or mount outlives it.
isolated() {
    run KILL unshare --mount --pid --net --uts --ipc --fork --kill-child --mount-proc sh "$script" --inside "$rows"
}

begin_inside() {
    dir=$PWD
    trap 'exit 143' TERM
    mount -t tmpfs -o mode=755 tmpfs /run
    ip link set lo up

    # Shells that sshd and Slurm start are to run nothing of what root's own do; and sshd refuses a root whose password
    # is locked with "!", even to a key.
    mkdir /run/home
    export HOME=/run/home
    sed 's|^root:.*|root:x:0:0:root:/run/home:/bin/sh|' /etc/passwd > /run/passwd
    sed 's/^root:[^:]*:/root:*:/' /etc/shadow > /run/shadow
    chmod 644 /run/passwd
    mount --bind /run/passwd /etc/passwd
    mount --bind /run/shadow /etc/shadow
}

# Names for addresses, instead of the machine's own.
name_hosts() { # lines of /etc/hosts
    printf '127.0.0.1 localhost\n%s\n' "$1" > /run/hosts
    chmod 644 /run/hosts
    mount --bind /run/hosts /etc/hosts
}

need_root() {
    [ "$(id -u)" -eq 0 ] || fail "needs root, for namespaces"
}

compare() {
    echo "whole.elig      $(sha256sum < whole.elig | cut -d ' ' -f 1)"
    echo "campaign.elig   $(sha256sum < campaign.elig | cut -d ' ' -f 1)"
    cmp -s whole.elig campaign.elig || fail "they differ"
    echo same
}
