/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest_batch.h - identifiers of one thread, collected so that they are digested together.
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

/* Digests a batch and empties it with digest_batch_clear(). Returns 0 or a negative enum elig_error. */
typedef int digest_batch_flush(void *context, unsigned worker);

/* Adds an identifier of the kind called name, which must outlive the batch, after flush(context, worker) if
 * there is no room. Ignores an identifier without a canonical form. Returns 0, or what flush() returned. */
ELIG_CHECK_RESULT int digest_batch_add(struct digest_batch *batch, const char *name,
                                       const struct list_reader_identifier *identifier,
                                       digest_batch_flush *flush, void *context, unsigned worker);

/* Wipes and empties. */
void digest_batch_clear(struct digest_batch *batch);

#endif
