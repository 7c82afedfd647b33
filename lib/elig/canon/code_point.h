/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_point.h - code points: their UTF-8, and the properties of Unicode 17.0.0 that canonical forms depend on.
 *
 * Pure functions of generated tables: no allocation, no state.
 */
#ifndef ELIG_CODE_POINT_H
#define ELIG_CODE_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

#include "lib/elig/canon/unicode_table.h"

#define CODE_POINT_UTF8_MAX 4 /* bytes */
#define CODE_POINT_ASCII_END 0x80u

/*
 * Returns how many bytes the code point at the start of length bytes has (length > 0) and writes it to
 * *code_point; returns 0 if what is there is not well-formed (Unicode Standard, table 3-7: surrogates, overlong
 * forms and sequences that are cut off are not).
 */
ELIG_CHECK_RESULT size_t code_point_read(const uint8_t *bytes, size_t length, uint32_t *code_point);

/* The same for the code point that ends at the end of length bytes (length > 0). */
ELIG_CHECK_RESULT size_t code_point_read_last(const uint8_t *bytes, size_t length, uint32_t *code_point);

/* Writes a code point (no surrogate, at most U+10FFFF) to out (CODE_POINT_UTF8_MAX bytes); returns how many
 * bytes it has. */
size_t code_point_write(uint32_t code_point, uint8_t *out);

/* The class of a code point, as described in unicode_table.h; 0 if it is unassigned or a surrogate. */
ELIG_CHECK_RESULT uint32_t code_point_class(uint32_t code_point);

/* The value of a decimal digit (general category Nd), or -1. */
ELIG_CHECK_RESULT int code_point_decimal(uint32_t code_point);

static inline bool code_point_is_assigned(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_ASSIGNED) != 0;
}

static inline bool code_point_is_control(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_CONTROL) != 0;
}

static inline bool code_point_is_white_space(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_WHITE_SPACE) != 0;
}

/* Of assigned code points only. */
static inline bool code_point_is_ignorable(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_IGNORABLE) != 0;
}

static inline bool code_point_is_dash(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_DASH) != 0;
}

static inline bool code_point_is_letter(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_LETTER) != 0;
}

#endif
