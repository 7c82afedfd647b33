/* SPDX-License-Identifier: Apache-2.0 */
/*
 * census.h - the first pass over the merged identifiers: how many there are, of what kind, with which label.
 * Everything in the header follows from it, and the rank of each part's first identifier, from which the
 * leaves are shared out.
 */
#ifndef ELIG_CENSUS_H
#define ELIG_CENSUS_H

#include "builder/config.h"
#include "builder/phases.h"
#include "builder/records/merge.h"
#include "builder/rejects.h"

struct record_counts {
    uint64_t first_rank[SPILL_PARTITIONS + 1]; /* of each part; the last is the number of identifiers */
    uint64_t of_kind[ELIG_KINDS_MAX];
    uint64_t *held;        /* by label number: identifiers that hold it; ELIG_LABELS_MAX + 1 entries */
    uint64_t *first_place; /* by label number: where it was first seen */
    uint64_t removed[ELIG_KINDS_MAX]; /* left out, since a set of identifiers to be removed has them */
};

/*
 * Counts, and has a store's parts put in order on the way. Identifiers in conflict over labels go to *faults,
 * unless it is NULL. Returns 1, or 0 with errno set. bytes is memory for records, over all threads. *census is
 * to be given to record_counts_free() either way.
 */
ELIG_CHECK_RESULT int record_counts_make(struct record_counts *totals, const struct config *config,
                                         struct record_source *source, const uint32_t *rank, int has_labels,
                                         size_t bytes, struct progress *progress, struct rejects *rejects);

void record_counts_free(struct record_counts *totals);

#endif
