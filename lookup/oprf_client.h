/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote.h - lookups in a blind index by way of a key service.
 */
#ifndef ELIG_REMOTE_H
#define ELIG_REMOTE_H

#include "lookup/query.h"

/* Looks up to ELIG_BLIND_MAX identifiers up, parts and answers as for elig_lookup_batch(); the window is the
 * caller's affair. Returns 1 when each answer holds a verdict or an error, or 0 with the failure explained. */
ELIG_CHECK_RESULT int oprf_client_look_up(const struct query *ask, const struct elig_text *parts, size_t count,
                                          struct elig_answer *answers);

#endif
