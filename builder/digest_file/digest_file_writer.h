/* SPDX-License-Identifier: Apache-2.0 */
/* digest_file_writer.h - writes digest files (digest_file.h) and verifies them. */
#ifndef ELIG_DIGEST_FILE_WRITER_H
#define ELIG_DIGEST_FILE_WRITER_H

#include "builder/digest_file/digest_file.h"
#include "lib/util/progress.h"

/* What a digest file is made of. */
struct digest_file_plan {
    struct spill *spill; /* after record_counts_make() */
    const struct label_table *labels;
    const struct profile *profile;
    const struct elig_kind *kinds;
    unsigned kind_count;
    struct digest_file_shard shard;
    uint64_t rows;
    uint64_t rows_max; /* identifiers in more rows are left out; 0: none */
    unsigned threads;
    size_t bytes; /* memory for records, over all threads */
    struct progress *progress;
};

/* Writes the whole file to a descriptor, and its length to *length. The bytes follow from the records, words,
 * profile, kinds, shard and number of rows alone. Returns 0, ELIG_E_MEMORY, ELIG_E_WRITE (errno says more), or
 * an error of record_batch_load(). */
ELIG_CHECK_RESULT int digest_file_write(const struct digest_file_plan *plan, int descriptor, uint64_t *length);

/* Reads the whole file at path and checks all of it. Returns 0 or an error of digest_file.h. */
ELIG_CHECK_RESULT int digest_file_verify(const char *path, unsigned threads, struct progress *progress);

#endif
