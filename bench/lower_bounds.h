/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lower_bounds.h - lower bounds for the time of a lookup, measured on the index itself: memory accesses and the
 * hash; and for comparison with the hash, elig's time from identifier to verdict.
 */
#ifndef ELIG_LOWER_BOUNDS_H
#define ELIG_LOWER_BOUNDS_H

#include "bench/queries.h"

#define LOWER_BOUNDS(X)                                                          \
    X(BOUND_DEPENDENT, "bound: a random cache line, each address from the last") \
    X(BOUND_PREFETCHED, "bound: a random cache line, prefetched")                \
    X(BOUND_HASH, "bound: BLAKE2b-256, keyed, of an identifier")                 \
    X(BOUND_IDENTIFIER_ONE, "elig: identifier to verdict, one at a time")        \
    X(BOUND_IDENTIFIER_BATCH, "elig: identifier to verdict, in batches")

#define LOWER_BOUNDS_ENTRY(name, text) name,
enum lower_bound { LOWER_BOUNDS(LOWER_BOUNDS_ENTRY) BOUNDS_COUNT };
#undef LOWER_BOUNDS_ENTRY

/* Measures all of them once, in nanoseconds for each operation, on the index at path; each round reads other
 * cache lines. On failure, such as a wrong answer, prints the reason and returns false. */
ELIG_CHECK_RESULT bool lower_bounds_measure(const char *path, const struct queries *queries, unsigned round,
                                            double nanoseconds[BOUNDS_COUNT]);

#endif
