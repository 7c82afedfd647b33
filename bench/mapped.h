/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapped.h - plain files for peers without a file format of their own: written through a stream, read through a
 * mapping.
 */
#ifndef ELIG_MAPPED_H
#define ELIG_MAPPED_H

#include <stdbool.h>
#include <stdio.h>

#include "include/elig.h"

struct mapped {
    const uint8_t *bytes;
    uint64_t length;
};

/* Maps the whole file read-only for random access. On failure prints the reason and returns false. */
ELIG_CHECK_RESULT bool mapped_open(const char *path, struct mapped *mapped);
void mapped_close(struct mapped *mapped);

/* Flushes, syncs and closes a stream. If anything failed since it was opened, or if it is NULL because opening
 * failed, prints the reason and returns false. */
ELIG_CHECK_RESULT bool mapped_finish(FILE *stream, const char *path);

#endif
