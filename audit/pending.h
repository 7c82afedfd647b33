/*
 * pending.h - identifiers of one thread that wait to be digested together.
 */
#ifndef ELIG_PENDING_H
#define ELIG_PENDING_H

#include "digest.h"
#include "lists.h"

#define PENDING_MAX 64
#define PENDING_BYTES_USUAL 64 /* of a canonical form */

struct pending {
    size_t count, used;
    struct digest_input inputs[PENDING_MAX];
    uint8_t canonical[CANON_MAX + PENDING_MAX * PENDING_BYTES_USUAL];
};

/* Adds an identifier that has a canonical form, of a kind called name, which must live on: 1; 0 if there is no
 * room before pending_clear(). */
int pending_add(struct pending *pending, const char *name, const struct lists_identifier *identifier);

/* Wipes and empties. */
void pending_clear(struct pending *pending);

#endif
