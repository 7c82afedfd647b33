/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wrap.h - text cut into lines for a terminal, in columns as it counts them: two for a Hangul syllable, none
 * for an accent that is put on another character. Texts are well-formed UTF-8.
 */
#ifndef ELIG_WRAP_H
#define ELIG_WRAP_H

#include <stddef.h>

struct wrap_line {
    const char *start;
    size_t bytes;
    unsigned columns;
};

/* Columns that text takes. */
unsigned wrap_columns(const char *text);

/* As much from the start of text as fits into width columns, cut between characters. */
struct wrap_line wrap_cut(const char *text, unsigned width);

/* Takes the next line of at most width columns from *rest and moves *rest behind it. Breaks at spaces, or
 * within a word that is longer than a line; takes at least one character. Returns 0 at the end, with an empty
 * line. */
int wrap_next(const char **rest, unsigned width, struct wrap_line *line);

#endif
