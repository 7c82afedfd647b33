/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page_checks.h - checks of all pages: the hashes of the tree, and whether the values in leaves are uniform.
 *
 * Fingerprints, masked labels and pilots are bits of digests or of a cipher's stream. In a file that a builder
 * wrote their values are therefore uniform and independent of each other, whatever identifiers are listed.
 */
#ifndef ELIG_PAGE_CHECKS_H
#define ELIG_PAGE_CHECKS_H

#include <stdbool.h>

#include "include/elig.h"

#include "audit/report/report.h"
#include "audit/util/statistics.h"
#include "lib/elig/index/leaf.h"

#define PAGE_CHECKS_BINS 256
#define PAGE_CHECKS_BYTES_MAX (ELIG_FINGERPRINT_MAX / 8) /* of a fingerprint */
#define PAGE_CHECKS_PILOT_BINS 64

struct page_checks_sums {
    /* counts of values: by byte of the fingerprint, lowest first; of its highest eight bits, which may overlap
     * the last of those bytes */
    uint64_t fingerprints[PAGE_CHECKS_BYTES_MAX][PAGE_CHECKS_BINS];
    uint64_t top[PAGE_CHECKS_BINS];
    uint64_t payloads[PAGE_CHECKS_BINS]; /* lowest eight bits, or all there are */
    uint64_t ones[ELIG_FINGERPRINT_MAX]; /* by bit of the fingerprint */
    uint64_t pilots[PAGE_CHECKS_PILOT_BINS];
    struct correlation fingerprint_pairs, payload_pairs; /* of neighbouring slots */
    uint64_t slots;
    uint64_t pilots_too_great; /* that name no hash function */
};

/* Adds the pilots of a leaf page, and its slots for which is_wanted() is true, or all if that is NULL. */
typedef bool page_checks_wanted(const void *context, uint32_t slot);
void page_checks_add(struct page_checks_sums *sums, const struct leaf_shape *shape, const uint8_t *page,
                     page_checks_wanted *is_wanted, const void *context);

/* The least p-value of all tests of fingerprints or payloads, multiplied by the number of tests (Bonferroni);
 * at most 1. */
double page_checks_fingerprints_p(const struct page_checks_sums *sums, unsigned fingerprint_bits);
double page_checks_payloads_p(const struct page_checks_sums *sums, unsigned payload_bits);

/* PASS, or WARN or FAIL below the thresholds of audit/util/statistics.h. */
enum outcome page_checks_outcome(double p);

struct audit_context;

/* The check, as in audit/context/context.h. Adds structure.tree, structure.pilots, plaintext.fingerprints,
 * plaintext.payloads and plaintext.pilots. */
ELIG_CHECK_RESULT int page_checks_run(struct audit_context *context);

#endif
