/* SPDX-License-Identifier: Apache-2.0 */
/* Tests and changes ASCII a word at a time; the last word may overlap the one before. */
#include "lib/elig/canon/ascii.h"

/* From a top bit to the bit that tells the cases of a letter apart. */
#define TOP_TO_CASE 2

bool ascii_is_printable(struct elig_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    if (text.length >= ASCII_WORD_BYTES) {
        size_t last = text.length - ASCII_WORD_BYTES;
        for (size_t at = 0; at < last; at += ASCII_WORD_BYTES)
            if (!ascii_is_printable_word(ascii_word(bytes + at)))
                return false;
        return ascii_is_printable_word(ascii_word(bytes + last));
    }
    size_t at = 0;
    while (at < text.length && ascii_is_printable_byte(bytes[at]))
        at++;
    return at == text.length;
}

/* Writes eight bytes with the letters A to Z in lower case. */
static inline void lower_word(const uint8_t *bytes, uint8_t *out)
{
    uint64_t word = ascii_word(bytes);
    word |= (ascii_in_range(word & ~ASCII_TOP_BITS, 'A', 'Z') & ~word) >> TOP_TO_CASE;
    memcpy(out, &word, sizeof word);
}

void ascii_lower(const uint8_t *bytes, size_t length, uint8_t *out)
{
    if (length >= ASCII_WORD_BYTES) {
        size_t last = length - ASCII_WORD_BYTES;
        for (size_t at = 0; at < last; at += ASCII_WORD_BYTES)
            lower_word(bytes + at, out + at);
        lower_word(bytes + last, out + last);
        return;
    }
    for (size_t at = 0; at < length; at++)
        out[at] = bytes[at] >= 'A' && bytes[at] <= 'Z' ? (uint8_t)(bytes[at] + ('a' - 'A')) : bytes[at];
}
