/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email.h - canonical form of e-mail addresses.
 *
 * Local part: NFKC casefold. Domain: UTS #46 non-transitional processing with STD3 rules, to A-labels in lower
 * case. ASCII domains without "--" at the third and fourth byte of a label are handled here; the rest by
 * libidn2.
 */
#ifndef ELIG_EMAIL_H
#define ELIG_EMAIL_H

#include "include/elig.h"

#define EMAIL_LOCAL_MAX 64   /* bytes, RFC 5321, section 4.5.3.1.1 */
#define EMAIL_DOMAIN_MAX 253 /* bytes of a name without its final dot, RFC 1035, section 2.3.4 */
#define EMAIL_LABEL_MAX 63   /* bytes, RFC 1035, section 2.3.4 */

/*
 * Writes the canonical form of text to out (ELIG_TEXT_MAX bytes) and its length to *length. flags are
 * ELIG_EMAIL_*. The text is trimmed, has passed unicode_check() and has at most ELIG_TEXT_MAX bytes; is_ascii
 * is the result of unicode_is_printable_ascii(), true for most.
 */
ELIG_CHECK_RESULT enum elig_reason email_canon(struct elig_text text, int is_ascii, unsigned flags,
                                               uint8_t *out, size_t *length);

/* The domain alone, always with libidn2; declared only so that tests can compare the two ways. out holds
 * EMAIL_DOMAIN_MAX bytes. Returns 1, or 0 if it is not a domain. */
ELIG_CHECK_RESULT int email_domain_general(struct elig_text domain, uint8_t *out, size_t *length);

#endif
