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
    uint64_t *of_label;       /* by label number, ELIG_LABELS_MAX + 1 entries */
    uint64_t *first_position; /* by label number: where it was first seen */
    struct merge_left_out left_out;
    struct repeats most;   /* of all identifiers, those in most rows, dropped ones among them */
    uint64_t warned_about; /* listed identifiers in more rows than rules->rows_warned */
};

/* What is counted, and what becomes a reject. */
struct record_rules {
    const uint32_t *priority; /* of labels, as in merge.h */
    bool has_labels;          /* some record has a label */
    bool accepts_conflicts;   /* between labels */
    uint64_t rows_max;        /* an identifier in more rows becomes a reject; 0: none does */
    uint64_t rows_warned;     /* 0: warned_about stays 0 */
};

/*
 * Counts over all partitions, and replaces spilled ones by their sorted records. Identifiers with labels in
 * conflict, and those in too many rows, are added to *rejects, unless it is NULL. bytes is memory for records,
 * over all threads. Returns 0 or an error of record_source_load(). *totals must be given to
 * record_counts_free() in either case.
 */
ELIG_CHECK_RESULT int record_counts_make(struct record_counts *totals, struct record_source *source,
                                         const struct record_rules *rules, unsigned threads, size_t bytes,
                                         struct progress *progress, struct rejects *rejects);

/* Adds identifiers of absent that are listed to *rejects: REJECT_ABSENT_LISTED. Both sources were counted or
 * sorted. bytes is memory for records. Returns 0 or an error of record_source_load(). */
ELIG_CHECK_RESULT int record_counts_reject_common(struct record_source *listed, struct record_source *absent,
                                                  size_t bytes, struct rejects *rejects);

void record_counts_free(struct record_counts *totals);

#endif
