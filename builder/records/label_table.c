/* SPDX-License-Identifier: Apache-2.0 */
/* label_table.c - a hash table of label words for several threads. */
#include "builder/records/label_table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"
#include "lib/util/file.h"

/* Words are found in an open-addressed table with linear probing. It is at most half full, so it never grows.
 */
#define TABLE_SIZE (2 * (ELIG_LABELS_MAX + 1))

struct label_table {
    pthread_rwlock_t lock;
    uint32_t *table;                   /* numbers of words; 0: no word */
    char (*words)[ELIG_LABEL_MAX + 1]; /* words[number - 1] */
    unsigned count, capacity;
};

struct label_table *label_table_new(void)
{
    struct label_table *labels = calloc(1, sizeof *labels);
    if (labels == NULL)
        return NULL;
    labels->table = calloc(TABLE_SIZE, sizeof *labels->table);
    if (labels->table == NULL) {
        free(labels);
        return NULL;
    }
    pthread_rwlock_init(&labels->lock, NULL);
    return labels;
}

void label_table_free(struct label_table *labels)
{
    if (labels == NULL)
        return;
    pthread_rwlock_destroy(&labels->lock);
    free(labels->table);
    free(labels->words);
    free(labels);
}

/* The entry of a word in the table, or the free entry where it belongs. */
static uint32_t entry_of(const struct label_table *labels, const char *word, size_t length)
{
    uint32_t entry = (uint32_t)(XXH3_64bits(word, length) % TABLE_SIZE);
    for (;; entry = (entry + 1) % TABLE_SIZE) {
        uint32_t number = labels->table[entry];
        if (number == 0)
            return entry;
        const char *other = labels->words[number - 1];
        if (strncmp(other, word, length) == 0 && other[length] == '\0')
            return entry;
    }
}

static int add_word(struct label_table *labels, uint32_t entry, const char *word, size_t length)
{
    if (labels->count == ELIG_LABELS_MAX)
        return LABEL_TABLE_E_FULL;
    if (labels->count == labels->capacity) {
        unsigned capacity = labels->capacity == 0 ? 16 : 2 * labels->capacity;
        void *grown = realloc(labels->words, capacity * sizeof *labels->words);
        if (grown == NULL)
            return ELIG_E_MEMORY;
        labels->words = grown;
        labels->capacity = capacity;
    }
    memcpy(labels->words[labels->count], word, length);
    labels->words[labels->count][length] = '\0';
    labels->table[entry] = ++labels->count;
    return 0;
}

int label_table_intern(struct label_table *labels, const char *word, size_t length, uint16_t *number)
{
    int error = 0;
    pthread_rwlock_rdlock(&labels->lock);
    *number = (uint16_t)labels->table[entry_of(labels, word, length)];
    pthread_rwlock_unlock(&labels->lock);
    if (*number != 0)
        return 0;
    pthread_rwlock_wrlock(&labels->lock);
    uint32_t entry = entry_of(labels, word, length); /* again: another thread may have added the word */
    if (labels->table[entry] == 0)
        error = add_word(labels, entry, word, length);
    *number = (uint16_t)labels->table[entry];
    pthread_rwlock_unlock(&labels->lock);
    return error;
}

unsigned label_table_count(const struct label_table *labels)
{
    return labels->count;
}

const char *label_table_word(const struct label_table *labels, unsigned number)
{
    return labels->words[number - 1];
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(a, b);
}

int label_table_dictionary(const struct label_table *labels, const uint64_t *of_label,
                           struct dictionary *dictionary, uint16_t *code)
{
    *dictionary = (struct dictionary){0};
    memset(code, 0, (ELIG_LABELS_MAX + 1) * sizeof *code);
    for (unsigned number = 1; number <= labels->count; number++)
        dictionary->count += of_label[number] != 0;
    if (dictionary->count == 0)
        return 0;
    dictionary->words = calloc(dictionary->count, sizeof *dictionary->words);
    if (dictionary->words == NULL)
        return ELIG_E_MEMORY;
    uint32_t at = 0;
    for (unsigned number = 1; number <= labels->count; number++)
        if (of_label[number] != 0)
            strcpy(dictionary->words[at++], label_table_word(labels, number));
    qsort(dictionary->words, dictionary->count, sizeof *dictionary->words, compare_words);
    for (unsigned number = 1; number <= labels->count; number++) {
        const char *word = label_table_word(labels, number);
        const void *found =
            bsearch(word, dictionary->words, dictionary->count, sizeof *dictionary->words, compare_words);
        if (found != NULL)
            code[number] =
                (uint16_t)(1 + ((const char *)found - (const char *)dictionary->words) / (ELIG_LABEL_MAX + 1));
    }
    return 0;
}

int label_table_write_dictionary(const struct dictionary *dictionary, const uint8_t salt[ELIG_SALT_BYTES],
                                 int descriptor, uint8_t hash[ELIG_HASH_BYTES])
{
    size_t length = header_dictionary_pages(dictionary_bytes(dictionary)) * ELIG_PAGE_BYTES;
    if (length == 0)
        return 0;
    uint8_t *bytes = calloc(1, length);
    if (bytes == NULL)
        return ELIG_E_MEMORY;
    dictionary_write(dictionary, bytes);
    digest_bytes(ELIG_DOMAIN_DICTIONARY, salt, bytes, length, hash);
    int error = file_write_at(descriptor, bytes, length, ELIG_PAGE_BYTES);
    free(bytes);
    return error;
}
