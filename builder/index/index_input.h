/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_input.h - what an index is written from, and verified against.
 */
#ifndef ELIG_INDEX_INPUT_H
#define ELIG_INDEX_INPUT_H

#include "builder/records/label_table.h"
#include "builder/records/record_counts.h"

struct index_input {
    struct record_source *listed;
    struct record_source *absent; /* identifiers that must not be found; NULL: none */
    const uint32_t *priority;     /* of labels, as in merge.h */
    const struct label_table *labels;
    const struct record_counts *totals; /* of listed */
    unsigned threads;
    size_t bytes; /* memory for records, over all threads */
    struct progress *progress;
};

#endif
