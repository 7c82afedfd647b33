/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone.h - canonical form of phone numbers: E.164 digits, refused rather than guessed.
 *
 * A number as typed is read in every possible way: with '+', after an international prefix, as a
 * national number with or without trunk prefix, as a calling code without '+', as it was before a renumbering.
 * A reading counts if it is a plausible number of its calling code (phone_table.h). The number is accepted if
 * all readings that count are one number, and if the digits cannot be a subscriber number that lacks its area
 * code. So two accepted spellings of one number have the same canonical form: the number is a reading of each
 * of them. A number with '+' in a range that the table does not have is its digits, since no other spelling of
 * it is accepted.
 */
#ifndef ELIG_PHONE_H
#define ELIG_PHONE_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/elig/canon/phone_table.h"

#define PHONE_MAX (PHONE_TABLE_CODE_DIGITS + PHONE_TABLE_NATIONAL_DIGITS) /* bytes of the longest result */

/*
 * Writes the canonical form of text, which is NFKC, by the plans of table to out and its length to *length. out
 * has room for as many bytes as text has, and for PHONE_MAX at least; it may be where text is. region is the
 * default region, or two zero bytes for none: then only '+' and 00 are understood. On failure the content of
 * out is undefined.
 */
ELIG_CHECK_RESULT enum elig_reason phone_canon(const struct phone_table *table, const char region[2],
                                               struct elig_text text, uint8_t *out, size_t *length);

/* Whether region is in the table or is two zero bytes. */
ELIG_CHECK_RESULT bool phone_region_is_known(const struct phone_table *table, const char region[2]);

#endif
