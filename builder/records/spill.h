/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spill.h - the records of one list between digesting and writing, in bounded memory.
 *
 * The first bits of a digest name its partition; partitions follow one another as the leaves of the index do.
 * A partition is a chain of chunks. Chunks stay in memory while there is room; later ones go to one spill file
 * that has no name, so that a killed build leaves nothing behind. What is held beside the chunks does not grow
 * with the number of records.
 *
 * Every chunk in the file has a checksum, which is compared each time the chunk is read. It finds what a faulty
 * disk or memory changed by accident: other bytes, a chunk in the place of another, and a write that was lost,
 * the second one of a chunk (spill_put_sorted()) included. It does not stop a person who may write to the file.
 *
 * Any number of threads add records, each through a writer of its own. When all writers are closed, any number
 * of threads may read, each partition by one thread at a time.
 */
#ifndef ELIG_SPILL_H
#define ELIG_SPILL_H

#include <stdbool.h>

#include "builder/records/record.h"

#define SPILL_PARTITION_BITS 10
#define SPILL_PARTITIONS (1u << SPILL_PARTITION_BITS)

/* The most records of one chunk, and so what a reader needs room for. */
#define SPILL_CHUNK_BYTES_MAX (64u << 10)
#define SPILL_CHUNK_RECORDS_MAX (SPILL_CHUNK_BYTES_MAX / sizeof(struct record))

static inline unsigned spill_partition_of(const uint8_t *digest)
{
    return (unsigned)(bytes_get_be16(digest) >> (16 - SPILL_PARTITION_BITS));
}

/* Failures beside those of enum elig_error, with errno for those of reading and writing: numbers of their own,
 * so that callers can tell this file from their output. */
enum spill_error { SPILL_E_DAMAGED = -400, SPILL_E_READ = -401, SPILL_E_WRITE = -402 };

/* The text for SPILL_E_DAMAGED; NULL for other numbers. */
const char *spill_error_text(int error);

struct spill;

/* Makes a spill that keeps about bytes in memory and the rest in a file in tmpdir, which must outlive it.
 * writers is the number of writers that will be made; each takes up to SPILL_PARTITIONS chunks. NULL when there
 * is no memory. */
ELIG_CHECK_RESULT struct spill *spill_new(const char *tmpdir, size_t bytes, unsigned writers);

/* NULL is fine. */
void spill_free(struct spill *spill);

struct spill_writer;

/* NULL when there is no memory. */
ELIG_CHECK_RESULT struct spill_writer *spill_writer_new(struct spill *spill);

/* Adds records; a few dozen in one call cost less than one by one. Returns 0; or SPILL_E_WRITE: some of the
 * records are lost. */
ELIG_CHECK_RESULT int spill_add(struct spill_writer *writer, const struct record *records, size_t count);

/* Adds what the writer still holds to the spill, and frees the writer. NULL is fine. */
void spill_writer_close(struct spill_writer *writer);

uint64_t spill_partition_records(const struct spill *spill, unsigned partition);

/* Bytes of the spill file. */
uint64_t spill_file_bytes(const struct spill *spill);

/* Iterates over the chunks of a partition. Start with spill_iterator_start(). */
struct spill_iterator {
    uint64_t next;  /* address of the next chunk, 0: none */
    bool is_sorted; /* spill_put_sorted() wrote the partition's chunks */
};

struct spill_iterator spill_iterator_start(const struct spill *spill, unsigned partition);

/* Copies the next chunk's records to records (SPILL_CHUNK_RECORDS_MAX) and their number to *count; 0 at the
 * end. Returns 0, SPILL_E_DAMAGED or SPILL_E_READ. */
ELIG_CHECK_RESULT int spill_iterator_next(const struct spill *spill, struct spill_iterator *iterator,
                                          struct record *records, size_t *count);

/* Replaces a partition's records by sorted ones, no more than it had, once: from then on they are read in this
 * order, and spill_is_sorted() is true, as it is of a partition without records. Returns 0 or an error of
 * enum spill_error; after an error the partition cannot be read any more. */
ELIG_CHECK_RESULT int spill_put_sorted(struct spill *spill, unsigned partition, const struct record *records,
                                       size_t count);
bool spill_is_sorted(const struct spill *spill, unsigned partition);

#endif
