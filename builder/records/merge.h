/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge.h - the identifiers of a source in rising order of digests, each once.
 *
 * A merge belongs to one thread; any number may read one source at once.
 */
#ifndef ELIG_MERGE_H
#define ELIG_MERGE_H

#include "builder/records/record_source.h"

struct merge;

/* Which label wins when an identifier has several: rank[label], the lowest first. Labels of rank
 * MERGE_UNRANKED lose to the others and are in conflict among themselves. Label 0 is no label and loses to
 * all. NULL: every label is unranked. */
#define MERGE_UNRANKED UINT32_MAX

struct merged {
    uint8_t digest[ELIG_DIGEST_BYTES];
    uint16_t label;
    unsigned kind;
    int is_conflict;      /* two labels, and none that wins */
    uint64_t place;       /* where the label was first seen */
    uint16_t other_label; /* with is_conflict: the last label that was in conflict */
    uint64_t other_place; /* with is_conflict: where another was; of all such places these are the first two */
};

/* Begins with the first identifier of part first and ends before part end. Uses about bytes of memory. NULL
 * with errno set when there is none. */
ELIG_CHECK_RESULT struct merge *merge_open(struct record_source *source, const uint32_t *rank, unsigned first,
                                           unsigned end, size_t bytes);

/* The next identifier: 1, 0 at the end, or -1 with errno set as record_source_load() does. */
ELIG_CHECK_RESULT int merge_next(struct merge *merge, struct merged *identifier);

/* Identifiers of each kind (ELIG_KINDS_MAX) passed over so far since they are to be removed. */
const uint64_t *merge_removed(const struct merge *merge);

/* NULL is fine. */
void merge_close(struct merge *merge);

#endif
