/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 by table 3-7 of the Unicode Standard, and look-ups in the generated property table. */
#include "lib/elig/canon/code_point.h"

#define CONTINUATION_BITS 6
#define CONTINUATION_MASK 0x3Fu
#define CONTINUATION 0x80u

#define TWO_BYTES_FIRST 0xC2u /* C0 and C1 would be overlong */
#define THREE_BYTES_FIRST 0xE0u
#define FOUR_BYTES_FIRST 0xF0u
#define FOUR_BYTES_LAST 0xF4u
#define THREE_BYTES_LEAST 0x800u
#define FOUR_BYTES_LEAST 0x10000u

#define SURROGATES_FIRST 0xD800u
#define SURROGATES_LAST 0xDFFFu
#define CODE_POINT_LAST 0x10FFFFu

/* Plane 14: tags and variation selectors, all of them default ignorable; UTS #46 disallows tags. */
#define LANGUAGE_TAG 0xE0001u
#define TAGS_FIRST 0xE0020u
#define TAGS_LAST 0xE007Fu
#define SELECTORS_FIRST 0xE0100u
#define SELECTORS_LAST 0xE01EFu
/* Planes 15 and 16: private use, except the last two code points of each. */
#define PRIVATE_PLANES_FIRST 0xF0000u
#define NONCHARACTERS 0xFFFEu

#define DIGITS 10

/* Ideographic zero, part of names, which Unicode counts among the numbers (Nl); private use, which holds the
 * ideographs of names that a character set lacks. */
#define IDEOGRAPHIC_ZERO 0x3007u
#define PRIVATE_USE_FIRST 0xE000u
#define PRIVATE_USE_LAST 0xF8FFu

static bool is_continuation(uint8_t byte)
{
    return (byte & ~CONTINUATION_MASK) == CONTINUATION;
}

size_t code_point_read_long(const uint8_t *bytes, size_t length, uint32_t *code_point)
{
    uint8_t first = bytes[0];
    size_t size;

    if (first < TWO_BYTES_FIRST || first > FOUR_BYTES_LAST)
        return 0;
    size = first < THREE_BYTES_FIRST ? 2u : first < FOUR_BYTES_FIRST ? 3u : 4u;
    if (size > length)
        return 0;
    uint32_t value = first & (CONTINUATION_MASK >> (size - 1));
    for (size_t i = 1; i < size; i++) {
        if (!is_continuation(bytes[i]))
            return 0;
        value = value << CONTINUATION_BITS | (bytes[i] & CONTINUATION_MASK);
    }
    if (size == 3 && (value < THREE_BYTES_LEAST || (value >= SURROGATES_FIRST && value <= SURROGATES_LAST)))
        return 0;
    if (size == 4 && (value < FOUR_BYTES_LEAST || value > CODE_POINT_LAST))
        return 0;
    *code_point = value;
    return size;
}

size_t code_point_read_last(const uint8_t *bytes, size_t length, uint32_t *code_point)
{
    size_t size = 1;

    while (size < CODE_POINT_UTF8_MAX && size < length && is_continuation(bytes[length - size]))
        size++;
    return code_point_read(bytes + length - size, size, code_point) == size ? size : 0;
}

size_t code_point_write(uint32_t code_point, uint8_t *out)
{
    size_t size = code_point < THREE_BYTES_LEAST ? 2 : code_point < FOUR_BYTES_LEAST ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xC0, THREE_BYTES_FIRST, FOUR_BYTES_FIRST};

    if (code_point < ASCII_END) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (uint8_t)(CONTINUATION | (code_point & CONTINUATION_MASK));
        code_point >>= CONTINUATION_BITS;
    }
    out[0] = (uint8_t)(lead[size] | code_point);
    return size;
}

bool code_point_is_one_of(const uint16_t *list, size_t count, uint32_t code_point)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == code_point)
            return true;
    return false;
}

static uint32_t high_plane_class(uint32_t code_point)
{
    if (code_point == LANGUAGE_TAG || (code_point >= TAGS_FIRST && code_point <= TAGS_LAST))
        return UNICODE_TABLE_ASSIGNED | UNICODE_TABLE_IGNORABLE | UNICODE_TABLE_DISALLOWED;
    if (code_point >= SELECTORS_FIRST && code_point <= SELECTORS_LAST)
        return UNICODE_TABLE_ASSIGNED | UNICODE_TABLE_IGNORABLE | UNICODE_TABLE_MARK;
    if (code_point >= PRIVATE_PLANES_FIRST && code_point <= CODE_POINT_LAST &&
        (code_point & NONCHARACTERS) != NONCHARACTERS)
        return UNICODE_TABLE_ASSIGNED;
    return 0;
}

/* The range of a code point below UNICODE_TABLE_END. */
static const struct unicode_table_property *find_range(uint32_t code_point)
{
    return unicode_table_properties +
           code_point_find_range(unicode_table_property_pages, unicode_table_property_page,
                                 unicode_table_property_start, unicode_table_properties,
                                 sizeof *unicode_table_properties, code_point);
}

uint32_t code_point_class(uint32_t code_point)
{
    if (code_point >= UNICODE_TABLE_END)
        return high_plane_class(code_point);
    return unicode_table_classes[find_range(code_point)->class_number];
}

int code_point_decimal(uint32_t code_point)
{
    if (code_point >= UNICODE_TABLE_END)
        return -1;
    const struct unicode_table_property *range = find_range(code_point);
    if ((unicode_table_classes[range->class_number] & UNICODE_TABLE_DIGIT) == 0)
        return -1;
    return (int)(((code_point & UNICODE_TABLE_PAGE_MASK) - range->first) % DIGITS);
}

static bool is_letter_or_digit(uint32_t code_point)
{
    if (code_point < ASCII_END)
        return (code_point >= 'a' && code_point <= 'z') || (code_point >= '0' && code_point <= '9');
    return code_point == IDEOGRAPHIC_ZERO ||
           (code_point >= PRIVATE_USE_FIRST && code_point <= PRIVATE_USE_LAST) ||
           code_point >= PRIVATE_PLANES_FIRST || code_point_is_letter(code_point);
}

bool code_point_has_letter_or_digit(const uint8_t *text, size_t length)
{
    uint32_t code_point;
    for (size_t at = 0; at < length;) { /* nearly always the first character is one */
        at += code_point_read(text + at, length - at, &code_point);
        if (is_letter_or_digit(code_point))
            return true;
    }
    return false;
}
