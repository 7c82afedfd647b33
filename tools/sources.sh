#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lists the project's C files, one a line; without the phone table, which is generated and checked as such.
#
#   tools/sources.sh            all
#   tools/sources.sh '*.c'      those that match
cd "$(dirname "$0")/.." || exit 1
find include lib builder lookup audit tests fuzz bench -name "${1:-*.[ch]}" -not -name 'phone_table.c' -not -name 'unicode_table.c' | sort
