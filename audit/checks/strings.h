/* SPDX-License-Identifier: Apache-2.0 */
/*
 * readable.h - runs of bytes that could be text, and how likely chance makes them.
 *
 * Pure; one thread.
 */
#ifndef ELIG_READABLE_H
#define ELIG_READABLE_H

#include <stddef.h>
#include <stdint.h>

/* Shapes of text. X(name, text) */
#define STRINGS_SHAPES(X)                             \
    X(READABLE_PRINTABLE, "printable ASCII")          \
    X(READABLE_DIGITS, "decimal digits")              \
    X(READABLE_EMAIL, "an e-mail address")            \
    X(READABLE_HEX, "hexadecimal digits of one case") \
    X(READABLE_BASE64, "base64")                      \
    X(READABLE_UTF16, "printable ASCII in UTF-16")    \
    X(READABLE_HANGUL, "Hangul in UTF-8")             \
    X(READABLE_HANGUL_LEGACY, "Hangul in EUC-KR")

enum strings_shape {
#define STRINGS_ENTRY(name, text) name,
    STRINGS_SHAPES(STRINGS_ENTRY)
#undef STRINGS_ENTRY
        READABLE_COUNT
};

struct strings {
    uint64_t bytes; /* looked at */
    struct {
        uint64_t longest; /* characters of the longest run; of an address all of it */
        uint64_t at;      /* where the bytes of that run begin */
        double expected;  /* runs as long or longer in as many random bytes; of the least likely address */
    } shapes[READABLE_COUNT];
};

/* Looks at bytes, which are at offset at of the file, for longer runs than were there before. */
void strings_scan(struct strings *readable, const uint8_t *bytes, uint64_t length, uint64_t at);

/* Once all was looked at: fills in what was to be expected. */
void strings_finish(struct strings *readable);

const char *strings_text(enum strings_shape shape);

#endif
