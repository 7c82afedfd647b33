/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floors.h - what no lookup can be quicker than, measured on the index itself: the memory and the hash; and
 * beside the hash what elig makes of it, from identifier to verdict.
 */
#ifndef ELIG_FLOORS_H
#define ELIG_FLOORS_H

#include "bench/queries.h"

#define LOWER_BOUNDS(X)                                                          \
    X(FLOOR_DEPENDENT, "floor: a random cache line, each address from the last") \
    X(FLOOR_PREFETCHED, "floor: a random cache line, prefetched")                \
    X(FLOOR_HASH, "floor: BLAKE2b-256, keyed, of an identifier")                 \
    X(FLOOR_IDENTIFIER_ONE, "elig: identifier to verdict, one at a time")        \
    X(FLOOR_IDENTIFIER_BATCH, "elig: identifier to verdict, in batches")

#define LOWER_BOUNDS_ENTRY(name, text) name,
enum lower_bound { LOWER_BOUNDS(LOWER_BOUNDS_ENTRY) FLOORS_COUNT };
#undef LOWER_BOUNDS_ENTRY

/* Measures all of them once, in nanoseconds an operation, on the index at path; rounds with different numbers
 * read different lines. Returns 1, or 0 with the reason printed, wrong answers included. */
ELIG_CHECK_RESULT int lower_bounds_measure(const char *path, const struct queries *queries, unsigned round,
                                           double nanoseconds[FLOORS_COUNT]);

#endif
