/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unicode.h - what the canonical forms need of Unicode, on top of libunistring.
 *
 * Text is UTF-8, not terminated. ASCII and Hangul syllables are handled here, because they are nearly all
 * of the input; everything else goes through libunistring. Both ways give the same bytes.
 *
 * libunistring works in arrays on its own stack, which it does not wipe: functions that called it clear the
 * stack below them before they return. Should it need the heap (a result longer than expected), what it
 * returns is wiped before it is freed.
 */
#ifndef ELIG_UNICODE_H
#define ELIG_UNICODE_H

#include "include/elig.h"

/* What a code point means inside a number; 0 .. 9 is the value of a decimal digit of any script. */
#define UNICODE_SEPARATOR 10 /* white space, dash, dot, slash, parenthesis, middle dot */
#define UNICODE_NO_DIGIT 11

enum unicode_form {
    UNICODE_NFKC,         /* compatibility composition, default ignorables removed */
    UNICODE_NFKC_CASEFOLD /* toNFKC_Casefold of the Unicode Standard, section 3.13 */
};

/*
 * Returns ELIG_REASON_NONE if text is well-formed UTF-8 of assigned code points that are no controls (general
 * categories Cn and Cc); else ELIG_REASON_ENCODING if it is ill-formed anywhere, or the reason of the first
 * code point that is refused.
 */
ELIG_CHECK_RESULT enum elig_reason unicode_check(struct elig_text text);

/* 1 if text is nothing but ASCII from space to tilde. Such a text passes unicode_check(), and NFKC leaves it as
 * it is. */
int unicode_is_printable_ascii(struct elig_text text);

/* Copies length bytes to out (which may be the same) with the letters A to Z in lower case. */
void unicode_lower(const uint8_t *bytes, size_t length, uint8_t *out);

/*
 * Writes text in a form to out (ELIG_TEXT_MAX bytes) and its length to *length. The text has passed
 * unicode_check() and has at most ELIG_TEXT_MAX bytes. The result is a fixpoint: bringing it into the same
 * form again changes nothing. Returns ELIG_REASON_NONE; ELIG_REASON_TOO_LONG when a step does not fit;
 * ELIG_REASON_UNASSIGNED if no fixpoint is reached; no such text of assigned characters is known.
 */
ELIG_CHECK_RESULT enum elig_reason unicode_normalize(struct elig_text text, enum unicode_form form,
                                                     uint8_t *out, size_t *length);

/* The same for any text with libunistring; declared only so that tests can compare the two. */
ELIG_CHECK_RESULT enum elig_reason unicode_normalize_general(struct elig_text text, enum unicode_form form,
                                                             uint8_t *out, size_t *length);

/*
 * The functions below run for every identifier, or every character of nearly every one. So ASCII is handled
 * inline; the functions that end in _general handle the rest.
 */
#define UNICODE_ASCII_DELETE 0x7Fu
#define UNICODE_ASCII_END 0x80u

struct elig_text unicode_trim_general(struct elig_text text);

size_t unicode_next_general(const uint8_t *bytes, size_t length, uint32_t *code_point);
int unicode_is_white_space_general(uint32_t code_point);
int unicode_number_class_general(uint32_t code_point);

static inline int unicode_is_graphic_ascii(char byte)
{
    return (uint8_t)byte > ' ' && (uint8_t)byte < UNICODE_ASCII_DELETE;
}

/* Returns text (length > 0) without the White_Space and Default_Ignorable code points at its ends. Invalid
 * UTF-8 is left where it is. */
static inline struct elig_text unicode_trim(struct elig_text text)
{
    if (unicode_is_graphic_ascii(text.bytes[0]) && unicode_is_graphic_ascii(text.bytes[text.length - 1]))
        return text;
    return unicode_trim_general(text);
}

/* Decodes the code point at the start of length bytes of well-formed UTF-8 (length > 0) into *code_point and
 * returns how many bytes it has. */
static inline size_t unicode_next(const uint8_t *bytes, size_t length, uint32_t *code_point)
{
    if (bytes[0] < UNICODE_ASCII_END) {
        *code_point = bytes[0];
        return 1;
    }
    return unicode_next_general(bytes, length, code_point);
}

static inline int unicode_is_white_space(uint32_t code_point)
{
    if (code_point < UNICODE_ASCII_END)
        return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
    return unicode_is_white_space_general(code_point);
}

/* All ASCII separators are below this, so that one word holds the set. */
#define UNICODE_SEPARATORS_END 64
#define UNICODE_BIT(character) (UINT64_C(1) << (character))
#define UNICODE_SEPARATORS                                                                               \
    (UNICODE_BIT('\t') | UNICODE_BIT('\n') | UNICODE_BIT('\v') | UNICODE_BIT('\f') | UNICODE_BIT('\r') | \
     UNICODE_BIT(' ') | UNICODE_BIT('-') | UNICODE_BIT('.') | UNICODE_BIT('/') | UNICODE_BIT('(') |      \
     UNICODE_BIT(')'))

/* 0 .. 9, UNICODE_SEPARATOR or UNICODE_NO_DIGIT. */
static inline int unicode_number_class(uint32_t code_point)
{
    if (code_point >= '0' && code_point <= '9')
        return (int)(code_point - '0');
    if (code_point < UNICODE_SEPARATORS_END)
        return UNICODE_SEPARATORS >> code_point & 1 ? UNICODE_SEPARATOR : UNICODE_NO_DIGIT;
    return unicode_number_class_general(code_point);
}

/* Clears the part of the stack that a library call just used. */
void unicode_clear_stack(void);

#endif
