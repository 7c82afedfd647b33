/* SPDX-License-Identifier: Apache-2.0 */
/*
 * punycode.h - Punycode, RFC 3492, of labels in lower case and without their "xn--".
 *
 * Pure functions: no allocation, no state.
 */
#ifndef ELIG_PUNYCODE_H
#define ELIG_PUNYCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* Writes count code points to out (room bytes) and the length to *length. Returns false if they do not fit. */
ELIG_CHECK_RESULT bool punycode_encode(const uint32_t *code_points, size_t count, uint8_t *out, size_t room,
                                       size_t *length);

/*
 * Decodes length bytes into code_points (room of them) and their number into *count. Returns false if the bytes
 * are no Punycode, or encode something beyond U+10FFFF or a surrogate, or do not fit.
 */
ELIG_CHECK_RESULT bool punycode_decode(const uint8_t *bytes, size_t length, uint32_t *code_points, size_t room,
                                       size_t *count);

#endif
