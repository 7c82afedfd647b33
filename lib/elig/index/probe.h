/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe.h - the lookup of a digest in a leaf page; probe.c defines elig_find().
 */
#ifndef ELIG_PROBE_H
#define ELIG_PROBE_H

#include "lib/elig/index/index.h"

/* The answer from a leaf page of any content. */
static inline struct elig_answer probe_leaf(const struct elig *index, const uint8_t *page, uint64_t seed,
                                            const uint8_t *digest)
{
    uint64_t payload;
    bool found = leaf_probe(&index->reader, page, seed, digest, &payload);
    return index_answer(index, found, payload);
}

#endif
