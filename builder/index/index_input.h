/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_input.h - what an index is written from, and verified against; and how that work is divided among
 * threads: into ranges of partitions, each with the leaves whose first identifiers are in it.
 */
#ifndef ELIG_INDEX_INPUT_H
#define ELIG_INDEX_INPUT_H

#include "builder/merge/record_counts.h"
#include "builder/records/label_table.h"
#include "lib/elig/index/header.h"

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

/* The number of ranges, a power of two: enough to keep the threads busy until the end, and few, since the last
 * leaf of a range needs the first identifiers of the next one. */
unsigned index_input_ranges(unsigned threads);

/* The first partition of a range; SPILL_PARTITIONS for the range after the last. */
unsigned index_input_partition(unsigned ranges, uint64_t range);

/* The number of a leaf's first identifier; the number of all identifiers for the leaf after the last. */
uint64_t index_input_identifier(const struct header *header, uint64_t leaf);

/* The first leaf whose first identifier is this one or a later one. */
uint64_t index_input_leaf(const struct header *header, uint64_t identifier);

#endif
