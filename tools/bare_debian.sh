#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a newcomer sees on a bare Debian 12: makes one with debootstrap in a folder of its own, clones the last commit of
# this tree into it, and runs there `make demo`, `make test` and `make install` as root, and `make test` as an ordinary
# user. Prints how long each step took, and ends with 1 if one of them failed. As root, with debootstrap; the mirrors are
# those of this machine's apt.
#
#   tools/bare_debian.sh            all steps
#   tools/bare_debian.sh STEP...    some: refusal demo test install user-test
#
# BARE_BASE   a tar file that keeps the bare system for the next run; made if it is not there (default none)
# BARE_DIR    where to work (default a new folder in TMPDIR or /tmp, removed at the end)
set -u
suite=bookworm

# The mounts go with the namespace, however this ends.
if [ "${BARE_NAMESPACE:-}" != yes ]; then
    exec env BARE_NAMESPACE=yes unshare --mount --propagation private sh "$0" "$@"
fi
cd "$(dirname "$0")/.." || exit 1
unset BARE_NAMESPACE
[ $# -gt 0 ] || set -- refusal demo test install user-test
if [ -n "${BARE_DIR:-}" ]; then
    mkdir -p "$BARE_DIR" && dir=$BARE_DIR || exit 1
else
    dir=$(mktemp -d) || exit 1
fi
chmod 755 "$dir"
root=$dir/debian
finish() {
    # Without the mounts nothing of this machine is below the folder.
    umount -R "$root/proc" "$root/sys" "$root/dev" 2> /dev/null
    mountpoint -q "$root/dev" || rm -rf --one-file-system "$root"
    [ -n "${BARE_DIR:-}" ] || rmdir "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

sources() {
    apt-get indextargets --format "deb \$(SITE) \$(RELEASE) \$(COMPONENT)" 'Created-By: Packages' | grep " $suite" | sort -u
}

bare_system() {
    mirror=$(sources | awk -v suite=$suite '$3 == suite { print $2; exit }')
    debootstrap --variant=minbase --include=ca-certificates,git,make $suite "$root" "$mirror" > "$dir/log" 2>&1 || {
        tail -n 20 "$dir/log"
        return 1
    }
    rm -f "$dir/log"
    rm -f "$root"/var/cache/apt/archives/*.deb
}

if [ -n "${BARE_BASE:-}" ] && [ -e "$BARE_BASE" ]; then
    mkdir "$root" && tar -C "$root" -xpf "$BARE_BASE" || exit 1
else
    bare_system || exit 1
    [ -z "${BARE_BASE:-}" ] || tar -C "$root" -cf "$BARE_BASE" . || exit 1
fi
sources > "$root/etc/apt/sources.list"
# Proxies and the like.
apt-config dump | grep '^Acquire::[a-zA-Z:-]* "' > "$root/etc/apt/apt.conf.d/50host"
cp /etc/resolv.conf "$root/etc/resolv.conf"
for folder in proc sys dev; do
    mount --rbind "/$folder" "$root/$folder" || exit 1
done
chroot "$root" useradd --create-home --shell /bin/sh tester || exit 1
git clone -q --no-hardlinks . "$root/root/elig" && cp -a "$root/root/elig" "$root/home/tester/elig" &&
    chroot "$root" chown -R tester:tester /home/tester/elig || exit 1

as_root() { # script
    chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        sh -c "cd /root/elig && { $1; }" < /dev/null
}
as_user() { # script
    chroot "$root" su - tester -c "cd elig && { $1; }" < /dev/null
}

failed=0
step() { # name, command...
    title=$1
    shift
    echo "== $title"
    started=$(date +%s)
    if "$@"; then result=done; else result=FAILED failed=1; fi
    echo "== $title: $result, $(($(date +%s) - started)) s"
}

refusal() {
    as_user 'make demo' > "$dir/refusal" 2>&1
    code=$?
    cat "$dir/refusal"
    [ $code -ne 0 ] && grep -q '^run as root: apt-get update && apt-get install ' "$dir/refusal"
    code=$?
    rm -f "$dir/refusal"
    return $code
}
# A program that is linked with the installed library finds it, without further settings.
installed_library() {
    as_root 'make -s install && elig-lookup --version && cd /tmp &&
        printf "#include <elig.h>\nint main(void) { return elig_text(0) == 0; }\n" > program.c &&
        cc -o program program.c -lelig && ./program && rm program program.c &&
        test -s /usr/local/share/doc/elig/README.md && cd /root/elig && make -s uninstall'
}

for name; do
    case $name in
    refusal) step "make demo as a user who cannot install packages" refusal ;;
    demo) step "make demo as root" as_root 'make demo' ;;
    test) step "make test as root" as_root 'make test' ;;
    install) step "make install as root" installed_library ;;
    user-test) step "make test as an ordinary user" as_user 'make test' ;;
    *) echo "no such step: $name" && exit 2 ;;
    esac
done
exit $failed
