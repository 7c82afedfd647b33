/* SPDX-License-Identifier: Apache-2.0 */
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
#ifndef ELIG_GROUND_TRUTH_H
#define ELIG_GROUND_TRUTH_H

#include "audit/context.h"

struct ground_truth;

/* Reads run->audit's lists. Returns NULL if that cannot be done, which has been explained. */
ELIG_CHECK_RESULT struct ground_truth *ground_truth_read(struct audit_context *context);

/* An empty one, and adding count identifiers of the kind called name; ground_truth_sort() once all are there.
 * NULL, and 0, for lack of memory. ground_truth_add() is safe from any thread. */
ELIG_CHECK_RESULT struct ground_truth *ground_truth_new(void);
ELIG_CHECK_RESULT int ground_truth_add(struct ground_truth *ground_truth, const struct digest_input *inputs,
                                       size_t count);
void ground_truth_sort(struct ground_truth *ground_truth);

/* How many of count identifiers are on the list; safe from any thread. */
uint64_t ground_truth_count(const struct ground_truth *ground_truth, const struct digest_input *inputs,
                            size_t count);

/* Different identifiers on the list. */
uint64_t ground_truth_size(const struct ground_truth *ground_truth);

/* Wipes and frees; NULL is fine. */
void ground_truth_free(struct ground_truth *ground_truth);

#endif
