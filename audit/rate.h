/*
 * rate.h - how often strangers are taken for listed, measured with random digests: the figures that
 * rate_check() reports.
 *
 * Safe from any thread once sodium_init() has succeeded.
 */
#ifndef ELIG_RATE_H
#define ELIG_RATE_H

#include "elig.h"
#include "progress.h"

struct rate_sample {
    uint64_t asked;  /* random digests looked up */
    uint64_t found;  /* of them, taken for listed */
    unsigned bits;   /* lowest bits of fingerprints that were compared on their own */
    uint64_t agreed; /* digests that agree in those with the fingerprint of their slot */
    double seconds;
};

/* More than these are not asked: as far as the incomplete beta function below is exact. */
#define RATE_SAMPLE_MAX (UINT64_C(1) << 25)

/* Looks up random digests for so many seconds, at least once, at most RATE_SAMPLE_MAX. The index is not open
 * with ELIG_CHECK_WALK. progress: may be NULL; counts digests. Returns 0, or ELIG_E_MEMORY, ELIG_E_DAMAGED. */
ELIG_CHECK_RESULT int rate_measure(const struct elig *index, double seconds, struct progress *progress,
                                   struct rate_sample *sample);

/* How often elig_find() finds a random digest: 2^-f, less the digests below the first separator, which have no
 * slot, and the payloads that are no label's code. */
double rate_expected(const struct elig *index);

/* The two ends of the Clopper-Pearson interval for a share of which found of asked were seen; alpha: what lies
 * outside it. */
double rate_low(uint64_t found, uint64_t asked, double alpha);
double rate_high(uint64_t found, uint64_t asked, double alpha);

#endif
