/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cell_traits.h - how a cell is written: what speaks for a notation of dates, and what a spreadsheet or an
 * export has made of a value.
 */
#ifndef ELIG_CELL_TRAITS_H
#define ELIG_CELL_TRAITS_H

#include "include/elig.h"

/* Bits; a cell can have several. */
enum cell_trait {
    CELL_YEAR_FIRST = 1u << 0,  /* a date: 1990-02-03, 19900203 */
    CELL_DAY_FIRST = 1u << 1,   /* 13/02/1990 */
    CELL_MONTH_FIRST = 1u << 2, /* 02/13/1990 */
    CELL_EITHER_WAY = 1u << 3,  /* 02/03/1990: day or month first */
    CELL_SHORT_YEAR = 1u << 4,  /* 90.02.03 */
    CELL_SERIAL = 1u << 5,      /* 32907: could be a spreadsheet's number of a day */
    CELL_FLOAT = 1u << 6,       /* 12345.0 */
    CELL_EXPONENT = 1u << 7,    /* 8.21E+11 */
    CELL_SEVERAL = 1u << 8,     /* a@x;b@y, or two phone numbers */
    CELL_REPLACED = 1u << 9,    /* U+FFFD: a character was lost */
    CELL_QUESTION = 1u << 10,   /* a question mark between letters, or several: a character may be lost */
    CELL_LINES = 1u << 11,      /* several lines */
    CELL_APOSTROPHE = 1u << 12, /* begins with the apostrophe by which spreadsheets mark text */
    CELL_AT = 1u << 13,         /* has an '@' */
    CELL_TIME = 1u << 14,       /* a date with a time of day that is not midnight */
    CELL_ROUNDED = 1u << 15,    /* 16 digits or more, zeros after the 15th: a spreadsheet's number */
    CELL_RESIDENT = 1u << 16,   /* 900101-1234567: a Korean resident's number */
    CELL_DECORATED = 1u << 17,  /* a name with a title, a mark or another name: "Dr. Kim", "Kim (A)" */
    /* The others are found by column_statistics.h. */
    CELL_PHONE_NO_ZERO = 1u << 18, /* 1020005000, which is a phone number after a 0 */
    CELL_PHONE_RANGE = 1u << 19,   /* 031-123-4567~8 */
    CELL_LETTERS = 1u << 20,       /* DOUBT_LETTERS, and so on: doubt.h */
    CELL_PLACEHOLDER = 1u << 21,
    CELL_YEAR = 1u << 22,
    CELL_RECENT = 1u << 23 /* a date of the last 16 years */
};

#define CELL_TRAIT_COUNT 24

/* What a notation of dates can be declared for. */
#define CELL_DATES \
    (CELL_YEAR_FIRST | CELL_DAY_FIRST | CELL_MONTH_FIRST | CELL_EITHER_WAY | CELL_SHORT_YEAR | CELL_SERIAL)

/* The bits of a cell, which is trimmed. */
unsigned cell_traits(struct elig_text cell);

/* What a bit says, in words for the report. */
const char *cell_traits_text(unsigned bit);

#endif
