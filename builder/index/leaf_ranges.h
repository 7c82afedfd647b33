/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leaf_ranges.h - divides the work on an index among threads: into ranges of partitions, each with the leaves
 * whose first identifiers are in it.
 */
#ifndef ELIG_LEAF_RANGES_H
#define ELIG_LEAF_RANGES_H

#include "lib/elig/index/header.h"

/* The number of ranges, a power of two: enough to keep the threads busy until the end, and few, since the last
 * leaf of a range needs the first identifiers of the next one. */
unsigned leaf_ranges_count(unsigned threads);

/* The first partition of a range; SPILL_PARTITIONS for the range after the last. */
unsigned leaf_ranges_partition(unsigned ranges, uint64_t range);

/* The number of a leaf's first identifier; the number of all identifiers for the leaf after the last. */
uint64_t leaf_ranges_identifier(const struct header *header, uint64_t leaf);

/* The first leaf whose first identifier is this one or a later one. */
uint64_t leaf_ranges_leaf(const struct header *header, uint64_t identifier);

#endif
