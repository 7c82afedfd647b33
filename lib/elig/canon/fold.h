/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.h - characters that people and keyboards exchange for each other, beyond what NFKC_Casefold joins.
 *
 * These lists join spellings of one name or one mailbox, never two names of the same language: apostrophes,
 * hyphens and middle dots of all kinds, the dotted and dotless i of Turkish, digits of all scripts, letters
 * that a keyboard lacks. Not joined: letters with and without accents (FOLD_PLAIN does that), ae and a with
 * diaeresis, variants of ideographs, Hiragana and Katakana.
 *
 * normalize.c calls these functions. Every result is in no list itself, so that folding is idempotent.
 */
#ifndef ELIG_FOLD_H
#define ELIG_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* Bits of enum fold. */
#define FOLD_IS_TEXT 1
#define FOLD_IS_PLAIN 2
#define FOLD_IS_COMPACT 4

enum fold {
    FOLD_NONE,
    FOLD_TEXT = FOLD_IS_TEXT,                      /* names: white space is one space, none at the ends */
    FOLD_PLAIN = FOLD_IS_TEXT | FOLD_IS_PLAIN,     /* the same, without accents */
    FOLD_COMPACT = FOLD_IS_TEXT | FOLD_IS_COMPACT, /* the same, without white space */
    FOLD_PLAIN_COMPACT = FOLD_PLAIN | FOLD_COMPACT,
    FOLD_LOCAL = 8 /* local parts of e-mail addresses */
};

/* What fold_element() returns in place of a code point. */
#define FOLD_DROP 0xFFFFFFFEu
#define FOLD_REFUSE 0xFFFFFFFFu

/*
 * What is read in place of a code point that was typed: only those whose compatibility mapping would hide what
 * they are. U+00B4, an acute accent typed for an apostrophe, would become a space and a combining accent.
 */
ELIG_CHECK_RESULT uint32_t fold_typed(enum fold fold, uint32_t code_point);

/*
 * What stands for one code point of a text in NFKC_Casefold, canonically decomposed: another one, FOLD_DROP, or
 * FOLD_REFUSE if such a text is refused. base is the last character before it whose combining class is 0, as it
 * was folded, or 0. class is the code point's, code_point_class(); it is not needed for ASCII.
 */
ELIG_CHECK_RESULT uint32_t fold_element(enum fold fold, uint32_t base, uint32_t code_point, uint32_t class);

/* What is written before the result of fold_element(): 'o' for U+0153, which becomes "oe"; else 0. */
ELIG_CHECK_RESULT uint32_t fold_prefix(enum fold fold, uint32_t code_point);

/* Folds length bytes of ASCII and Hangul syllables, in lower case, in place; returns the length of the result.
 */
ELIG_CHECK_RESULT size_t fold_bytes(enum fold fold, uint8_t *bytes, size_t length);

#endif
