/* SPDX-License-Identifier: Apache-2.0 */
/* public_text.c - tries the words of a text as identifiers, and looks for numbers in it. */
#include "audit/util/public_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/canon/canon.h"

/* Characters that separate words, and characters that may surround a word. */
#define BETWEEN " \t,;:<>()[]{}\"'|=/"
#define AROUND ".!?*_-#"

static bool is_of_type(enum elig_type type, const char *word, size_t length)
{
    const struct elig_part part = {
        .type = (uint8_t)type,
        .region = {type == ELIG_TYPE_PHONE ? 'K' : 0, type == ELIG_TYPE_PHONE ? 'R' : 0}};
    uint8_t canonical[CANON_PART_MAX];
    size_t canonical_length;
    return canon_part(&part, (struct elig_text){word, length}, canonical, &canonical_length) ==
           ELIG_REASON_NONE;
}

/* There are PUBLIC_TEXT_DIGITS in a row, or PUBLIC_TEXT_DIGITS_APART with single separators between them. */
static bool has_number(const char *text)
{
    unsigned row = 0, all = 0, gap = 0;
    for (; *text != '\0'; text++) {
        bool is_digit = *text >= '0' && *text <= '9';
        row = is_digit ? row + 1 : 0;
        gap = is_digit ? 0 : gap + 1;
        if (!is_digit && (gap > 1 || strchr(" -./()+", *text) == NULL))
            all = 0;
        all += (unsigned)is_digit;
        if (row >= PUBLIC_TEXT_DIGITS || all >= PUBLIC_TEXT_DIGITS_APART)
            return true;
    }
    return false;
}

/* What one of the words looks like, or NULL. Overwrites dates, so that their digits are not counted later. */
static const char *find_likeness(char *text)
{
    const char *like = NULL;
    for (char *word = text + strspn(text, BETWEEN); *word != '\0'; word += strspn(word, BETWEEN)) {
        size_t whole = strcspn(word, BETWEEN), before = strspn(word, AROUND);
        size_t length = whole > before ? whole - before : 0;
        while (length > 0 && strchr(AROUND, word[before + length - 1]) != NULL)
            length--;
        if (is_of_type(ELIG_TYPE_EMAIL, word + before, length))
            like = "an e-mail address";
        else if (is_of_type(ELIG_TYPE_DATE, word + before, length))
            memset(word, 'x', whole);
        else if (is_of_type(ELIG_TYPE_PHONE, word + before, length))
            like = "a phone number";
        word += whole;
    }
    return like;
}

const char *public_text_likeness(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        return "a text that could not be examined for lack of memory";
    const char *like = find_likeness(copy);
    if (like == NULL && has_number(copy))
        like = "a person's number";
    free(copy);
    return like;
}

const char *public_text_kind(const struct elig_kind *kind)
{
    return public_text_likeness(kind->name) == NULL ? kind->name : "(not repeated: like an identifier)";
}
