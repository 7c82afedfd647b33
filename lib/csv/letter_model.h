/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter_model.h - how plausible a text is under an encoding of single bytes: the bits that its characters
 * beyond ASCII take in the language that explains them best.
 *
 * A language is its letters beyond ASCII, from the most to the least frequent one, of which the r-th is taken
 * to have a probability in proportion to 1/(r + 2) ("Zipf's law"). Capitals inside words, letters of two
 * scripts in one word, and characters that are not of the language cost more.
 */
#ifndef ELIG_LETTER_MODEL_H
#define ELIG_LETTER_MODEL_H

#include <stdbool.h>

#include "include/elig.h"

#define LETTER_MODEL_HIGH 128

/* The characters of an encoding's bytes from 0x80 on; 0: none. */
struct letter_table {
    uint32_t characters[LETTER_MODEL_HIGH];
};

struct letter_score {
    double bits;      /* all characters beyond ASCII */
    uint64_t known;   /* of them: letters of the language, and punctuation */
    uint64_t letters; /* all of them */
};

/* Reads the table of an encoding. Returns 0; ELIG_E_ARGUMENT (unknown, or not of single bytes); or
 * ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int letter_table_read(struct letter_table *table, const char *encoding);

struct letter_score letter_model_score(const struct letter_table *table, const uint8_t *bytes, size_t length);

#endif
