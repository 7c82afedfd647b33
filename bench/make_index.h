/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_index.h - from digests to a published index, through the builder's own modules: the only file of the
 * benchmark that knows them.
 */
#ifndef ELIG_MAKE_INDEX_H
#define ELIG_MAKE_INDEX_H

#include "include/elig.h"

/* Builds an index of n digests of e-mail addresses (all different, in any order) under the subject's secret and
 * salt, looks every one of them up in it, and publishes it at path; temporary files go to the same folder.
 * Returns 1, or 0 with the reason printed. */
ELIG_CHECK_RESULT int make_index(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n,
                                 unsigned fingerprint_bits, unsigned threads);

#endif
