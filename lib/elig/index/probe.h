/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe.h - where a digest is looked for in an index in memory, and what is answered there.
 *
 * The steps are functions of their own, inline and shared: a lookup of one digest takes them one after the
 * other, a batch takes each for a block of digests before the next (probe.c, which defines elig_find()).
 */
#ifndef ELIG_PROBE_H
#define ELIG_PROBE_H

#include "lib/elig/index/index.h"

/* The answer of a leaf, whatever its bytes. */
static inline struct elig_answer probe_leaf(const struct elig *index, const uint8_t *page, uint64_t seed,
                                            const uint8_t *digest)
{
    uint64_t payload;
    int found = leaf_probe(&index->reader, page, seed, digest, &payload);
    return index_answer(index, found, payload);
}

#endif
