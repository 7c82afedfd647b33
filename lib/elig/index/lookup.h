/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.h - identifiers as typed, and their canonical forms, for the lookups of every profile.
 */
#ifndef ELIG_LOOKUP_H
#define ELIG_LOOKUP_H

#include <stdbool.h>

#include "include/elig.h"

/* Whether the index has the kind, and the kind as many parts as each identifier has texts. */
ELIG_CHECK_RESULT bool lookup_kind_is_valid(const struct elig *index, unsigned kind, size_t part_count);

/* Writes an identifier's canonical form, CANON_MAX bytes at most. Returns 0, or ELIG_E_IDENTIFIER with *reason
 * set. */
ELIG_CHECK_RESULT int lookup_canonicalize(const struct elig *index, unsigned kind,
                                          const struct elig_text *parts, uint8_t *canonical, size_t *length,
                                          enum elig_reason *reason);

#endif
