/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - reads and writes of all bytes or a failure; and whether two names are those of one file. */
#ifndef ELIG_FILE_H
#define ELIG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* Read or write all of length bytes. Return 0, or ELIG_E_READ or ELIG_E_WRITE with errno set; a file that ends
 * before the last byte to be read is ENODATA. */
ELIG_CHECK_RESULT int file_write_at(int file, const void *bytes, size_t length, uint64_t offset);
ELIG_CHECK_RESULT int file_read_at(int file, void *bytes, size_t length, uint64_t offset);

/* The folder that path is in, to be freed, or NULL with errno set; *name is the name there, within path. */
char *file_folder(const char *path, const char **name);

/* Whether both names lead to one file, or would if it existed. */
ELIG_CHECK_RESULT bool file_is_same(const char *a, const char *b);

#endif
