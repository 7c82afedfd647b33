/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labels.h - the label words of the input, numbered in the order in which they are met; and the dictionary of
 * the index, whose codes follow from the words alone.
 */
#ifndef ELIG_LABELS_H
#define ELIG_LABELS_H

#include "include/elig.h"

#include "lib/elig/index/dictionary.h"

struct label_table;

ELIG_CHECK_RESULT struct label_table *label_table_new(void);
void label_table_free(struct label_table *labels);

enum { LABEL_TABLE_FULL = -1, LABEL_TABLE_NO_MEMORY = -2 };

/* The number of a word that passed dictionary_word_is_valid(), 1 .. ELIG_LABELS_MAX, the same each time;
 * LABEL_TABLE_FULL when there are too many words. Safe from several threads at once. */
ELIG_CHECK_RESULT int label_table_intern(struct label_table *labels, const char *word, size_t length);

/* Words numbered so far, and one of them by its number. */
unsigned label_table_count(const struct label_table *labels);
const char *label_table_word(const struct label_table *labels, unsigned number);

/*
 * Makes the dictionary of those words whose entry in held (by number) is not 0, and code, by number, the code
 * of each. code has ELIG_LABELS_MAX + 1 entries. Returns 1, or 0 when there is no memory.
 */
ELIG_CHECK_RESULT int label_table_dictionary(const struct label_table *labels, const uint64_t *held,
                                             struct dictionary *dictionary, uint16_t *code);

#endif
