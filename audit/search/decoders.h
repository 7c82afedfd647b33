/* SPDX-License-Identifier: Apache-2.0 */
/*
 * views.h - other ways to read bytes: what encodings hide, made plain.
 *
 * A view is made of a run of bytes that could be an encoding's: so long a run that random bytes have few. Pure
 * but for memory; one thread.
 */
#ifndef ELIG_DECODERS_H
#define ELIG_DECODERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* X(name, text) */
#define DECODERS(X)             \
    X(DECODER_HEX, "hex")       \
    X(DECODER_BASE64, "base64") \
    X(DECODER_UTF16, "UTF-16")  \
    X(DECODER_UTF32, "UTF-32")

enum decoder {
#define DECODER_ENTRY(name, text) name,
    DECODERS(DECODER_ENTRY)
#undef DECODER_ENTRY
        DECODER_COUNT
};

/* Shorter runs hold nothing of a needle's length: 6 bytes. */
#define DECODERS_HEX_MIN 12
#define DECODERS_BASE64_MIN 8
#define DECODERS_UTF_MIN 6

const char *decoders_text(enum decoder decoder);

/* What is called with each view: bytes, which are the callee's to copy, made of the run that begins at offset;
 * is_reversed: the run was read backwards. Returns 1, or 0 to stop. */
typedef int decoders_take(void *context, enum decoder decoder, const uint8_t *bytes, size_t length,
                          uint64_t offset, bool is_reversed);

/* Finds all views of some bytes. 1, or 0 for lack of memory or since take() said so. */
ELIG_CHECK_RESULT int decoders_find(const uint8_t *bytes, uint64_t length, decoders_take *take, void *context);

#endif
