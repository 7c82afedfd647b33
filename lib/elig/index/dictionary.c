/* SPDX-License-Identifier: Apache-2.0 */
/* The label words of an index, read from its pages with every length checked, and written to them. */
#include "lib/elig/index/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "lib/elig/bytes.h"
#include "lib/elig/index/plain_text.h"

bool dictionary_word_is_valid(const char *bytes, size_t length)
{
    return length > 0 && length <= ELIG_LABEL_MAX && plain_text_is_valid(bytes, length);
}

static int read_words(struct dictionary *dictionary, const uint8_t *bytes, size_t used)
{
    size_t at = 0;
    for (uint32_t i = 0; i < dictionary->count; i++) {
        if (used - at < 1)
            return ELIG_E_DAMAGED;
        size_t length = bytes[at++];
        if (length > used - at || !dictionary_word_is_valid((const char *)bytes + at, length))
            return ELIG_E_DAMAGED;
        memcpy(dictionary->words[i], bytes + at, length);
        if (i > 0 && strcmp(dictionary->words[i - 1], dictionary->words[i]) >= 0)
            return ELIG_E_DAMAGED;
        at += length;
    }
    return at == used ? 0 : ELIG_E_DAMAGED;
}

/* Cold: runs once, so compiled for size; elig-lookup has a limit of 64 KiB. */
__attribute__((cold)) int dictionary_read(struct dictionary *dictionary, uint32_t count, const uint8_t *bytes,
                                          size_t length, size_t used)
{
    *dictionary = (struct dictionary){0};
    if (used > length || !bytes_are_zero(bytes + used, length - used))
        return ELIG_E_DAMAGED;
    if (count == 0)
        return used == 0 ? 0 : ELIG_E_DAMAGED;
    dictionary->words = calloc(count, sizeof *dictionary->words);
    if (dictionary->words == NULL)
        return ELIG_E_MEMORY;
    dictionary->count = count;
    int error = read_words(dictionary, bytes, used);
    if (error != 0)
        dictionary_free(dictionary);
    return error;
}

size_t dictionary_bytes(const struct dictionary *dictionary)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < dictionary->count; i++)
        bytes += 1 + strlen(dictionary->words[i]);
    return bytes;
}

void dictionary_write(const struct dictionary *dictionary, uint8_t *bytes)
{
    for (uint32_t i = 0; i < dictionary->count; i++) {
        size_t length = strlen(dictionary->words[i]);
        *bytes++ = (uint8_t)length;
        memcpy(bytes, dictionary->words[i], length);
        bytes += length;
    }
}

void dictionary_free(struct dictionary *dictionary)
{
    free(dictionary->words);
    *dictionary = (struct dictionary){0};
}
