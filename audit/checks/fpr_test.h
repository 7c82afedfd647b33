/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fpr_test.h - the rate of false positives, measured with random digests.
 *
 * Safe from any thread once sodium_init() has succeeded.
 */
#ifndef ELIG_FPR_TEST_H
#define ELIG_FPR_TEST_H

#include "include/elig.h"

#include "lib/util/progress.h"

struct fpr_test_sample {
    uint64_t asked;  /* random digests looked up */
    uint64_t found;  /* of them, taken for listed */
    unsigned bits;   /* lowest bits of fingerprints that were compared on their own */
    uint64_t agreed; /* digests whose slot's fingerprint agrees in those bits */
    double seconds;
};

/* The most digests that are looked up: up to this number the incomplete beta function below is exact. */
#define FPR_TEST_SAMPLE_MAX (UINT64_C(1) << 25)

/* Looks up random digests for the given time, at least one batch and at most FPR_TEST_SAMPLE_MAX. The index
 * must not be open with ELIG_CHECK_WALK. progress: may be NULL; counts digests. Returns 0, or ELIG_E_MEMORY,
 * ELIG_E_DAMAGED. */
ELIG_CHECK_RESULT int fpr_test_measure(const struct elig *index, double seconds, struct progress *progress,
                                       struct fpr_test_sample *sample);

/* The probability that elig_find() finds a random digest: 2^-f, less the digests below the first separator,
 * which have no slot, and the payloads that are not the code of a label. */
double fpr_test_expected(const struct elig *index);

/* The ends of the Clopper-Pearson interval with confidence 1 - alpha for a probability of which found of asked
 * were seen. */
double fpr_test_low(uint64_t found, uint64_t asked, double alpha);
double fpr_test_high(uint64_t found, uint64_t asked, double alpha);

struct audit_context;

/* The check, as in audit/context/context.h. Adds attacker.rate, if a reader opens the file. */
ELIG_CHECK_RESULT int fpr_test_check(struct audit_context *context);

#endif
