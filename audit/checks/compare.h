/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.h - what two files reveal together without a secret: how many fingerprints of one recur in the other,
 * in leaves that cover the same digests.
 */
#ifndef ELIG_COMPARE_H
#define ELIG_COMPARE_H

#include "include/elig.h"

#include "lib/util/progress.h"

struct compare_overlap {
    uint64_t leaves;         /* of the first file */
    uint64_t same_leaves;    /* of them, those that are in the second file byte for byte */
    uint64_t same_members;   /* identifiers in those */
    double pairs;            /* of slots, in other leaves of the two files that cover the same digests */
    uint64_t same_pairs;     /* of them, those with the same fingerprint */
    unsigned bits;           /* of each fingerprint that were compared */
    uint64_t identifiers[2]; /* of the two files */
};

/* Compares two indexes, neither open with ELIG_CHECK_WALK, on several threads. progress: may be NULL; counts
 * leaves of the file that has more. */
void compare_indexes(const struct elig *one, const struct elig *other, unsigned threads,
                     struct progress *progress, struct compare_overlap *overlap);

/* The number of pairs with the same fingerprint that is expected by chance if the files share no identifier,
 * and the p-value of the number seen. */
double compare_chance_pairs(const struct compare_overlap *overlap);
double compare_chance(const struct compare_overlap *overlap);

/* An estimate of the number of identifiers that both files have, if both are made under one key, with the ends
 * of a 95% interval. It needs no secret. */
struct compare_shared {
    double identifiers, low, high;
};
struct compare_shared compare_shared(const struct compare_overlap *overlap);

struct audit_context;

/* The check, as in audit/context/context.h. Adds the findings link.*: of two files. */
ELIG_CHECK_RESULT int compare_check(struct audit_context *context);

#endif
