/* SPDX-License-Identifier: Apache-2.0 */
/* Trims and checks text: ASCII and Hangul syllables, which most texts consist of, without the tables. */
#include "lib/elig/canon/raw_text.h"

#include "lib/elig/canon/code_point.h"

/* What a converter writes in place of bytes that it cannot read: the text is lost. */
#define REPLACEMENT_CHARACTER 0xFFFDu

/* U+0085 is White_Space, and a control character that stands in no cell: what a converter makes of the dots of
 * Windows' code pages. */
#define NEXT_LINE 0x85u

static bool is_trimmed(uint32_t code_point)
{
    return code_point != NEXT_LINE &&
           (code_point_class(code_point) & (UNICODE_TABLE_WHITE_SPACE | UNICODE_TABLE_IGNORABLE)) != 0;
}

struct elig_text raw_text_trim_general(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t start = 0, end = text.length, size;
    uint32_t code_point;
    while (start < end && (size = code_point_read(bytes + start, end - start, &code_point)) > 0 &&
           is_trimmed(code_point))
        start += size;
    while (start < end && (size = code_point_read_last(bytes + start, end - start, &code_point)) > 0 &&
           is_trimmed(code_point))
        end -= size;
    return (struct elig_text){text.bytes + start, end - start};
}

static enum elig_reason check_code_point(uint32_t code_point)
{
    uint32_t class = code_point_class(code_point);
    if (class & UNICODE_TABLE_CONTROL)
        return ELIG_REASON_CONTROL;
    if ((class & UNICODE_TABLE_ASSIGNED) == 0)
        return ELIG_REASON_UNASSIGNED;
    return code_point == REPLACEMENT_CHARACTER ? ELIG_REASON_REPLACEMENT : ELIG_REASON_NONE;
}

size_t raw_text_usual_bytes(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t at = 0;
    while (text.length - at >= ASCII_WORD_BYTES && ascii_is_printable_word(ascii_word(bytes + at)))
        at += ASCII_WORD_BYTES;
    while (at < text.length)
        if (ascii_is_printable_byte(bytes[at]))
            at++;
        else if (code_point_is_hangul_syllable(bytes + at, text.length - at))
            at += CODE_POINT_HANGUL_BYTES;
        else
            break;
    return at;
}

enum elig_reason raw_text_check(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    enum elig_reason first = ELIG_REASON_NONE;
    uint32_t code_point;
    size_t at = raw_text_usual_bytes(text); /* most texts end there */
    while (at < text.length) {
        size_t size = code_point_read(bytes + at, text.length - at, &code_point);
        if (size == 0)
            return ELIG_REASON_ENCODING;
        if (first == ELIG_REASON_NONE)
            first = check_code_point(code_point);
        at += size;
    }
    return first;
}
