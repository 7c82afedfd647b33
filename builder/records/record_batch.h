/* SPDX-License-Identifier: Apache-2.0 */
/* record_batch.h - the records of a partition, or of an aligned sub-partition of it, in memory and sorted. */
#ifndef ELIG_RECORD_BATCH_H
#define ELIG_RECORD_BATCH_H

#include "builder/records/spill.h"

/* Records in memory. Start with all zero; free with record_batch_free(). */
struct record_batch {
    struct record *records;
    size_t count, capacity;
};

/* The records of a partition whose digests continue, after the bits that name the partition, with the sub_bits
 * (0 .. 16) bits of sub. A batch may hold capacity records before repetitions are removed; it grows beyond only
 * where that does not help. */
struct record_range {
    unsigned partition, sub, sub_bits;
    size_t capacity;
};

/* The number of sub_bits with which each sub-partition of some records fills at most three fourths of capacity:
 * digests are uniform, so that sub-partitions are of nearly the same size. */
unsigned record_batch_sub_bits(uint64_t records, size_t capacity);

/* Loads a range of a spill, sorted and without repetitions (sort_unique()). A whole partition is replaced in
 * the spill by what was loaded. Returns 0, ELIG_E_MEMORY or an error of spill.h. */
ELIG_CHECK_RESULT int record_batch_load(struct record_batch *batch, struct spill *spill,
                                        const struct record_range *range);

/* For other sources of records: make room for SPILL_CHUNK_RECORDS_MAX more, keep those of count new ones that
 * are in the range, and sort them all. record_batch_reserve() returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int record_batch_reserve(struct record_batch *batch, const struct record_range *range);
void record_batch_keep(struct record_batch *batch, const struct record_range *range, size_t count);
void record_batch_sort(struct record_batch *batch, const struct record_range *range);

/* Leaves out count records, and identifiers that stand in more than rows_max rows (0: none is left out). The
 * batch has all records of each identifier. */
void record_batch_leave_out_repeats(struct record_batch *batch, uint64_t rows_max);

void record_batch_free(struct record_batch *batch);

#endif
