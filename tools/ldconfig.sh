#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The last step of `make install`: lets the loader know of the library, or says how programs find it.
# Argument: the folder of the library.
PATH=$PATH:/usr/sbin:/sbin
command -v ldconfig > /dev/null || exit 0
[ "$(id -u)" -ne 0 ] || ldconfig
if ! ldconfig -p | grep -qF "=> $1/libelig.so"; then
    echo "note: the loader does not know of the library in $1 yet. If ldconfig searches that folder, run ldconfig as"
    echo "      root; else add it to /etc/ld.so.conf.d, or set LD_LIBRARY_PATH=$1"
fi
