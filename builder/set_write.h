/*
 * set_write.h - a set of digests (set.h) being made and proved.
 */
#ifndef ELIG_SET_WRITE_H
#define ELIG_SET_WRITE_H

#include "phases.h"
#include "recipe.h"
#include "source.h"

struct set_plan {
    const struct recipe *recipe;
    struct source *source; /* in order: census_take() has gone over it */
    const struct labels *labels;
    uint64_t rows;
    uint64_t list_bytes; /* of all inputs */
    size_t bytes;        /* memory for records, over all threads */
    struct progress *progress;
};

/* Writes the whole set to a descriptor, and its length to *length. The bytes follow from the records, the terms
 * and the rows alone. Returns 1, or 0 with errno set. */
ELIG_CHECK_RESULT int set_write(const struct set_plan *plan, int file, uint64_t *length);

/* Reads the set at path whole and checks all of it. */
ELIG_CHECK_RESULT enum set_error set_verify(const char *path, unsigned threads, struct progress *progress);

#endif
