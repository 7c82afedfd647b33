/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.h - the canonical form of an identifier as typed, for the lookups of every profile.
 */
#ifndef ELIG_LOOKUP_H
#define ELIG_LOOKUP_H

#include "include/elig.h"

/* Writes an identifier's canonical form, CANON_MAX bytes at most. Returns 0, ELIG_E_IDENTIFIER with *reason
 * set, or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int lookup_canonicalize(const struct elig *index, unsigned kind,
                                          const struct elig_text *parts, uint8_t *canonical, size_t *length,
                                          enum elig_reason *reason);

#endif
