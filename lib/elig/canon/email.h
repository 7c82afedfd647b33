/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email.h - canonical form of e-mail addresses.
 *
 * One cell holds one address: "mailto:a@b.example", "<a@b.example>" and "Name <a@b.example>" are taken,
 * anything else around an address is refused. Local part: the atoms and quoted strings of RFC 5322, with dots
 * anywhere, in NFKC casefold with the folds of FOLD_LOCAL; quotation marks that are not needed are removed.
 * Domain: idna.h.
 */
#ifndef ELIG_EMAIL_H
#define ELIG_EMAIL_H

#include <stdbool.h>

#include "include/elig.h"

#define EMAIL_LOCAL_MAX 64 /* bytes, RFC 5321, section 4.5.3.1.1 */

/*
 * Writes the canonical form of text to out (ELIG_TEXT_MAX bytes) and its length to *length. flags are
 * ELIG_EMAIL_*. The text is trimmed, has passed raw_text_check() and has at most ELIG_TEXT_MAX bytes; is_ascii
 * is the result of ascii_is_printable(), true for most.
 */
ELIG_CHECK_RESULT enum elig_reason email_canon(struct elig_text text, bool is_ascii, unsigned flags,
                                               uint8_t *out, size_t *length);

#endif
