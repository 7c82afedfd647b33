/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest_batch.h - identifiers of one thread, collected in order to be digested together. Start with all zero.
 */
#ifndef ELIG_DIGEST_BATCH_H
#define ELIG_DIGEST_BATCH_H

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "lib/elig/digest/digest.h"

#define DIGEST_BATCH_MAX 64
#define DIGEST_BATCH_BYTES_USUAL 128 /* of a canonical form; if they are longer, fewer fill a batch */

struct digest_batch {
    size_t count, used;
    struct digest_input inputs[DIGEST_BATCH_MAX];
    uint8_t canonical[CANON_MAX + DIGEST_BATCH_MAX * DIGEST_BATCH_BYTES_USUAL];
};

/* Whether it must be digested and cleared before another identifier is added. */
static inline bool digest_batch_is_full(const struct digest_batch *batch)
{
    return batch->count == DIGEST_BATCH_MAX || sizeof batch->canonical - batch->used < CANON_MAX;
}

/* Adds a copy of an identifier of the kind called kind_name, which must outlive the batch. The batch is not
 * full. */
static inline void digest_batch_add(struct digest_batch *batch, const char *kind_name, const uint8_t *canonical,
                                    size_t length)
{
    uint8_t *copy = batch->canonical + batch->used;
    memcpy(copy, canonical, length); /* at most CANON_MAX bytes */
    batch->inputs[batch->count++] = (struct digest_input){kind_name, copy, length};
    batch->used += length;
}

/* Wipes and empties. */
static inline void digest_batch_clear(struct digest_batch *batch)
{
    sodium_memzero(batch->canonical, batch->used);
    batch->count = batch->used = 0;
}

#endif
