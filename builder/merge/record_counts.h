/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_counts.h - the first pass over the merged identifiers: how many there are, of what kind and with which
 * label. The header follows from it, and so does the number of each partition's first identifier, from which
 * threads know the leaves that they write. merge.h says why there are more passes.
 */
#ifndef ELIG_RECORD_COUNTS_H
#define ELIG_RECORD_COUNTS_H

#include "builder/merge/merge.h"
#include "builder/records/rejects.h"
#include "lib/util/progress.h"

struct record_counts {
    /* By partition: the number of identifiers in those before. The last entry is the number of all. */
    uint64_t first_identifier[SPILL_PARTITIONS + 1];
    uint64_t of_kind[ELIG_KINDS_MAX];
    uint64_t *of_label;               /* by label number, ELIG_LABELS_MAX + 1 entries */
    uint64_t *first_position;         /* by label number: where it was first seen */
    uint64_t removed[ELIG_KINDS_MAX]; /* left out, because a list of removals names them */
};

/*
 * Counts over all partitions, and replaces spilled ones by their sorted records. Identifiers with labels in
 * conflict are added to *rejects, unless it is NULL. has_labels: some record has a label. bytes is memory for
 * records, over all threads. Returns 0 or an error of record_source_load(). *totals must be given to
 * record_counts_free() in either case.
 */
ELIG_CHECK_RESULT int record_counts_make(struct record_counts *totals, struct record_source *source,
                                         const uint32_t *priority, bool has_labels, unsigned threads,
                                         size_t bytes, struct progress *progress, struct rejects *rejects);

void record_counts_free(struct record_counts *totals);

#endif
