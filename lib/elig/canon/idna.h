/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idna.h - domain names: UTS #46 ToASCII, non-transitional, for Unicode 17.0.0.
 *
 * CheckHyphens, CheckBidi, CheckJoiners, VerifyDnsLength. Beside that:
 *
 *   - labels have a-z, 0-9, '-', '_' and beyond ASCII letters, marks, decimal digits, joiners and the
 * exceptions of RFC 5892: UTS #46 would also allow symbols, which in a mailbox are slips
 *   - '_' is allowed, and so is "--" in places 3 and 4 of a plain ASCII label other than "xn--"
 *   - one dot at the end, the root's, is dropped
 *   - there are at least two labels, and the last one can be a top-level domain: of ASCII it has letters and
 * hyphens, and beside letters no other script
 *   - U+0130 is refused, decomposed too: the small letter that UTS #46 makes of it, i with a dot above, is not
 * i
 *
 * Pure functions: no allocation, no state; working memory is wiped.
 */
#ifndef ELIG_IDNA_H
#define ELIG_IDNA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

#define IDNA_NAME_MAX 253 /* bytes of a name without its final dot, RFC 1035, section 2.3.4 */
#define IDNA_LABEL_MAX 63 /* bytes, RFC 1035, section 2.3.4 */

enum idna_ascii {
    IDNA_MALFORMED, /* no domain */
    IDNA_PLAIN,     /* a domain as it stands */
    IDNA_ENCODED    /* a domain if its "xn--" labels are valid, which idna_to_ascii() finds out */
};

/*
 * Looks at a name in ASCII and lower case, bytes of any value. Drops a final dot from *length. Like the rest,
 * it does not depend on what the caller knows about the bytes: what is not ASCII is IDNA_MALFORMED.
 */
ELIG_CHECK_RESULT enum idna_ascii idna_check_ascii(const uint8_t *name, size_t *length);

/*
 * Writes the name's A-labels, in lower case, to out (IDNA_NAME_MAX bytes) and their length to *length. name is
 * well-formed UTF-8 of assigned code points and has at most ELIG_TEXT_MAX bytes. Returns false if it is no
 * domain; out is wiped then.
 */
ELIG_CHECK_RESULT bool idna_to_ascii(struct elig_text name, uint8_t *out, size_t *length);

#endif
