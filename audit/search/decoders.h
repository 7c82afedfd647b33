/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decoders.h - finds the runs of bytes that could be hexadecimal, base64, UTF-16 or UTF-32, and decodes them.
 *
 * Runs must have a minimum length, so that random bytes contain few. Pure except for allocation; for one
 * thread.
 */
#ifndef ELIG_DECODERS_H
#define ELIG_DECODERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

#include "lib/util/x_macro.h"

/* X(name, text) */
#define DECODERS(X)             \
    X(DECODER_HEX, "hex")       \
    X(DECODER_BASE64, "base64") \
    X(DECODER_UTF16, "UTF-16")  \
    X(DECODER_UTF32, "UTF-32")

enum decoder { DECODERS(X_NAME) DECODER_COUNT };

/* Minimum lengths of a run, in bytes: shorter ones decode to fewer than the 6 bytes of the shortest pattern. */
#define DECODERS_HEX_MIN 12
#define DECODERS_BASE64_MIN 8
#define DECODERS_UTF_MIN 6

const char *decoders_text(enum decoder decoder);

/* Is called for each decoding: bytes, valid during the call, decoded from the run that begins at offset.
 * is_reversed: the run was read backwards. Returns 0, or a negative error to stop. */
typedef int decoders_visit(void *context, enum decoder decoder, const uint8_t *bytes, size_t length,
                           uint64_t offset, bool is_reversed);

/* Decodes all runs in bytes. Returns 0, ELIG_E_MEMORY, or the error that visit() returned. */
ELIG_CHECK_RESULT int decoders_find(const uint8_t *bytes, uint64_t length, decoders_visit *visit,
                                    void *context);

#endif
