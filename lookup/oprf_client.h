/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oprf_client.h - lookups in a blind index with the help of a key service.
 */
#ifndef ELIG_OPRF_CLIENT_H
#define ELIG_OPRF_CLIENT_H

#include "lookup/query.h"

/* Looks up to ELIG_BLIND_MAX identifiers up, parts and answers as for elig_lookup_batch(). Does not consider
 * when the index is open. Returns 0 when each answer holds a verdict or an error, or a negative error with the
 * reason printed. */
ELIG_CHECK_RESULT int oprf_client_look_up(const struct query *query, const struct elig_text *parts,
                                          size_t count, struct elig_answer *answers);

#endif
