/* SPDX-License-Identifier: Apache-2.0 */
/* decoders.c - runs of digits at each phase and in both directions, and characters separated by zero bytes. */
#include "audit/search/decoders.h"

#include <sodium.h>
#include <stdlib.h>

/* Runs are decoded in blocks of at most this length; blocks overlap by more than the longest pattern encoded.
 */
#define BLOCK_BYTES 65536
#define OVERLAP_BYTES 512

const char *decoders_text(enum decoder decoder)
{
    static const char *const texts[DECODER_COUNT] = {DECODERS(X_TEXT)};
    return texts[decoder];
}

struct search {
    decoders_visit *visit;
    void *context;
    uint8_t *forward, *backward; /* BLOCK_BYTES: a run's digits, first to last and last to first */
    uint8_t *out;                /* BLOCK_BYTES */
};

/* ---- Digits ---- */

enum { NO_DIGIT = 255 };

/* The value of a character as a digit. */
static uint8_t hex_value[256], base64_value[256];

static void make_values(void)
{
    static const char hex[] = "0123456789abcdef";
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (unsigned i = 0; i < 256; i++)
        hex_value[i] = base64_value[i] = NO_DIGIT;
    for (uint8_t i = 0; i < 16; i++)
        hex_value[(uint8_t)hex[i]] = i;
    for (uint8_t i = 10; i < 16; i++)
        hex_value[hex[i] - 'a' + 'A'] = i;
    for (uint8_t i = 0; i < 64; i++)
        base64_value[(uint8_t)base64[i]] = i;
    base64_value['-'] = base64_value['+']; /* RFC 4648, section 5 */
    base64_value['_'] = base64_value['/'];
}

/* Packs digits of the given number of bits into bytes; an incomplete byte at the end is dropped. */
static size_t pack(const uint8_t *digits, size_t count, unsigned bits, uint8_t *out)
{
    size_t length = 0;
    uint32_t held = 0;
    unsigned held_bits = 0;
    for (size_t i = 0; i < count; i++) {
        held = held << bits | digits[i];
        held_bits += bits;
        if (held_bits >= 8) {
            held_bits -= 8;
            out[length++] = (uint8_t)(held >> held_bits);
        }
    }
    return length;
}

/* A run of digits: at each phase, in both directions. */
static int decode_digits(struct search *search, enum decoder decoder, unsigned bits, const uint8_t *run,
                         size_t count, uint64_t offset)
{
    const uint8_t *value = decoder == DECODER_HEX ? hex_value : base64_value;
    size_t phases = decoder == DECODER_HEX ? 2 : 4;
    for (size_t i = 0; i < count; i++) {
        search->forward[i] = value[run[i]];
        search->backward[count - 1 - i] = value[run[i]];
    }
    for (size_t phase = 0; phase < phases && phase < count; phase++)
        for (unsigned direction = 0; direction < 2; direction++) {
            const uint8_t *digits = direction == 1 ? search->backward : search->forward;
            size_t length = pack(digits + phase, count - phase, bits, search->out);
            int error = search->visit(search->context, decoder, search->out, length, offset, direction == 1);
            if (error != 0)
                return error;
        }
    return 0;
}

static int decode_digits_in_blocks(struct search *search, enum decoder decoder, const uint8_t *bytes,
                                   uint64_t start, uint64_t end)
{
    unsigned bits = decoder == DECODER_HEX ? 4 : 6;
    for (uint64_t at = start;; at += BLOCK_BYTES - OVERLAP_BYTES) {
        size_t count = end - at < BLOCK_BYTES ? (size_t)(end - at) : BLOCK_BYTES;
        int error = decode_digits(search, decoder, bits, bytes + at, count, at);
        if (error != 0 || at + count == end)
            return error;
    }
}

static int find_digit_runs(struct search *search, enum decoder decoder, const uint8_t *bytes, uint64_t length)
{
    const uint8_t *value = decoder == DECODER_HEX ? hex_value : base64_value;
    uint64_t minimum = decoder == DECODER_HEX ? DECODERS_HEX_MIN : DECODERS_BASE64_MIN;
    for (uint64_t at = 0; at + minimum <= length;) {
        /* The last byte of a minimum run is tested first: if it is no digit, no run begins before it. */
        uint64_t last = at + minimum - 1, end;
        while (last > at && value[bytes[last]] != NO_DIGIT)
            last--;
        if (value[bytes[last]] == NO_DIGIT) {
            at = last + 1;
            continue;
        }
        for (end = at + minimum; end < length && value[bytes[end]] != NO_DIGIT;)
            end++;
        int error = decode_digits_in_blocks(search, decoder, bytes, at, end);
        if (error != 0)
            return error;
        at = end + 1;
    }
    return 0;
}

/* ---- Characters separated by zero bytes ---- */

static bool is_utf_character(const uint8_t *bytes, uint64_t length, uint64_t at, unsigned stride)
{
    if (at + stride >= length || bytes[at + stride] == 0)
        return false;
    for (unsigned i = 1; i < stride; i++)
        if (bytes[at + i] != 0)
            return false;
    return true;
}

static int decode_utf(struct search *search, enum decoder decoder, const uint8_t *bytes, uint64_t length)
{
    unsigned stride = decoder == DECODER_UTF16 ? 2 : 4;
    for (uint64_t at = 0; at + stride < length; at++) {
        size_t count = 0;
        uint64_t start = at;
        if (bytes[at] == 0 || bytes[at + 1] != 0 || !is_utf_character(bytes, length, at, stride))
            continue;
        search->out[count++] = bytes[at];
        while (count < BLOCK_BYTES && is_utf_character(bytes, length, at, stride)) {
            at += stride;
            search->out[count++] = bytes[at];
        }
        int error = count >= DECODERS_UTF_MIN
                        ? search->visit(search->context, decoder, search->out, count, start, false)
                        : 0;
        if (error != 0)
            return error;
        if (count == BLOCK_BYTES)
            at -= OVERLAP_BYTES * stride;
    }
    return 0;
}

int decoders_find(const uint8_t *bytes, uint64_t length, decoders_visit *visit, void *context)
{
    struct search search = {.visit = visit,
                            .context = context,
                            .forward = malloc(BLOCK_BYTES),
                            .backward = malloc(BLOCK_BYTES),
                            .out = malloc(BLOCK_BYTES)};
    int error = search.forward != NULL && search.backward != NULL && search.out != NULL ? 0 : ELIG_E_MEMORY;
    make_values();
    for (unsigned decoder = 0; error == 0 && decoder < DECODER_COUNT; decoder++)
        error = decoder == DECODER_HEX || decoder == DECODER_BASE64
                    ? find_digit_runs(&search, (enum decoder)decoder, bytes, length)
                    : decode_utf(&search, (enum decoder)decoder, bytes, length);
    if (search.out != NULL)
        sodium_memzero(search.out, BLOCK_BYTES);
    free(search.out);
    free(search.backward);
    free(search.forward);
    return error;
}
