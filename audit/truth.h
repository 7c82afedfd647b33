/*
 * truth.h - who is on the auditor's list, to tell who was found rightly: eight bytes for each identifier, of a
 * hash under a key that is drawn for the run and forgotten with it.
 *
 * The hash is this module's own, not the index's digest, so that it costs the same under every profile. Two
 * identifiers have the same eight bytes once in 2^64 pairs: of 34 million and as many found, never.
 *
 * sodium_init() has succeeded before. Memory: 8 bytes an identifier, up to 24 while the list grows and is
 * sorted.
 */
#ifndef ELIG_TRUTH_H
#define ELIG_TRUTH_H

#include "run.h"

struct truth;

/* Reads run->audit's lists. Returns NULL if that cannot be done, which has been explained. */
ELIG_CHECK_RESULT struct truth *truth_read(struct run *run);

/* An empty one, and adding count identifiers of the kind called name; truth_sort() once all are there. NULL,
 * and 0, for lack of memory. truth_add() is safe from any thread. */
ELIG_CHECK_RESULT struct truth *truth_new(void);
ELIG_CHECK_RESULT int truth_add(struct truth *truth, const struct digest_input *inputs, size_t count);
void truth_sort(struct truth *truth);

/* How many of count identifiers are on the list; safe from any thread. */
uint64_t truth_count(const struct truth *truth, const struct digest_input *inputs, size_t count);

/* Different identifiers on the list. */
uint64_t truth_size(const struct truth *truth);

/* Wipes and frees; NULL is fine. */
void truth_free(struct truth *truth);

#endif
