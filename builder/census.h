/*
 * census.h - the first pass over the merged identifiers: how many there are, of what kind, with which label.
 * Everything in the header follows from it, and the rank of each range's first identifier, from which the
 * leaves are shared out.
 */
#ifndef ELIG_CENSUS_H
#define ELIG_CENSUS_H

#include "faults.h"
#include "merge.h"
#include "progress.h"
#include "recipe.h"

struct census {
    uint64_t first_rank[RUNS_RANGES + 1]; /* of each range; the last is the number of identifiers */
    uint64_t of_kind[ELIG_KINDS_MAX];
    uint64_t *held;        /* by label number: identifiers that hold it; ELIG_LABELS_MAX + 1 entries */
    uint64_t *first_place; /* by label number: where it was first seen */
};

/*
 * Counts. Identifiers in conflict over labels go to *faults. Returns 1, or 0 with errno set. buffer_bytes is
 * memory for reading spilled runs, over all threads. *census is to be given to census_free() either way.
 */
ELIG_CHECK_RESULT int census_take(struct census *census, const struct recipe *recipe, const struct runs *runs,
                                  const uint32_t *rank, size_t buffer_bytes, struct progress *progress,
                                  struct faults *faults);

void census_free(struct census *census);

#endif
