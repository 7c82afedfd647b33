/* SPDX-License-Identifier: Apache-2.0 */
/*
 * label_table.h - the label words of the input, numbered in the order in which they occur; and the dictionary
 * of the index, whose codes follow from the words alone.
 */
#ifndef ELIG_LABEL_TABLE_H
#define ELIG_LABEL_TABLE_H

#include "include/elig.h"

#include "lib/elig/index/dictionary.h"

struct label_table;

/* NULL when there is no memory. */
ELIG_CHECK_RESULT struct label_table *label_table_new(void);
void label_table_free(struct label_table *labels);

/* Failures beside those of enum elig_error: more than ELIG_LABELS_MAX words. */
enum label_table_error { LABEL_TABLE_E_FULL = -800 };

/* Sets *number to the number, 1 .. ELIG_LABELS_MAX, of a word that passed dictionary_word_is_valid(): a new one
 * the first time, then always the same. Returns 0, ELIG_E_MEMORY or LABEL_TABLE_E_FULL. Any thread may call. */
ELIG_CHECK_RESULT int label_table_intern(struct label_table *labels, const char *word, size_t length,
                                         uint16_t *number);

/* The number of words, and a word by its number. */
unsigned label_table_count(const struct label_table *labels);
const char *label_table_word(const struct label_table *labels, unsigned number);

/*
 * Makes the dictionary of the words that identifiers have: those whose entry in of_label (by number) is not 0.
 * code has ELIG_LABELS_MAX + 1 entries and receives the code of each word by number, 0 for words that are not
 * in the dictionary. Returns 0 or ELIG_E_MEMORY.
 */
ELIG_CHECK_RESULT int label_table_dictionary(const struct label_table *labels, const uint64_t *of_label,
                                             struct dictionary *dictionary, uint16_t *code);

/* Writes a dictionary to the pages after the first one, where an index and a digest file have it, and its hash;
 * nothing if it has no words. Returns 0, ELIG_E_MEMORY or ELIG_E_WRITE. */
ELIG_CHECK_RESULT int label_table_write_dictionary(const struct dictionary *dictionary,
                                                   const uint8_t salt[ELIG_SALT_BYTES], int descriptor,
                                                   uint8_t hash[ELIG_HASH_BYTES]);

#endif
