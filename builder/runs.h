/*
 * runs.h - any number of records in bounded memory: sorted runs, in memory while they fit, else in one spill
 * file that has no name (a killed build leaves nothing behind).
 *
 * Several collectors, one a thread, fill one set of runs; afterwards any number of threads may read it
 * (merge.h). Each run keeps a directory of where its records of each range start: a range is the records
 * whose digests share their first RUNS_RANGE_BITS bits, the unit in which later work is shared out.
 */
#ifndef ELIG_RUNS_H
#define ELIG_RUNS_H

#include "record.h"

#define RUNS_RANGE_BITS 12
#define RUNS_RANGES (1u << RUNS_RANGE_BITS)

struct run {
    struct record *memory; /* the records, or NULL if they are in the spill file */
    size_t mapped_bytes;   /* of memory */
    uint64_t offset;       /* in the spill file, bytes */
    size_t count;
    uint32_t directory[RUNS_RANGES + 1]; /* numbers of records; the last is count */
};

struct runs;

static inline unsigned runs_range_of(const uint8_t *digest)
{
    return (unsigned)(bytes_get_be16(digest) >> (16 - RUNS_RANGE_BITS));
}

/* A set without runs. tmpdir must outlive it; the spill file is made there when it is first needed.
 * NULL when there is no memory. */
ELIG_CHECK_RESULT struct runs *runs_new(const char *tmpdir);
void runs_free(struct runs *runs);

size_t runs_count(const struct runs *runs);
const struct run *runs_get(const struct runs *runs, size_t i);

/* Records of one range over all runs. */
uint64_t runs_range_records(const struct runs *runs, unsigned range);

/* Bytes spilled so far. */
uint64_t runs_spilled(const struct runs *runs);

/* Reads count records of a run from its record number first on. Returns 1, or 0 with errno set. */
ELIG_CHECK_RESULT int runs_read(const struct runs *runs, const struct run *run, size_t first, size_t count,
                                struct record *records);

/* One thread's way into a set. */
struct collector;

/* bytes of memory for records, at least one. NULL when there is no memory. */
ELIG_CHECK_RESULT struct collector *collector_new(struct runs *runs, size_t bytes);

/* Adds a record. Returns 1, or 0 with errno set: the spill file could not be written. */
ELIG_CHECK_RESULT int collector_add(struct collector *collector, const struct record *record);

/* Sorts what a collector holds, on the thread that calls. NULL is fine. */
void collector_sort(struct collector *collector);

/* Turns what collectors hold into last runs, in memory if nothing was spilled before, and frees the
 * collectors. Returns 1, or 0 with errno set. Entries may be NULL. */
ELIG_CHECK_RESULT int collector_finish(struct collector **collectors, unsigned count);

#endif
