/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ascii.h - what nearly every identifier needs and no table: ASCII, eight bytes at a time.
 *
 * Times a byte, ASCII_EVERY_BYTE has that byte in each of the eight of a word. Sums and differences of such
 * words work byte by byte as long as nothing is carried from one byte to the next, which is why the tests below
 * are for whole words.
 */
#ifndef ELIG_ASCII_H
#define ELIG_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "include/elig.h"

#define ASCII_END 0x80u
#define ASCII_DELETE 0x7Fu
#define ASCII_WORD_BYTES sizeof(uint64_t)
#define ASCII_EVERY_BYTE UINT64_C(0x0101010101010101)
#define ASCII_TOP_BITS (ASCII_EVERY_BYTE * ASCII_END)

static inline uint64_t ascii_word(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Whether eight bytes are printable ASCII: no top bit is set, nor becomes so by subtracting a space, which it
 * does in bytes below, or by adding one, which it does in DEL. */
static inline bool ascii_is_printable_word(uint64_t word)
{
    return ((word | (word - ASCII_EVERY_BYTE * ' ') | (word + ASCII_EVERY_BYTE)) & ASCII_TOP_BITS) == 0;
}

static inline bool ascii_is_printable_byte(uint8_t byte)
{
    return byte >= ' ' && byte < ASCII_DELETE;
}

/* The top bits of those bytes of a word, whose own top bits are clear, that are from first to last: those that
 * are at least first, but for those that are above last. */
static inline uint64_t ascii_in_range(uint64_t word, unsigned first, unsigned last)
{
    uint64_t from_first = word + ASCII_EVERY_BYTE * (ASCII_END - first);
    uint64_t above_last = word + ASCII_EVERY_BYTE * (ASCII_END - last - 1);
    return (from_first ^ above_last) & ASCII_TOP_BITS;
}

/* Whether text is nothing but ASCII from space to tilde. */
ELIG_CHECK_RESULT bool ascii_is_printable(struct elig_text text);

/* Copies length bytes to out (which may be the same) with the letters A to Z in lower case. */
void ascii_lower(const uint8_t *bytes, size_t length, uint8_t *out);

#endif
