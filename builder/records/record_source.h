/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_source.h - the records of one list: spilled records of lists that were read, or digest files.
 *
 * Any number of threads may load from one source at once. A partition belongs to one thread at a time until it
 * was loaded whole once; from then on it is sorted, loading only reads, and any number of threads may load it.
 */
#ifndef ELIG_RECORD_SOURCE_H
#define ELIG_RECORD_SOURCE_H

#include "builder/digestfile/digest_file.h"
#include "builder/records/spill.h"

struct record_source {
    struct spill *spill;               /* NULL: none */
    struct digest_file **digest_files; /* row_position_input() numbers them */
    unsigned digest_file_count;
    struct digest_file **removed; /* of identifiers that must not be listed */
    unsigned removed_count;
    /* The first digest file that could not be used, NULL: none; its error, and errno for ELIG_E_READ. */
    _Atomic(struct digest_file *) failed;
    int failed_error, failed_errno;
};

/* Records in memory. Start with all zero; free with record_batch_free(). */
struct record_batch {
    struct record *records;
    size_t count, room;
};

void record_batch_free(struct record_batch *batch);

/* The number of records of a partition and of the source, with duplicates and records of removal. */
uint64_t record_source_partition_records(const struct record_source *source, unsigned partition);
uint64_t record_source_records(const struct record_source *source);

/* The number of sub_bits with which each piece of a partition fills at most three fourths of room records:
 * digests are uniform, so that pieces are of nearly the same size. */
unsigned record_source_sub_bits(const struct record_source *source, unsigned partition, size_t room);

/*
 * Loads the records of a partition whose digests continue, after the bits that name the partition, with the
 * sub_bits (0 .. 16) bits of sub; sorted and without repetitions (sort_unique()). With sub_bits 0 that is the
 * whole partition, and a spilled one is replaced by what was loaded. room is the number of records that the
 * batch may hold before repetitions are removed; it grows beyond only where that does not help. Returns 0,
 * ELIG_E_MEMORY, an error of spill.h, or an error of digest_file.h, and then source->failed is set.
 */
ELIG_CHECK_RESULT int record_source_load(struct record_source *source, unsigned partition, unsigned sub,
                                         unsigned sub_bits, size_t room, struct record_batch *batch);

#endif
