/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queries.h - the lookups of one round: random persons, different ones for each round and each measurement, so
 * that no answer is in a cache because of an earlier lookup of the same person.
 */
#ifndef ELIG_QUERIES_H
#define ELIG_QUERIES_H

#include "bench/dataset.h"

#define QUERIES 200000 /* of each measurement */

struct queries {
    uint8_t warm[QUERIES][ELIG_DIGEST_BYTES];   /* listed; looked up before anything is timed */
    uint8_t hits[QUERIES][ELIG_DIGEST_BYTES];   /* listed */
    uint8_t misses[QUERIES][ELIG_DIGEST_BYTES]; /* not listed */
    uint8_t mixed[QUERIES][ELIG_DIGEST_BYTES];  /* alternately listed and not */
    struct elig_text parts[2][QUERIES];         /* addresses of listed persons, for two measurements */
    char texts[2][QUERIES][DATASET_TEXT_MAX];
};

/* Fills the queries of one round; n persons are listed. */
void queries_make(struct queries *queries, uint64_t n, unsigned round);

#endif
