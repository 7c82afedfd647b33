#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Several machines: each digests parts that come to it by ssh, and the sets are assembled on this one. The other
# machines are network namespaces with a sshd and a /srv of their own, 10.77.0.11 to .14, which only this script's own
# namespace reaches. common.sh says what else to know.
# shellcheck source=tools/scale/common.sh disable=SC1083
. "$(dirname "$0")/common.sh"
hosts="host1 host2 host3 host4"
net=10.77.0

# Keys that live as long as this script; what the machines need to find each other.
make_keys() {
    mkdir ssh /run/sshd
    chmod 755 /run/sshd
    ssh-keygen -q -t ed25519 -N '' -C operator -f ssh/key
    ssh-keygen -q -t ed25519 -N '' -C host -f /run/host_key
    cp ssh/key.pub /run/authorized_keys
    cat > /run/sshd_config << EOF
HostKey /run/host_key
AuthorizedKeysFile /run/authorized_keys
PidFile none
AuthenticationMethods publickey
PermitRootLogin prohibit-password
UsePAM no
SetEnv PATH="$PATH"
EOF
    cat > ssh/config << EOF
Host host*
    User root
    IdentityFile $dir/ssh/key
    IdentitiesOnly yes
    UserKnownHostsFile $dir/ssh/known_hosts
    BatchMode yes
EOF
    names=''
    for host in $hosts; do
        names="$names$net.1${host#host} $host
"
        echo "$host,$net.1${host#host} $(cut -d ' ' -f 1-2 /run/host_key.pub)" >> ssh/known_hosts
    done
    name_hosts "$names"
}

# A machine: an address, a /srv of its own, a sshd, and nothing to see of this script's folder.
start_host() { # host
    ip netns add "$1"
    ip link add "$1" type veth peer name eth0 netns "$1"
    ip link set "$1" master bridge up
    ip -n "$1" link set lo up
    ip -n "$1" addr add "$net.1${1#host}/24" dev eth0
    ip -n "$1" link set eth0 up
    mkdir -p "machines/$1/elig"
    # shellcheck disable=SC2016  # the other shell expands it
    ip netns exec "$1" sh -c 'mount --bind "$1" /srv && cd / && mount -t tmpfs tmpfs "$2" && exec /usr/sbin/sshd -D -e \
        -f /run/sshd_config' sh "machines/$1" "$dir" 2> "/run/$1.log" &
}

on() { # host, command
    ssh -F ssh/config "$@"
}

wait_for() { # host
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        on "$1" true 2> /dev/null && return
        sleep 0.25
    done
    cat "/run/$1.log" >&2
    fail "$1 does not answer"
}

# What went over a machine's link so far.
carried() { # host
    ip -s link show "$1" | awk '/RX:/ { getline; back = $1 } /TX:/ { getline; print $1 " bytes there, " back " back" }'
}

if [ $inside -eq 0 ]; then
    need_root
    begin parallel openssh-server openssh-client iproute2
    isolated
    exit
fi

begin_inside
make_keys
ip link add bridge type bridge
ip addr add "$net.1/24" dev bridge
ip link set bridge up
for host in $hosts; do
    start_host "$host"
done
for host in $hosts; do
    wait_for "$host"
done

echo
echo "The operator puts the secret on each machine: through standard input, into a file of mode 0600."
for host in $hosts; do
    on "$host" 'umask 077 && cat > /srv/elig/campaign.secret' < campaign.secret
done
on host1 'ls -l /srv/elig' | sed '1d'

echo
echo "Parts go out, sets come back; the next free machine takes the next part."
show python3 "$scale/split_csv.py" --parts $parts list.csv part > /dev/null
export SSH_CONFIG="$dir/ssh/config"
started=$(seconds)
# {%} is the number of the job's slot, so that a machine has one job at a time.
# shellcheck disable=SC2086  # words are wanted
parallel --jobs 4 --halt now,fail=1 --joblog jobs sh "$scale/digest_on.sh" host{%} {} --quiet \
    --secret campaign.secret --salt $salt $kinds --skip-invalid=10% $modest ::: part-*.csv > messages 2>&1 ||
    { cat messages >&2 && fail "a digest failed"; }
since "digested in $parts parts on 4 machines" "$started"
for host in $hosts; do
    echo "$host: $(carried "$host"); left there: $(on "$host" 'ls /srv/elig')"
done

echo
started=$(seconds)
show elig-build assemble -o campaign.elig part-*.eligd 2>&1
since "assembled" "$started"
for host in $hosts; do
    on "$host" 'rm /srv/elig/campaign.secret'
done
compare
