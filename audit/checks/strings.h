/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strings.h - runs of bytes that could be text, and how many of their length random bytes would have; and
 * whether the file contains its own secret.
 *
 * The scan is pure; one thread.
 */
#ifndef ELIG_STRINGS_H
#define ELIG_STRINGS_H

#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

#include "lib/util/x_macro.h"

/* Shapes of text. X(name, text) */
#define STRINGS_SHAPES(X)                            \
    X(STRINGS_PRINTABLE, "printable ASCII")          \
    X(STRINGS_DIGITS, "decimal digits")              \
    X(STRINGS_EMAIL, "an e-mail address")            \
    X(STRINGS_HEX, "hexadecimal digits of one case") \
    X(STRINGS_BASE64, "base64")                      \
    X(STRINGS_UTF16, "printable ASCII in UTF-16")    \
    X(STRINGS_HANGUL, "Hangul in UTF-8")             \
    X(STRINGS_HANGUL_LEGACY, "Hangul in EUC-KR")

enum strings_shape { STRINGS_SHAPES(X_NAME) STRINGS_COUNT };

struct strings {
    uint64_t bytes; /* scanned so far */
    struct {
        uint64_t longest; /* characters of the longest run; of an address those on both sides of the @ too */
        uint64_t at;      /* where the bytes of that run begin */
        double expected;  /* runs of that length or longer in random bytes of the same number */
    } shapes[STRINGS_COUNT];
};

/* Scans bytes, which are at offset at of the file, for longer runs than those found before. */
void strings_scan(struct strings *strings, const uint8_t *bytes, uint64_t length, uint64_t at);

/* Call after the last scan: fills in the expected numbers. */
void strings_finish(struct strings *strings);

const char *strings_text(enum strings_shape shape);

struct audit_context;

/* The check, as in audit/context/context.h. Adds plaintext.readable and, unless the secret was given,
 * plaintext.secret.
 */
ELIG_CHECK_RESULT int strings_check(struct audit_context *context);

#endif
