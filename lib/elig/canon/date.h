/* SPDX-License-Identifier: Apache-2.0 */
/* date.h - dates as people and programs write them: three numbers, and nothing or midnight after them. */
#ifndef ELIG_DATE_H
#define ELIG_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

#define DATE_BYTES 10    /* YYYY-MM-DD */
#define DATE_TEXT_MAX 47 /* longer texts are no dates */

/* The numbers of a date in the order they are written in. */
struct date {
    unsigned values[3];
    uint8_t digits[3];            /* how many each has: 1 or 2, the first one and the last one up to 4 */
    bool is_compact;              /* six or eight digits without separators */
    bool has_signs;               /* for year, month and day, in this order */
    char text[DATE_TEXT_MAX + 1]; /* what they were read from, in ASCII */
};

/*
 * Reads text, which is NFKC: three numbers with the same separator twice (dash, dot, slash or white space; a
 * dot also after them), with the signs of Korean, Japanese or Chinese, or six or eight digits without
 * separator; then nothing or a time of day, with or without zone. Returns ELIG_REASON_NONE;
 * ELIG_REASON_DATE_FORMAT; ELIG_REASON_DATE_TIME if the time is not midnight.
 */
ELIG_CHECK_RESULT enum elig_reason date_read(struct elig_text text, struct date *date);

/* Writes a date as YYYY-MM-DD to out (DATE_BYTES). False if there is no such day, years being 1 to 9999 in the
 * proleptic Gregorian calendar. */
ELIG_CHECK_RESULT bool date_write(unsigned year, unsigned month, unsigned day, uint8_t *out);

/* Writes the canonical form of text, which is NFKC, to out, which may be where text is: year first. */
ELIG_CHECK_RESULT enum elig_reason date_canon(struct elig_text text, uint8_t *out, size_t *length);

#endif
