/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_source.h - the records of one list: spilled records of lists that were read, or digest files.
 *
 * Any number of threads may load from one source at once. A partition belongs to one thread at a time until it
 * was loaded whole once; from then on it is sorted, loading only reads, and any number of threads may load it.
 */
#ifndef ELIG_RECORD_SOURCE_H
#define ELIG_RECORD_SOURCE_H

#include "builder/digest_file/digest_file.h"
#include "builder/records/record_batch.h"

struct record_source {
    struct spill *spill;               /* NULL: none */
    struct digest_file **digest_files; /* row_position_input() numbers them */
    unsigned digest_file_count;
    struct digest_file **removed; /* of identifiers that must not be listed */
    unsigned removed_count;
    uint64_t rows_max; /* identifiers in more rows are left out; 0: none. Of digest files: each counts as one */
    /* The first digest file that could not be used, NULL: none; its error, and errno for ELIG_E_READ. */
    _Atomic(struct digest_file *) failed;
    int failed_error, failed_errno;
};

/* The number of records of a partition and of the source, with duplicates and records of removal. */
uint64_t record_source_partition_records(const struct record_source *source, unsigned partition);
uint64_t record_source_records(const struct record_source *source);

/* Loads a range of the source, sorted and without repetitions; record_batch.h has the rest. Returns 0,
 * ELIG_E_MEMORY, an error of spill.h, or an error of digest_file.h, and then source->failed is set. */
ELIG_CHECK_RESULT int record_source_load(struct record_source *source, const struct record_range *range,
                                         struct record_batch *batch);

#endif
