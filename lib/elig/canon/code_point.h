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

#include "lib/elig/canon/ascii.h"
#include "lib/elig/canon/unicode_table.h"

#define CODE_POINT_UTF8_MAX 4 /* bytes */

#define CODE_POINT_HANGUL 0xAC00u /* the syllables, U+AC00 .. U+D7A3 */
#define CODE_POINT_HANGUL_COUNT 11172u
#define CODE_POINT_HANGUL_BYTES 3 /* of each of them */

/* The same as code_point_read() where the first byte is not ASCII. */
ELIG_CHECK_RESULT size_t code_point_read_long(const uint8_t *bytes, size_t length, uint32_t *code_point);

/*
 * Returns how many bytes the code point at the start of length bytes has (length > 0) and writes it to
 * *code_point; returns 0 if what is there is not well-formed (Unicode Standard, table 3-7: surrogates, overlong
 * forms and sequences that are cut off are not).
 */
ELIG_CHECK_RESULT static inline size_t code_point_read(const uint8_t *bytes, size_t length,
                                                       uint32_t *code_point)
{
    *code_point = bytes[0];
    return bytes[0] < ASCII_END ? 1 : code_point_read_long(bytes, length, code_point);
}

/* The same for the code point that ends at the end of length bytes (length > 0). */
ELIG_CHECK_RESULT size_t code_point_read_last(const uint8_t *bytes, size_t length, uint32_t *code_point);

/* Writes a code point (no surrogate, at most U+10FFFF) to out (CODE_POINT_UTF8_MAX bytes); returns how many
 * bytes it has. */
size_t code_point_write(uint32_t code_point, uint8_t *out);

/* The number of the range that a code point below UNICODE_TABLE_END is in, in one of the paged tables of
 * unicode_table.h. Each element of ranges has range_bytes bytes, the first of which is the low byte of the
 * range's first code point. */
static inline size_t code_point_find_range(size_t pages, const uint8_t *page_numbers, const uint16_t *starts,
                                           const void *ranges, size_t range_bytes, uint32_t code_point)
{
    const uint8_t *first = ranges;
    uint32_t page = code_point >> UNICODE_TABLE_PAGE_BITS;
    uint8_t low = code_point & UNICODE_TABLE_PAGE_MASK;
    if (page >= pages)
        page = (uint32_t)pages - 1;
    const uint16_t *start = starts + page_numbers[page];
    uint32_t found = start[0], count = start[1] - found;
    while (count > 1) { /* it is among count ranges; the first of them does not begin after low */
        uint32_t half = count / 2;
        if (first[(found + half) * range_bytes] <= low)
            found += half;
        count -= half;
    }
    return found;
}

/* Whether a code point is in a list of count. */
ELIG_CHECK_RESULT bool code_point_is_one_of(const uint16_t *list, size_t count, uint32_t code_point);

/* The class of a code point, as described in unicode_table.h; 0 if it is unassigned or a surrogate. */
ELIG_CHECK_RESULT uint32_t code_point_class(uint32_t code_point);

/* The value of a decimal digit (general category Nd), or -1. */
ELIG_CHECK_RESULT int code_point_decimal(uint32_t code_point);

/* Whether length bytes of canonical text have a letter (general category L), a digit of ASCII, the ideographic
 * zero or a character of private use. */
ELIG_CHECK_RESULT bool code_point_has_letter_or_digit(const uint8_t *text, size_t length);

/* Whether a Hangul syllable is at the start of length bytes. */
static inline bool code_point_is_hangul_syllable(const uint8_t *bytes, size_t length)
{
    if (length < CODE_POINT_HANGUL_BYTES || (bytes[0] & 0xF0u) != 0xE0u || (bytes[1] & 0xC0u) != 0x80u ||
        (bytes[2] & 0xC0u) != 0x80u)
        return false;
    uint32_t code_point = (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
    return code_point - CODE_POINT_HANGUL < CODE_POINT_HANGUL_COUNT;
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

static inline bool code_point_is_letter(uint32_t code_point)
{
    return (code_point_class(code_point) & UNICODE_TABLE_LETTER) != 0;
}

#endif
