/*
 * labels.h - the label words of the input, numbered in the order in which they are met; and the dictionary of
 * the index, whose codes follow from the words alone.
 */
#ifndef ELIG_LABELS_H
#define ELIG_LABELS_H

#include "dictionary.h"
#include "elig.h"

struct labels;

ELIG_CHECK_RESULT struct labels *labels_new(void);
void labels_free(struct labels *labels);

enum { LABELS_FULL = -1, LABELS_NO_MEMORY = -2 };

/* The number of a word that passed dictionary_word_is_valid(), 1 .. ELIG_LABELS_MAX, the same each time;
 * LABELS_FULL when there are too many words. Safe from several threads at once. */
ELIG_CHECK_RESULT int labels_number(struct labels *labels, const char *word, size_t length);

/* Words numbered so far, and one of them by its number. */
unsigned labels_count(const struct labels *labels);
const char *labels_word(const struct labels *labels, unsigned number);

/*
 * Makes the dictionary of those words whose entry in held (by number) is not 0, and code, by number, the code
 * of each. code has ELIG_LABELS_MAX + 1 entries. Returns 1, or 0 when there is no memory.
 */
ELIG_CHECK_RESULT int labels_dictionary(const struct labels *labels, const uint64_t *held,
                                        struct dictionary *dictionary, uint16_t *code);

#endif
