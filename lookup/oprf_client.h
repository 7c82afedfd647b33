/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oprf_client.h - lookups in a blind index with the help of a key service.
 */
#ifndef ELIG_OPRF_CLIENT_H
#define ELIG_OPRF_CLIENT_H

#include "lookup/http_client.h"

/* Looks up to ELIG_BLIND_MAX identifiers of a kind up, which description is of; parts and answers as for
 * elig_lookup_batch(). Does not consider when the index is open. Returns 0 when each answer holds a verdict or
 * an error, or MESSAGE_E_PRINTED. */
ELIG_CHECK_RESULT int oprf_client_look_up(struct http_client *client, const struct elig *index, unsigned kind,
                                          const struct elig_kind *description, const struct elig_text *parts,
                                          size_t count, struct elig_answer *answers);

#endif
