/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/checks/digest_batch.h"

#include <sodium.h>
#include <string.h>

int digest_batch_add(struct digest_batch *pending, const char *name,
                     const struct list_reader_identifier *identifier)
{
    if (pending->count == DIGEST_BATCH_MAX || sizeof pending->canonical - pending->used < identifier->length)
        return 0;
    uint8_t *copy = pending->canonical + pending->used;
    memcpy(copy, identifier->canonical, identifier->length);
    pending->inputs[pending->count++] = (struct digest_input){name, copy, identifier->length};
    pending->used += identifier->length;
    return 1;
}

void digest_batch_clear(struct digest_batch *pending)
{
    sodium_memzero(pending->canonical, pending->used);
    pending->count = pending->used = 0;
}
