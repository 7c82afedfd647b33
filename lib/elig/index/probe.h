/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe.h - the lookup of a digest in a leaf page, and its slot; probe.c defines elig_find().
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

struct probe_slot {
    const uint8_t *page; /* NULL: the digest is below every leaf, or the index has no leaves */
    uint64_t leaf;       /* number of that page, from 0 */
    uint32_t at;         /* bit of the page where the slot starts */
};

/* The slot that a digest can be in. Not with ELIG_CHECK_WALK; does not check the leaf. */
static inline struct probe_slot probe_find_slot(const struct elig *index, const uint8_t *digest)
{
    struct probe_slot slot = {.page = NULL};
    if (index->locator.lines == NULL) /* an empty index */
        return slot;
    struct location location =
        locator_correct(&index->locator, locator_predict(&index->locator, bytes_get_be64(digest)), digest);
    if (location.leaf_number == 0)
        return slot;
    uint64_t hash = leaf_hash(digest, location.seed);
    slot.leaf = location.leaf_number - 1;
    slot.page = index_leaf(index, slot.leaf);
    slot.at = leaf_reader_slot_at(&index->reader, hash,
                                  bytes_get_le16(slot.page + leaf_reader_pilot_at(&index->reader, hash)));
    return slot;
}

#endif
