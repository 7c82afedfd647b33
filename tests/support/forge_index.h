/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forge_index.h - whole indexes written without the builder, for tests of what finds leaves.
 */
#ifndef ELIG_SUPPORT_FORGE_INDEX_H
#define ELIG_SUPPORT_FORGE_INDEX_H

#include "include/elig_format.h"

#include "tests/support/files.h"

/* An index of count digests that a test chose itself, sorted and of different separators: one slot a leaf, so
 * that the digests are the separators, every hash right. Fingerprints have 56 bits. */
struct test_file forge_index(const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count);

#endif
