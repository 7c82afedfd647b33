/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialect_guess.h - which character separates fields, and whether fields are quoted: what most lines agree on.
 *
 * The first DIALECT_GUESS_LINES lines are read, one by one: a delimiter is better the more lines have one
 * number of fields under it, and a quote that is not closed in its line is a stray one if the line has that
 * number of fields without regard to quotes.
 */
#ifndef ELIG_DIALECT_GUESS_H
#define ELIG_DIALECT_GUESS_H

#include "lib/csv/csv.h"

#define DIALECT_GUESS_LINES 1000000
#define DIALECT_GUESS_FIRST 3
#define DIALECT_GUESS_UNKNOWN 32

enum dialect_quoting {
    DIALECT_NO_QUOTES,    /* no field begins with a quote */
    DIALECT_QUOTES,       /* fields are quoted */
    DIALECT_STRAY_QUOTES, /* fields are not quoted, and some begin with a quote */
    DIALECT_MIXED_QUOTES  /* fields are quoted, and some begin with a quote that is not closed */
};

struct dialect_guess {
    struct csv_dialect dialect;
    unsigned fields; /* of most lines; 0: the file has no line */
    uint64_t lines;  /* that were read, without blank ones */
    bool is_sample;
    uint64_t odd_lines;                  /* with another number of fields */
    uint64_t title_lines;                /* before the first line with that number of fields */
    char unknown[DIALECT_GUESS_UNKNOWN]; /* of one field: what else may separate fields, for messages; or "" */
    bool is_fixed_width;                 /* of one field: nearly all lines have several blanks in them */
    enum dialect_quoting quoting;
    uint64_t open_lines; /* with a quote that is not closed in them */
    uint64_t first_open[DIALECT_GUESS_FIRST];
};

/* Reads the file in an encoding, NULL for UTF-8. delimiter: '\0' to be guessed. Returns 0, or an error of
 * text_blocks.h. */
ELIG_CHECK_RESULT int dialect_guess_file(const char *path, const char *encoding, char delimiter,
                                         struct dialect_guess *guess);

#endif
