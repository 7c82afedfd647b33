/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - the records of one list between digesting and solving, in bounded memory.
 *
 * A store is divided by the first bits of the digests into parts, which follow one another as the pages of the
 * index will. A part is a chain of chunks; chunks are in memory while there is room and then in one spill file
 * that has no name, so that a killed build leaves nothing behind. What is held beside the chunks does not grow
 * with the number of records.
 *
 * Any number of threads fill a store, each through a writer of its own; afterwards any number may read it, each
 * part by one thread at a time.
 */
#ifndef ELIG_STORE_H
#define ELIG_STORE_H

#include "builder/records/record.h"

#define SPILL_PARTITION_BITS 10
#define SPILL_PARTITIONS (1u << SPILL_PARTITION_BITS)

/* Most records of one chunk, and so what a reader needs room for. */
#define SPILL_CHUNK_BYTES_MAX (64u << 10)
#define SPILL_CHUNK_RECORDS_MAX (SPILL_CHUNK_BYTES_MAX / sizeof(struct record))

static inline unsigned spill_partition_of(const uint8_t *digest)
{
    return (unsigned)(bytes_get_be16(digest) >> (16 - SPILL_PARTITION_BITS));
}

struct spill;

/* A store that keeps about bytes in memory and spills the rest to tmpdir, which must outlive it. writers is how
 * many writers it will have; each takes up to SPILL_PARTITIONS chunks. NULL with errno set when there is no
 * memory.
 */
ELIG_CHECK_RESULT struct spill *spill_new(const char *tmpdir, size_t bytes, unsigned writers);
void spill_free(struct spill *store);

/* One thread's way into a store. */
struct spill_writer;

/* NULL when there is no memory. */
ELIG_CHECK_RESULT struct spill_writer *spill_writer_new(struct spill *store);

/* Adds records; a few dozen at once cost less than one by one. Returns 1, or 0 with errno set: the spill file
 * could not be written, and some of the records are lost. */
ELIG_CHECK_RESULT int spill_add(struct spill_writer *writer, const struct record *records, size_t count);

/* Hands what the writer still holds to the store, and frees it. NULL is fine. */
void spill_writer_close(struct spill_writer *writer);

/* Records of a part, and of the whole. */
uint64_t spill_partition_records(const struct spill *store, unsigned part);
uint64_t spill_records(const struct spill *store);

/* Bytes spilled. */
uint64_t spill_spilled(const struct spill *store);

/* A walk along the chunks of a part. Start with spill_iterator_start(). */
struct spill_iterator {
    uint64_t next; /* the chunk to come, 0: none */
};

struct spill_iterator spill_iterator_start(const struct spill *store, unsigned part);

/* Reads the next chunk's records to records (SPILL_CHUNK_RECORDS_MAX) and how many to *count. Returns 1; 0 at
 * the end; -1 with errno set when the spill file cannot be read. */
ELIG_CHECK_RESULT int spill_iterator_next(const struct spill *store, struct spill_iterator *walk,
                                          struct record *records, size_t *count);

/* Replaces a part's records by sorted ones, no more than it had: what is read from now on comes in this order,
 * and spill_is_sorted() says so, as it does of a part without records. Returns 1, or 0 with errno set. */
ELIG_CHECK_RESULT int spill_put_sorted(struct spill *store, unsigned part, const struct record *records,
                                       size_t count);
int spill_is_sorted(const struct spill *store, unsigned part);

#endif
