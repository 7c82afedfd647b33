/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locator.h - finds the leaf of a digest in memory: the separators of all leaves, and a piecewise linear model
 * of their distribution.
 *
 * Digests are uniform, so the number of leaves below a key is linear in the key, plus a random walk that is
 * short within a short interval. The model divides the keys into intervals of equal width, each with the line
 * through its ends. The line predicts a leaf number that is right or one too small; one comparison without a
 * branch corrects it. locator_finish() checks this for every separator. An interval where it does not hold, by
 * chance or because someone chose the separators, is marked and searched by bisection.
 */
#ifndef ELIG_LOCATOR_H
#define ELIG_LOCATOR_H

#include "lib/elig/index/tree.h"

/*
 * Leaves are numbered from 1 here. Elements 0 and count + 1 of words and tails are sentinels below and above
 * every key, so that no comparison needs a bound.
 */
struct locator {
    uint64_t *lines; /* by interval: start << LOCATOR_SLOPE_BITS | slope, in 2^-LOCATOR_FRACTION_BITS leaves */
    uint64_t line_count; /* intervals, a power of two */
    uint64_t *words;     /* by leaf number: a separator's first six bytes, then the leaf's seed */
    uint32_t *tails;     /* by leaf number: a separator's last four bytes */
    uint64_t count;      /* leaves */
};

#define LOCATOR_FRACTION_BITS 8
#define LOCATOR_SLOPE_BITS 20
#define LOCATOR_SLOPE_MAX ((UINT64_C(1) << LOCATOR_SLOPE_BITS) - 1)
#define LOCATOR_SEED_BITS 16
#define LOCATOR_SEED_MAX ((UINT64_C(1) << LOCATOR_SEED_BITS) - 1)

struct location {
    uint64_t leaf_number; /* 1 .. count; 0: the key is below every leaf */
    uint64_t seed;        /* of the leaf */
};

/* Allocates a table for count leaves, at least 1. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int locator_new(struct locator *table, uint64_t count);

/* Adds a leaf; leaf is 0, 1, .. count - 1 in turn. Returns 0, or ELIG_E_DAMAGED if the separator is not greater
 * than the one before. */
ELIG_CHECK_RESULT int locator_add(struct locator *table, uint64_t leaf, struct tree_key separator,
                                  uint16_t seed);

/* Computes the lines after all leaves are added. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int locator_finish(struct locator *table);

void locator_free(struct locator *table);

/* Finds a leaf by bisection alone: the fallback of locator_correct(), and what tests compare it with. */
struct location locator_search(const struct locator *table, const uint8_t *digest);

/* Predicts the leaf number of a key, 0 .. count; more than count in an interval without a usable line. */
static inline uint64_t locator_predict(const struct locator *table, uint64_t high)
{
    uint64_t scaled = (high >> 32) * table->line_count;
    uint64_t line = table->lines[scaled >> 32];
    uint64_t rise = (line & LOCATOR_SLOPE_MAX) * (uint32_t)scaled >> 32;
    return ((line >> LOCATOR_SLOPE_BITS) + rise) >> LOCATOR_FRACTION_BITS;
}

/* The last leaf whose separator is not greater than a digest's first bytes. */
static inline struct location locator_correct(const struct locator *table, uint64_t predicted,
                                              const uint8_t *digest)
{
    uint64_t high = bytes_get_be64(digest);
    /* One comparison for an interval without a line, and for keys that may be below the first leaf. */
    if (__builtin_expect(predicted - 1 >= table->count, 0))
        return locator_search(table, digest);
    uint64_t here = table->words[predicted], next = table->words[predicted + 1];
    /* The first six bytes are equal: the rest decides. */
    if (__builtin_expect((high ^ next) < UINT64_C(1) << LOCATOR_SEED_BITS, 0))
        return locator_search(table, digest);
    bool is_next = high >= next;
    return (struct location){predicted + is_next, (is_next ? next : here) & LOCATOR_SEED_MAX};
}

#endif
