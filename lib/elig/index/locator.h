/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h - from a digest to its leaf, in memory: the separators of all leaves, and a table that says where
 * among them to look.
 *
 * Digests are uniform, so a separator's rank is a straight line of its value but for a random walk, which is
 * short within a short piece. The table cuts the keys into pieces of equal width, each with the line through
 * its ends. From it comes a guess that is right or one too small, which one comparison without a branch
 * settles. Whether that holds is checked for every separator when the table is made; a piece where it does not,
 * because chance or an enemy bent it, is marked, and searched by halves.
 */
#ifndef ELIG_ROUTE_H
#define ELIG_ROUTE_H

#include "lib/elig/index/tree.h"

/*
 * Leaves are numbered from 1 here: place 0 is before the first. Places 0 and count + 1 hold what is below and
 * above every key, so that no comparison needs a bound.
 */
struct locator {
    uint64_t
        *lines; /* one a piece: start << LOCATOR_SLOPE_BITS | slope, in 2^-LOCATOR_FRACTION_BITS of a place */
    uint64_t line_count; /* pieces, a power of two */
    uint64_t *words;     /* one a place: a separator's first six bytes, then the leaf's seed */
    uint32_t *tails;     /* one a place: a separator's last four bytes */
    uint64_t count;      /* leaves */
};

#define LOCATOR_FRACTION_BITS 8
#define LOCATOR_SLOPE_BITS 20
#define LOCATOR_SLOPE_MAX ((UINT64_C(1) << LOCATOR_SLOPE_BITS) - 1)
#define LOCATOR_SEED_BITS 16
#define LOCATOR_SEED_MAX ((UINT64_C(1) << LOCATOR_SEED_BITS) - 1)

/* A route found: the leaf's number from 1 on, 0 if the key is below them all; and the leaf's seed. */
struct location {
    uint64_t place;
    uint64_t seed;
};

/* Allocates a table for count leaves, at least 1. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int locator_new(struct locator *table, uint64_t count);

/* Adds the leaves in order, number 0 .. count - 1. Returns 0, or ELIG_E_DAMAGED if a separator is not greater
 * than the one before. */
ELIG_CHECK_RESULT int locator_add(struct locator *table, uint64_t leaf, struct tree_key separator,
                                  uint16_t seed);

/* Makes the lines once all leaves are added. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int locator_finish(struct locator *table);

void locator_free(struct locator *table);

/* Finds a leaf by halves alone: what locator_correct() falls back on, and what tests compare it with. */
struct location locator_search(const struct locator *table, const uint8_t *digest);

/* Where to look for a key, 0 .. count; more than count in a piece that has no good line. */
static inline uint64_t locator_predict(const struct locator *table, uint64_t high)
{
    uint64_t scaled = (high >> 32) * table->line_count;
    uint64_t line = table->lines[scaled >> 32];
    uint64_t rise = (line & LOCATOR_SLOPE_MAX) * (uint32_t)scaled >> 32;
    return ((line >> LOCATOR_SLOPE_BITS) + rise) >> LOCATOR_FRACTION_BITS;
}

/* The last leaf whose separator is not greater than a digest's first bytes. */
static inline struct location locator_correct(const struct locator *table, uint64_t guess,
                                              const uint8_t *digest)
{
    uint64_t high = bytes_get_be64(digest);
    /* One comparison for a piece without a line, and for keys that may be below the first leaf. */
    if (__builtin_expect(guess - 1 >= table->count, 0))
        return locator_search(table, digest);
    uint64_t here = table->words[guess], next = table->words[guess + 1];
    /* The first six bytes are the same: the rest decides. */
    if (__builtin_expect((high ^ next) < UINT64_C(1) << LOCATOR_SEED_BITS, 0))
        return locator_search(table, digest);
    int is_next = high >= next;
    return (struct location){guess + (uint64_t)is_next, (is_next ? next : here) & LOCATOR_SEED_MAX};
}

#endif
