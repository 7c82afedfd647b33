/* SPDX-License-Identifier: Apache-2.0 */
/* Trims, folds case and normalizes: ASCII and Hangul here, everything else with libunistring. */
#include "lib/elig/canon/unicode.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

/*
 * Nearly all text is ASCII, and is looked at eight bytes at a time. Times a byte, EVERY_BYTE has that byte in
 * each of the eight of a word. Sums and differences of such words work byte by byte as long as nothing is
 * carried from one byte to the next, which is why the tests below are for whole words.
 */
#define EVERY_BYTE UINT64_C(0x0101010101010101)
#define WORD_BYTES sizeof(uint64_t)
#define TOP_BITS (EVERY_BYTE * UNICODE_ASCII_END)

/* From a top bit to the bit that tells the cases of a letter apart. */
#define TOP_TO_CASE 2

/* The Hangul syllables U+AC00 .. U+D7A3 as three-byte UTF-8. */
#define HANGUL_FIRST 0xAC00u
#define HANGUL_LAST 0xD7A3u
#define HANGUL_BYTES 3

/* Punctuation people put between the digits of a number, beside White_Space and dashes (Pd). */
#define MINUS_SIGN 0x2212u
#define MIDDLE_DOT 0x00B7u
#define KATAKANA_MIDDLE_DOT 0x30FBu

/* Normalisation settles in two rounds and is confirmed by a third; the bound only guards against a
 * libunistring whose tables disagree with each other. */
#define ROUNDS_MAX 6

/* libunistring keeps two 2 KiB arrays and its sorting buffer, libidn2 some arrays of labels. */
#define STACK_USED (16u * 1024u)

void unicode_clear_stack(void)
{
    sodium_stackzero(STACK_USED);
}

size_t unicode_next_general(const uint8_t *bytes, size_t length, uint32_t *code_point)
{
    ucs4_t decoded;
    int used = u8_mbtouc(&decoded, bytes, length);
    *code_point = decoded;
    return (size_t)used;
}

int unicode_is_white_space_general(uint32_t code_point)
{
    return uc_is_property_white_space(code_point);
}

static int is_ignorable(uint32_t code_point)
{
    return code_point >= UNICODE_ASCII_END && uc_is_property_default_ignorable_code_point(code_point);
}

static int is_trimmed(uint32_t code_point)
{
    return unicode_is_white_space(code_point) || is_ignorable(code_point);
}

struct elig_text unicode_trim_general(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t start = 0, end = text.length;
    ucs4_t code_point;
    while (start < end) {
        int used = 1;
        code_point = bytes[start];
        if (code_point >= UNICODE_ASCII_END)
            used = u8_mbtoucr(&code_point, bytes + start, end - start);
        if (used <= 0 || !is_trimmed(code_point))
            break;
        start += (size_t)used;
    }
    while (start < end) {
        const uint8_t *previous = bytes + end - 1;
        code_point = *previous;
        if (code_point >= UNICODE_ASCII_END)
            previous = u8_prev(&code_point, bytes + end, bytes + start);
        if (previous == NULL || !is_trimmed(code_point))
            break;
        end = (size_t)(previous - bytes);
    }
    return (struct elig_text){text.bytes + start, end - start};
}

/* The value of a three-byte sequence, or 0 if these bytes are not one. */
static uint32_t three_bytes(const uint8_t *bytes, size_t length)
{
    if (length < HANGUL_BYTES || (bytes[0] & 0xF0u) != 0xE0u || (bytes[1] & 0xC0u) != 0x80u ||
        (bytes[2] & 0xC0u) != 0x80u)
        return 0;
    return (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
}

static int is_hangul_syllable(const uint8_t *bytes, size_t length)
{
    uint32_t code_point = three_bytes(bytes, length);
    return code_point >= HANGUL_FIRST && code_point <= HANGUL_LAST;
}

static enum elig_reason check_code_point(uint32_t code_point)
{
    if (code_point < UNICODE_ASCII_END)
        return code_point < ' ' || code_point == UNICODE_ASCII_DELETE ? ELIG_REASON_CONTROL : ELIG_REASON_NONE;
    if (uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Cc))
        return ELIG_REASON_CONTROL;
    if (uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Cn))
        return ELIG_REASON_UNASSIGNED;
    return ELIG_REASON_NONE;
}

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Whether eight bytes are printable ASCII: no top bit is set, nor becomes so by taking a space away, which it
 * does in bytes below, or by adding one, which it does in DEL. */
static int is_printable_word(uint64_t word)
{
    return ((word | (word - EVERY_BYTE * ' ') | (word + EVERY_BYTE)) & TOP_BITS) == 0;
}

int unicode_is_printable_ascii(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t at = 0;
    if (text.length >= WORD_BYTES) {
        for (; text.length - at > WORD_BYTES; at += WORD_BYTES)
            if (!is_printable_word(word_at(bytes + at)))
                return 0;
        return is_printable_word(word_at(bytes + text.length - WORD_BYTES)); /* may overlap the one before */
    }
    while (at < text.length && bytes[at] >= ' ' && bytes[at] < UNICODE_ASCII_DELETE)
        at++;
    return at == text.length;
}

/* Writes eight bytes with the letters A to Z in lower case. Without their top bits, bytes have room for what is
 * added to make those from 'A' on, and those after 'Z', set it. */
static void lower_word(const uint8_t *bytes, uint8_t *out)
{
    uint64_t word = word_at(bytes);
    uint64_t low = word & ~TOP_BITS;
    uint64_t from_a = low + EVERY_BYTE * (UNICODE_ASCII_END - 'A');
    uint64_t after_z = low + EVERY_BYTE * (UNICODE_ASCII_END - 'Z' - 1);
    word |= (from_a & ~after_z & ~word & TOP_BITS) >> TOP_TO_CASE;
    memcpy(out, &word, sizeof word);
}

