/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raw_text.h - what holds for the text of every part before its type is looked at: where it begins and ends,
 * and whether it is text.
 */
#ifndef ELIG_RAW_TEXT_H
#define ELIG_RAW_TEXT_H

#include "include/elig.h"

#include "lib/elig/canon/ascii.h"

struct elig_text raw_text_trim_general(struct elig_text text);

static inline bool raw_text_is_graphic_ascii(char byte)
{
    return (uint8_t)byte > ' ' && (uint8_t)byte < ASCII_DELETE;
}

/* Returns text (length > 0) without the White_Space and Default_Ignorable code points at its ends. Invalid
 * UTF-8 is left where it is. */
static inline struct elig_text raw_text_trim(struct elig_text text)
{
    if (raw_text_is_graphic_ascii(text.bytes[0]) && raw_text_is_graphic_ascii(text.bytes[text.length - 1]))
        return text;
    return raw_text_trim_general(text);
}

/* Returns how many bytes printable ASCII and Hangul syllables take at the start of text: most texts are nothing
 * else. */
ELIG_CHECK_RESULT size_t raw_text_usual_bytes(struct elig_text text);

/*
 * Returns ELIG_REASON_NONE if text is well-formed UTF-8 of assigned code points that are no controls (general
 * categories Cn and Cc) and not U+FFFD; else ELIG_REASON_ENCODING if it is ill-formed anywhere, or the reason
 * of the first code point that is refused.
 */
ELIG_CHECK_RESULT enum elig_reason raw_text_check(struct elig_text text);

#endif
