/* SPDX-License-Identifier: Apache-2.0 */
/*
 * readable.h - runs of bytes that could be text, and how likely chance makes them.
 *
 * Pure; one thread.
 */
#ifndef ELIG_STRINGS_H
#define ELIG_STRINGS_H

#include <stddef.h>
#include <stdint.h>

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

enum strings_shape {
#define STRINGS_ENTRY(name, text) name,
    STRINGS_SHAPES(STRINGS_ENTRY)
#undef STRINGS_ENTRY
        STRINGS_COUNT
};

struct strings {
    uint64_t bytes; /* looked at */
    struct {
        uint64_t longest; /* characters of the longest run; of an address all of it */
        uint64_t at;      /* where the bytes of that run begin */
        double expected;  /* runs as long or longer in as many random bytes; of the least likely address */
    } shapes[STRINGS_COUNT];
};

/* Looks at bytes, which are at offset at of the file, for longer runs than were there before. */
void strings_scan(struct strings *strings, const uint8_t *bytes, uint64_t length, uint64_t at);

/* Once all was looked at: fills in what was to be expected. */
void strings_finish(struct strings *strings);

const char *strings_text(enum strings_shape shape);

#endif
