#include "pending.h"

#include <sodium.h>
#include <string.h>

int pending_add(struct pending *pending, const char *name, const struct lists_identifier *identifier)
{
    if (pending->count == PENDING_MAX || sizeof pending->canonical - pending->used < identifier->length)
        return 0;
    uint8_t *copy = pending->canonical + pending->used;
    memcpy(copy, identifier->canonical, identifier->length);
    pending->inputs[pending->count++] = (struct digest_input){name, copy, identifier->length};
    pending->used += identifier->length;
    return 1;
}

void pending_clear(struct pending *pending)
{
    sodium_memzero(pending->canonical, pending->used);
    pending->count = pending->used = 0;
}
