/* SPDX-License-Identifier: Apache-2.0 */
/*
 * numeral.h - the digits of a cell and what its spelling tells: what phone numbers and `digits` have in common.
 *
 * Separators are those of decimal_class(), and what keyboards give in their place: brackets, further
 * middle dots and dashes, the long vowel mark of Japanese, vowels of Korean that look like a dot or a dash.
 */
#ifndef ELIG_NUMERAL_H
#define ELIG_NUMERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

enum numeral_fraction {
    NUMERAL_WHOLE,
    NUMERAL_ZEROS,    /* one dot in the cell, and nothing but zeros after it: 12345.0 */
    NUMERAL_FRACTION, /* one dot in the cell, and nothing but digits after it */
    NUMERAL_EXPONENT  /* 1.2345E+09 */
};

#define NUMERAL_GROUPED_DIGITS 64 /* no telephone number has more */

struct numeral {
    size_t length;    /* digits */
    uint64_t groups;  /* bit n: a separator stands before digit n, which is the first of a group */
    uint64_t marks;   /* the same, if it is more than spaces */
    uint64_t slashes; /* the same, if it has a '/' */
    bool has_plus;    /* before all digits */
    bool has_tilde;   /* '~' or wave dash, which stand between two numbers */
    enum numeral_fraction fraction;
};

/* Writes the digits of text, which is NFKC, to out as ASCII; out has room for as many bytes as text has and may
 * be where text is. False if another character is among them. */
ELIG_CHECK_RESULT bool numeral_read(struct elig_text text, uint8_t *out, struct numeral *numeral);

/* Writes the canonical form of text, an identifier of the type `digits`, to out and its length to *length. text
 * and out as above. */
ELIG_CHECK_RESULT enum elig_reason numeral_canon(struct elig_text text, uint8_t *out, size_t *length);

#endif
