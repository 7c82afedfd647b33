/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate.h - how often strangers are taken for listed, measured with random digests: the figures that
 * fpr_test_check() reports.
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
    uint64_t agreed; /* digests that agree in those with the fingerprint of their slot */
    double seconds;
};

/* More than these are not asked: as far as the incomplete beta function below is exact. */
#define FPR_TEST_SAMPLE_MAX (UINT64_C(1) << 25)

/* Looks up random digests for so many seconds, at least once, at most FPR_TEST_SAMPLE_MAX. The index is not
 * open with ELIG_CHECK_WALK. progress: may be NULL; counts digests. Returns 0, or ELIG_E_MEMORY,
 * ELIG_E_DAMAGED. */
ELIG_CHECK_RESULT int fpr_test_measure(const struct elig *index, double seconds, struct progress *progress,
                                       struct fpr_test_sample *sample);

/* How often elig_find() finds a random digest: 2^-f, less the digests below the first separator, which have no
 * slot, and the payloads that are no label's code. */
double fpr_test_expected(const struct elig *index);

/* The two ends of the Clopper-Pearson interval for a share of which found of asked were seen; alpha: what lies
 * outside it. */
double fpr_test_low(uint64_t found, uint64_t asked, double alpha);
double fpr_test_high(uint64_t found, uint64_t asked, double alpha);

#endif