void unicode_lower(const uint8_t *bytes, size_t length, uint8_t *out)
{
    size_t at = 0;
    if (length >= WORD_BYTES) {
        for (; length - at > WORD_BYTES; at += WORD_BYTES)
            lower_word(bytes + at, out + at);
        at = length - WORD_BYTES; /* may overlap the word before, which is harmless */
        lower_word(bytes + at, out + at);
        return;
    }
    for (; at < length; at++)
        out[at] = bytes[at] >= 'A' && bytes[at] <= 'Z' ? (uint8_t)(bytes[at] + ('a' - 'A')) : bytes[at];
}

enum elig_reason unicode_check(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t at = 0;
    uint32_t code_point;
    /* Most texts end here: nothing but printable ASCII and Hangul. */
    while (text.length - at >= WORD_BYTES && is_printable_word(word_at(bytes + at)))
        at += WORD_BYTES;
    while (at < text.length)
        if (bytes[at] >= ' ' && bytes[at] < UNICODE_ASCII_DELETE)
            at++;
        else if (is_hangul_syllable(bytes + at, text.length - at))
            at += HANGUL_BYTES;
        else
            break;
    if (at < text.length && u8_check(bytes + at, text.length - at) != NULL)
        return ELIG_REASON_ENCODING;
    while (at < text.length) {
        at += unicode_next(bytes + at, text.length - at, &code_point);
        enum elig_reason reason = check_code_point(code_point);
        if (reason != ELIG_REASON_NONE)
            return reason;
    }
    return ELIG_REASON_NONE;
}

/* Whether text is ASCII and Hangul syllables. */
static int is_ascii_and_hangul(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t at = 0;
    while (at < text.length)
        if (text.length - at >= WORD_BYTES && (word_at(bytes + at) & TOP_BITS) == 0)
            at += WORD_BYTES;
        else if (bytes[at] < UNICODE_ASCII_END)
            at++;
        else if (is_hangul_syllable(bytes + at, text.length - at))
            at += HANGUL_BYTES;
        else
            return 0;
    return 1;
}

enum elig_reason unicode_normalize(struct elig_text text, enum unicode_form form, uint8_t *out, size_t *length)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    /* Hangul syllables have no case and no compatibility mapping, and composition joins them only with
     * conjoining jamo, which are neither ASCII nor syllables. */
    if (!is_ascii_and_hangul(text))
        return unicode_normalize_general(text, form, out, length);
    if (form == UNICODE_NFKC_CASEFOLD)
        unicode_lower(bytes, text.length, out);
    else
        memcpy(out, bytes, text.length);
    *length = text.length;
    return ELIG_REASON_NONE;
}

/* Copies text without default ignorables; returns the length of the copy. */
static size_t drop_ignorables(const uint8_t *bytes, size_t length, uint8_t *copy)
{
    size_t at = 0, kept = 0;
    uint32_t code_point;
    while (at < length) {
        size_t used = unicode_next(bytes + at, length - at, &code_point);
        if (!is_ignorable(code_point)) {
            memcpy(copy + kept, bytes + at, used);
            kept += used;
        }
        at += used;
    }
    return kept;
}

/* One call of libunistring, from length bytes to out (ELIG_TEXT_MAX bytes) and *length; returns 0 if the
 * result does not fit. */
static int normalize_once(const uint8_t *bytes, size_t length, enum unicode_form form, uint8_t *out,
                          size_t *out_length)
{
    uint8_t *result;
    *out_length = ELIG_TEXT_MAX;
    if (form == UNICODE_NFKC_CASEFOLD)
        result = u8_casefold(bytes, length, NULL, UNINORM_NFKC, out, out_length);
    else
        result = u8_normalize(UNINORM_NFKC, bytes, length, out, out_length);
    if (result != out && result != NULL) {
        sodium_memzero(result, *out_length);
        free(result);
    }
    return result == out;
}

enum elig_reason unicode_normalize_general(struct elig_text text, enum unicode_form form, uint8_t *out,
                                           size_t *length)
{
    uint8_t copy[ELIG_TEXT_MAX];
    size_t copied = drop_ignorables((const uint8_t *)text.bytes, text.length, copy);
    enum elig_reason reason = ELIG_REASON_UNASSIGNED;
    *length = 0;
    for (int round = 0; round < ROUNDS_MAX && copied > 0; round++) {
        if (!normalize_once(copy, copied, form, out, length)) {
            reason = ELIG_REASON_TOO_LONG;
            break;
        }
        if (*length == copied && memcmp(out, copy, copied) == 0) {
            reason = ELIG_REASON_NONE;
            break;
        }
        copied = drop_ignorables(out, *length, copy);
    }
    if (copied == 0) {
        *length = 0;
        reason = ELIG_REASON_NONE;
    }
    sodium_memzero(copy, sizeof copy);
    unicode_clear_stack();
    return reason;
}

int unicode_number_class_general(uint32_t code_point)
{
    switch (code_point) {
    case MIDDLE_DOT:
    case KATAKANA_MIDDLE_DOT:
    case MINUS_SIGN:
        return UNICODE_SEPARATOR;
    default:
        break;
    }
    if (unicode_is_white_space(code_point))
        return UNICODE_SEPARATOR;
    if (code_point < UNICODE_ASCII_END)
        return UNICODE_NO_DIGIT;
    if (uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Pd))
        return UNICODE_SEPARATOR;
    int value = uc_decimal_value(code_point);
    return value >= 0 ? value : UNICODE_NO_DIGIT;
}
