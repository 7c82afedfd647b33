/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.h - pages of a file in the page cache, and of a process in memory, as the kernel counts them.
 *
 * Functions that return bool return false if the system does not support or refuses it.
 */
#ifndef ELIG_PAGES_H
#define ELIG_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "include/elig.h"

/* Drops a file, which no process may have mapped, from the page cache. Returns false also if pages stayed. */
ELIG_CHECK_RESULT bool pages_drop(const char *path);

/* Reads a whole file, so that it is in the page cache. */
ELIG_CHECK_RESULT bool pages_fetch(const char *path);

/* Counts the pages of the file that are in the page cache now. */
ELIG_CHECK_RESULT bool pages_cached(const char *path, uint64_t *count);

/* Reads a byte of every page of the file in all mappings of it that this process has. */
ELIG_CHECK_RESULT bool pages_touch(const char *path);

/* Bytes of this process's resident memory, mapped files included. */
ELIG_CHECK_RESULT bool pages_resident(uint64_t *bytes);

/*
 * Opens an index in that mode with no page of it in memory, looks up one digest, which must be listed, and
 * counts the pages of the file that were read. The pages that opening reads are counted in the mode
 * ELIG_CHECK_WALK only.
 */
ELIG_CHECK_RESULT bool pages_of_lookup(const char *path, enum elig_check check,
                                       const uint8_t digest[ELIG_DIGEST_BYTES], uint64_t *pages);

#endif
