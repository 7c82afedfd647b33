/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - reads and writes that do all of what they are asked, or fail; and whether two names are one file's.
 */
#ifndef ELIG_FILE_H
#define ELIG_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* Each returns 1, or 0 with errno set. A file that ends before the last byte to be read is ENODATA. */
ELIG_CHECK_RESULT int file_write_at(int file, const void *bytes, size_t length, uint64_t offset);
ELIG_CHECK_RESULT int file_read_at(int file, void *bytes, size_t length, uint64_t offset);

/* 1 if both names lead to one file, or would if there were one. */
ELIG_CHECK_RESULT int file_is_same(const char *a, const char *b);

#endif
