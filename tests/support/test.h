/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test.h - what every test program includes: cmocka, the length of an array, random numbers, files.
 *
 * Nothing here needs the builder, so that a test of a part of the library is linked with that part only. The
 * rest of tests/support is included by name: asking.h opens indexes and asks them, spellings.h compares
 * canonical forms, fixture_index.h and fixture_digest_file.h make indexes and digest files with the builder's
 * modules, forge.h repairs the hashes of files that a test changed, inject.h lets allocations and system calls
 * fail.
 */
#ifndef ELIG_TEST_H
#define ELIG_TEST_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/files.h"
#include "tests/support/random.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

#endif
