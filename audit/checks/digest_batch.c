/* SPDX-License-Identifier: Apache-2.0 */
/* digest_batch.c - copies canonical forms into a batch, and flushes it when it is full. */
#include "audit/checks/digest_batch.h"

#include <sodium.h>
#include <string.h>

int digest_batch_add(struct digest_batch *batch, const char *name,
                     const struct list_reader_identifier *identifier, digest_batch_flush *flush, void *context,
                     unsigned worker)
{
    if (identifier->canonical == NULL)
        return 0;
    if (batch->count == DIGEST_BATCH_MAX || sizeof batch->canonical - batch->used < identifier->length) {
        int error = flush(context, worker);
        if (error != 0)
            return error;
    }
    uint8_t *copy = batch->canonical + batch->used;
    memcpy(copy, identifier->canonical, identifier->length); /* at most CANON_MAX bytes: it fits */
    batch->inputs[batch->count++] = (struct digest_input){name, copy, identifier->length};
    batch->used += identifier->length;
    return 0;
}

void digest_batch_clear(struct digest_batch *batch)
{
    sodium_memzero(batch->canonical, batch->used);
    batch->count = batch->used = 0;
}
