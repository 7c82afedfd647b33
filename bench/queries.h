/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queries.h - what is asked in one round: random people, other ones each round and for each measurement, so
 * that no answer is in a cache because the same was asked before.
 */
#ifndef ELIG_QUERIES_H
#define ELIG_QUERIES_H

#include "bench/dataset.h"

#define QUERIES 200000 /* of each measurement */

struct queries {
    uint8_t warm[QUERIES][ELIG_DIGEST_BYTES];   /* listed; asked before anything is timed */
    uint8_t hits[QUERIES][ELIG_DIGEST_BYTES];   /* listed */
    uint8_t misses[QUERIES][ELIG_DIGEST_BYTES]; /* not listed */
    uint8_t mixed[QUERIES][ELIG_DIGEST_BYTES];  /* listed and not in turn */
    struct elig_text parts[2][QUERIES];         /* addresses of listed people, for two measurements */
    char texts[2][QUERIES][DATASET_TEXT_MAX];
};

/* Fills queries of one round about n listed people. */
void queries_make(struct queries *queries, uint64_t n, unsigned round);

#endif
