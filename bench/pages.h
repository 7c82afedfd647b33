/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.h - pages of files: how many were read, counted by the kernel; and of processes: how many are resident.
 */
#ifndef ELIG_PAGES_H
#define ELIG_PAGES_H

#include <stdint.h>

#include "include/elig.h"

/* Drops a file from the page cache. Nobody may have it mapped. Returns 1, or 0 if pages stayed. */
int pages_drop(const char *path);

/* Reads a file, so that the page cache has it. Returns 1 or 0. */
ELIG_CHECK_RESULT int pages_fetch(const char *path);

/* Pages of the file that are in the page cache now; -1 on failure. */
int64_t pages_cached(const char *path);

/* Touches every page of the file in whatever mappings of it this process has. Returns 1 or 0. */
ELIG_CHECK_RESULT int pages_touch(const char *path);

/* Bytes of this process's resident memory, mapped files included; -1 on failure. */
int64_t pages_resident(void);

/*
 * Opens an index in that mode with nothing of it in memory, asks for one digest, which must be listed, and
 * returns how many pages of the file were read; unless the mode is ELIG_CHECK_WALK, what opening read is not
 * counted. -1 if that cannot be found out.
 */
int64_t pages_of_lookup(const char *path, enum elig_check check, const uint8_t digest[ELIG_DIGEST_BYTES]);

#endif
