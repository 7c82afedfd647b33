/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/checks/digest_batch.h"

#include <sodium.h>
#include <string.h>

int digest_batch_add(struct digest_batch *batch, const char *name,
                     const struct list_reader_identifier *identifier)
{
    if (batch->count == DIGEST_BATCH_MAX || sizeof batch->canonical - batch->used < identifier->length)
        return 0;
    uint8_t *copy = batch->canonical + batch->used;
    memcpy(copy, identifier->canonical, identifier->length);
    batch->inputs[batch->count++] = (struct digest_input){name, copy, identifier->length};
    batch->used += identifier->length;
    return 1;
}

void digest_batch_clear(struct digest_batch *batch)
{
    sodium_memzero(batch->canonical, batch->used);
    batch->count = batch->used = 0;
}
