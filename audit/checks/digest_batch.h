/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pending.h - identifiers of one thread that wait to be digested together.
 */
#ifndef ELIG_DIGEST_BATCH_H
#define ELIG_DIGEST_BATCH_H

#include "audit/checks/list_reader.h"
#include "lib/elig/digest/digest.h"

#define DIGEST_BATCH_MAX 64
#define DIGEST_BATCH_BYTES_USUAL 64 /* of a canonical form */

struct digest_batch {
    size_t count, used;
    struct digest_input inputs[DIGEST_BATCH_MAX];
    uint8_t canonical[CANON_MAX + DIGEST_BATCH_MAX * DIGEST_BATCH_BYTES_USUAL];
};

/* Adds an identifier that has a canonical form, of a kind called name, which must live on: 1; 0 if there is no
 * room before digest_batch_clear(). */
int digest_batch_add(struct digest_batch *batch, const char *name,
                     const struct list_reader_identifier *identifier);

/* Wipes and empties. */
void digest_batch_clear(struct digest_batch *batch);

#endif
