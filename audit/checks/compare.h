/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link.h - what two files show together without anybody's secret: how many fingerprints of one recur in the
 * other where the same digests would be. The figures that compare_check() reports.
 */
#ifndef ELIG_COMPARE_H
#define ELIG_COMPARE_H

#include "include/elig.h"

#include "lib/util/progress.h"

struct compare_overlap {
    uint64_t leaves;         /* of the first file */
    uint64_t same_leaves;    /* of them, those that the second has byte for byte */
    uint64_t same_members;   /* identifiers in those */
    double pairs;            /* of slots of the others and of leaves that cover the same digests */
    uint64_t same_pairs;     /* of them, those with one fingerprint */
    unsigned bits;           /* that were compared of each fingerprint */
    uint64_t identifiers[2]; /* of the two files */
};

/* Compares two indexes, neither open with ELIG_CHECK_WALK, on several threads. progress: may be NULL; counts
 * leaves of the file that has more. */
void compare_indexes(const struct elig *one, const struct elig *other, unsigned threads,
                     struct progress *progress, struct compare_overlap *overlap);

/* Pairs with one fingerprint that chance makes where the files share nobody, and the chance that it makes as
 * many as there are, or more. */
double compare_chance_pairs(const struct compare_overlap *overlap);
double compare_chance(const struct compare_overlap *overlap);

/* How many identifiers the files share, as seen by somebody without any secret, if both are made under one key:
 * estimated, with the ends of a 95% interval. */
struct compare_shared {
    double identifiers, low, high;
};
struct compare_shared compare_shared(const struct compare_overlap *overlap);

#endif
