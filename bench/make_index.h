/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_index.h - makes a published index from digests, by the builder's own modules. This and
 * digest_file_people.c are the only files of the benchmark that use them, apart from the leaf builder in
 * steps.c.
 */
#ifndef ELIG_MAKE_INDEX_H
#define ELIG_MAKE_INDEX_H

#include <stdbool.h>

#include "include/elig.h"

/* Builds an index of n digests of e-mail addresses (all different, in any order) under the dataset's secret and
 * salt, looks each of them up in it, and publishes it at path; temporary files go to the same folder. On
 * failure prints the reason and returns false. */
ELIG_CHECK_RESULT bool make_index(const char *path, const uint8_t (*digests)[ELIG_DIGEST_BYTES], uint64_t n,
                                  unsigned fingerprint_bits, unsigned threads);

#endif
