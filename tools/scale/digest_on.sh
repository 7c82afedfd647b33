#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Digests one part of a list on another machine, and fetches the set; for ssh.sh and docs/SCALING.md.
#
#   digest_on.sh HOST PART.csv OPTION...     options of elig-build digest, as on that machine
#
# The part goes through standard input and is no file over there. If the connection breaks, the program over
# there sees its input end early and may make a set of what it got: such a set is never fetched.
# SSH_CONFIG may name a configuration for ssh.
set -eu
umask 077
host=$1 part=$2 set=$(basename "$2" .csv).eligd
shift 2
there=/srv/elig
ssh="ssh ${SSH_CONFIG:+-F $SSH_CONFIG}"

# shellcheck disable=SC2086  # words are wanted
$ssh "$host" "cd $there && elig-build digest $* -o $set" < "$part"
# shellcheck disable=SC2086
$ssh "$host" "cat $there/$set && rm -f $there/$set" > "$set.new"
mv "$set.new" "$set"
