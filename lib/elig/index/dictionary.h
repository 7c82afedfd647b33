/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dictionary.h - the label words as the file keeps them: each a length byte and its bytes, sorted as bytes
 * in ascending order, then zeros to the end of the last page. The code of the first word is 1; 0 is "no label".
 */
#ifndef ELIG_DICTIONARY_H
#define ELIG_DICTIONARY_H

#include <stdbool.h>

#include "include/elig_format.h"

struct dictionary {
    uint32_t count;
    char (*words)[ELIG_LABEL_MAX + 1]; /* zero-terminated; words[code - 1] */
};

/* Whether length bytes are a word: 1 .. ELIG_LABEL_MAX bytes of UTF-8 without control characters. */
ELIG_CHECK_RESULT bool dictionary_word_is_valid(const char *bytes, size_t length);

/* Parses count words from length bytes, of which the first used hold words. Returns 0 and a dictionary that the
 * caller frees with dictionary_free(), or ELIG_E_DAMAGED or ELIG_E_MEMORY and an empty one. */
ELIG_CHECK_RESULT int dictionary_read(struct dictionary *dictionary, uint32_t count, const uint8_t *bytes,
                                      size_t length, size_t used);

/* The encoded size of all words in bytes; and their encoding, of that size. */
size_t dictionary_bytes(const struct dictionary *dictionary);
void dictionary_write(const struct dictionary *dictionary, uint8_t *bytes);

void dictionary_free(struct dictionary *dictionary);

#endif
