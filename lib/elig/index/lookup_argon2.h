/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_argon2.h - lookups in an offline index, whose digests are Argon2id.
 */
#ifndef ELIG_LOOKUP_ARGON2_H
#define ELIG_LOOKUP_ARGON2_H

#include "include/elig.h"

#include "lib/elig/digest/digest.h"

#define LOOKUP_ARGON2_GROUP 32 /* the most identifiers in one call */

/* Looks count identifiers up under all their tweaks, on several threads. Fills in the answers, errors among
 * them. */
void lookup_argon2_find(const struct elig *index, const struct digest_input *inputs, size_t count,
                        struct elig_answer *answers);

#endif
