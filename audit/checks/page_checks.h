/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.h - what all leaf pages together look like.
 *
 * Whoever wrote the file drew nothing: slots, masked labels and pilots are all digest bits or a cipher's
 * stream, so their values are uniform and do not depend on each other, whoever is listed.
 */
#ifndef ELIG_PAGE_CHECKS_H
#define ELIG_PAGE_CHECKS_H

#include <stdbool.h>

#include "audit/util/statistics.h"
#include "lib/elig/index/leaf.h"

#define PAGE_CHECKS_BINS 256
#define PAGE_CHECKS_BYTES_MAX (ELIG_FINGERPRINT_MAX / 8) /* of a fingerprint */
#define PAGE_CHECKS_PILOT_BINS 64

struct page_checks_sums {
    /* by byte of the fingerprint, lowest first; and its highest eight bits, which may share some with them */
    uint64_t fingerprints[PAGE_CHECKS_BYTES_MAX][PAGE_CHECKS_BINS];
    uint64_t top[PAGE_CHECKS_BINS];
    uint64_t payloads[PAGE_CHECKS_BINS]; /* lowest eight bits, or all there are */
    uint64_t ones[ELIG_FINGERPRINT_MAX]; /* by bit of the fingerprint */
    uint64_t pilots[PAGE_CHECKS_PILOT_BINS];
    struct correlation fingerprint_pairs, payload_pairs; /* of neighbouring slots */
    uint64_t slots;
    uint64_t pilots_too_great; /* that name no hash function */
};

/* Adds a leaf page's slots, those that is_wanted() says, or all if that is NULL; pilots always. */
typedef bool page_checks_wanted(const void *context, uint32_t slot);
void page_checks_add(struct page_checks_sums *sums, const struct leaf_shape *shape, const uint8_t *page,
                     page_checks_wanted *is_wanted, const void *context);

void page_checks_merge(struct page_checks_sums *to, const struct page_checks_sums *from);

/* The least p-value of a sort of values, times how many tests it is the least of; at most 1. */
double page_checks_fingerprints_p(const struct page_checks_sums *sums, unsigned fingerprint_bits);
double page_checks_payloads_p(const struct page_checks_sums *sums, unsigned payload_bits);
double page_checks_pilots_p(const struct page_checks_sums *sums);

#endif
