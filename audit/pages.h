/*
 * pages.h - what all leaf pages together look like.
 *
 * Whoever wrote the file drew nothing: slots, masked labels and pilots are all digest bits or a cipher's
 * stream, so their values are uniform and do not depend on each other, whoever is listed.
 */
#ifndef ELIG_PAGES_H
#define ELIG_PAGES_H

#include "leaf.h"
#include "statistics.h"

#define PAGES_BINS 256
#define PAGES_BYTES_MAX (ELIG_FINGERPRINT_MAX / 8) /* of a fingerprint */
#define PAGES_PILOT_BINS 64

struct pages_sums {
    /* by byte of the fingerprint, lowest first; and its highest eight bits, which may share some with them */
    uint64_t fingerprints[PAGES_BYTES_MAX][PAGES_BINS];
    uint64_t top[PAGES_BINS];
    uint64_t payloads[PAGES_BINS];       /* lowest eight bits, or all there are */
    uint64_t ones[ELIG_FINGERPRINT_MAX]; /* by bit of the fingerprint */
    uint64_t pilots[PAGES_PILOT_BINS];
    struct correlation fingerprint_pairs, payload_pairs; /* of neighbouring slots */
    uint64_t slots;
    uint64_t pilots_too_great; /* that name no hash function */
};

/* Adds a leaf page's slots, those that is_wanted() says, or all if that is NULL; pilots always. */
typedef int pages_wanted(const void *context, uint32_t slot);
void pages_add(struct pages_sums *sums, const struct leaf_shape *shape, const uint8_t *page,
               pages_wanted *is_wanted, const void *context);

void pages_merge(struct pages_sums *to, const struct pages_sums *from);

/* The least p-value of a sort of values, times how many tests it is the least of; at most 1. */
double pages_fingerprints_p(const struct pages_sums *sums, unsigned fingerprint_bits);
double pages_payloads_p(const struct pages_sums *sums, unsigned payload_bits);
double pages_pilots_p(const struct pages_sums *sums);

#endif
