/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ground_truth.h - the identifiers of the auditor's lists, to tell which guesses were found rightly: eight
 * bytes for each, of a hash under a random key that exists only during the run.
 *
 * The hash is not the index's digest, so that it costs the same under every profile. Two identifiers have the
 * same eight bytes with probability 2^-64, which can be ignored for 34 million of them.
 *
 * sodium_init() has succeeded before. Memory: 8 bytes an identifier, up to 24 while the list grows and is
 * sorted.
 */
#ifndef ELIG_GROUND_TRUTH_H
#define ELIG_GROUND_TRUTH_H

#include "audit/context/context.h"

struct ground_truth;

/* Reads the lists of the configuration. Returns 0, or MESSAGE_E_PRINTED and *ground_truth NULL. */
ELIG_CHECK_RESULT int ground_truth_read(struct audit_context *context, struct ground_truth **ground_truth);

/* Makes an empty one (NULL: no memory); adds count identifiers, at most DIGEST_BATCH_MAX, from any thread (0 or
 * ELIG_E_MEMORY); sorts, which is needed after the last one, and leaves identifiers out that were added more
 * than drop_repeats times, unless that is 0. */
ELIG_CHECK_RESULT struct ground_truth *ground_truth_new(void);
ELIG_CHECK_RESULT int ground_truth_add(struct ground_truth *ground_truth, const struct digest_input *inputs,
                                       size_t count);
void ground_truth_sort(struct ground_truth *ground_truth, uint64_t drop_repeats);

/* How many of count identifiers, at most DIGEST_BATCH_MAX, are on the lists; safe from any thread. */
uint64_t ground_truth_count(const struct ground_truth *ground_truth, const struct digest_input *inputs,
                            size_t count);

/* The number of different identifiers on the lists. */
uint64_t ground_truth_size(const struct ground_truth *ground_truth);

/* Wipes and frees; NULL is fine. */
void ground_truth_free(struct ground_truth *ground_truth);

#endif
