/* SPDX-License-Identifier: Apache-2.0 */
/*
 * canon.h - canonical forms, rules version 2: the bytes that every spelling of one identifier maps to.
 *
 * Builder and lookup share this module, so that both get the same bytes. docs/FORMAT.md, "Canonical forms",
 * defines the rules; a change to any of them is a new rules version.
 *
 * All functions are pure: no allocation, no state, safe from any thread. They wipe the working memory that held
 * an identifier before they return, and out if there is no result. The caller wipes the result.
 */
#ifndef ELIG_CANON_H
#define ELIG_CANON_H

#include <stdbool.h>

#include "include/elig.h"

/* Longest canonical form of one part, in bytes; a longer one is ELIG_REASON_TOO_LONG. */
#define CANON_PART_MAX 1024

/* Longest canonical form of an identifier: in a composite a length precedes each part. */
#define CANON_LENGTH_BYTES 2
#define CANON_MAX (ELIG_PARTS_MAX * (CANON_LENGTH_BYTES + CANON_PART_MAX))

/*
 * Writes the canonical form of one part to out (CANON_PART_MAX bytes) and its length to *length.
 * Returns ELIG_REASON_NONE, or why the text cannot be such an identifier; ELIG_REASON_EMPTY if nothing is left
 * after trimming (an empty cell). part must have passed canon_part_is_valid().
 */
ELIG_CHECK_RESULT enum elig_reason canon_part(const struct elig_part *part, struct elig_text text, uint8_t *out,
                                              size_t *length);

/*
 * Writes the canonical form of a whole identifier to out (CANON_MAX bytes): for a kind of one part that
 * part's form, for a composite each part's form after its length as two little-endian bytes.
 * texts holds kind->part_count entries. An identifier with any part empty is ELIG_REASON_EMPTY, unless another
 * part is malformed: then that part's reason (the first such part).
 */
ELIG_CHECK_RESULT enum elig_reason canon_identifier(const struct elig_kind *kind, const struct elig_text *texts,
                                                    uint8_t *out, size_t *length);

/* The number, from 1, of the first part that is malformed for this reason, which canon_identifier() returned; 0
 * if the kind has one part. */
ELIG_CHECK_RESULT uint8_t canon_malformed_part(const struct elig_kind *kind, const struct elig_text *texts,
                                               enum elig_reason reason);

/* Whether these rules know type, flags and region. */
ELIG_CHECK_RESULT bool canon_part_is_valid(const struct elig_part *part);

/*
 * Reads a type as written on a command line, "email/plus/gmail", "phone/KR", "text/plain/compact", "date", into
 * *part. False if it is not a type. text is zero-terminated.
 */
ELIG_CHECK_RESULT bool canon_part_parse(const char *text, struct elig_part *part);

/* Writes the same text to out (CANON_TYPE_TEXT_MAX bytes, zero-terminated). */
#define CANON_TYPE_TEXT_MAX 32
void canon_part_print(const struct elig_part *part, char *out);

#endif
