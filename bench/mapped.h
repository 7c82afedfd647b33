/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapped.h - plain files for peers that bring no file format of their own: written through a buffer, read as a
 * mapping.
 */
#ifndef ELIG_MAPPED_H
#define ELIG_MAPPED_H

#include <stdio.h>

#include "include/elig.h"

struct mapped {
    const uint8_t *bytes;
    uint64_t length;
};

/* Maps the whole file read-only for random access. Returns 1, or 0 with the reason printed. */
ELIG_CHECK_RESULT int mapped_open(const char *path, struct mapped *mapped);
void mapped_close(struct mapped *mapped);

/* Flushes, syncs and closes a stream. Returns 1, or 0 if anything failed since it was opened, with the reason
 * printed. NULL, a stream that could not be opened, is such a failure. */
ELIG_CHECK_RESULT int mapped_finish(FILE *stream, const char *path);

#endif
