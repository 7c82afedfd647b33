/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file_type.h - names a file that is given as a list and is something else, by its first bytes.
 */
#ifndef ELIG_FILE_TYPE_H
#define ELIG_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a file's start that are enough. */
#define FILE_TYPE_BYTES 512

/*
 * What the file is, and what to do, to be printed after its name; NULL if its first bytes, length of them, may
 * be those of a list. is_wide: the list's encoding has units of more than a byte, so that zero bytes are right.
 */
const char *file_type_advice(const char *bytes, size_t length, bool is_wide);

#endif
