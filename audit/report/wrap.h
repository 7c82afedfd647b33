/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wrap.h - breaks text into lines for a terminal. Widths are in columns of a terminal: two for a Hangul
 * syllable, none for a combining accent. Texts are well-formed UTF-8.
 */
#ifndef ELIG_WRAP_H
#define ELIG_WRAP_H

#include <stdbool.h>
#include <stddef.h>

struct wrap_line {
    const char *start;
    size_t bytes;
    unsigned columns;
};

/* The width of text. */
unsigned wrap_columns(const char *text);

/* The longest prefix of text that fits into width columns, cut between characters. */
struct wrap_line wrap_cut(const char *text, unsigned width);

/* Takes the next line of at most width columns from *rest, at least one character, and moves *rest past it.
 * Breaks at spaces, or within a word that is longer than a line. False: the end; *line is empty. */
bool wrap_next(const char **rest, unsigned width, struct wrap_line *line);

#endif
