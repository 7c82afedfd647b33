/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest_file_write.h - a set of digests (set.h) being made and proved.
 */
#ifndef ELIG_SET_WRITE_H
#define ELIG_SET_WRITE_H

#include "builder/config.h"
#include "builder/phases.h"
#include "builder/records/record_source.h"

struct digest_file_plan {
    const struct config *config;
    struct record_source *source; /* in order: record_counts_make() has gone over it */
    const struct label_table *labels;
    uint64_t rows;
    uint64_t list_bytes; /* of all inputs */
    size_t bytes;        /* memory for records, over all threads */
    struct progress *progress;
};

/* Writes the whole set to a descriptor, and its length to *length. The bytes follow from the records, the terms
 * and the rows alone. Returns 1, or 0 with errno set. */
ELIG_CHECK_RESULT int digest_file_write(const struct digest_file_plan *plan, int file, uint64_t *length);

/* Reads the set at path whole and checks all of it. */
ELIG_CHECK_RESULT enum digest_file_error digest_file_verify(const char *path, unsigned threads,
                                                            struct progress *progress);

#endif
