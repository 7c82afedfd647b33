/* SPDX-License-Identifier: Apache-2.0 */
/* public_text.c - tells labels, names of kinds and the campaign that look like personal data. */
#include "audit/checks/public_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/context.h"
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

/* ---- The check ---- */

struct likenesses {
    unsigned labels, kinds, campaign;
};

/* Counts, and adds a detail for each if finding is not NULL. */
static struct likenesses count_likenesses(const struct target *target, struct finding *finding)
{
    struct likenesses found = {0};
    const char *like;
    for (uint32_t i = 0; i < target->dictionary.count; i++)
        if ((like = public_text_likeness(target->dictionary.words[i])) != NULL) {
            found.labels++;
            if (finding != NULL)
                finding_detail(finding, "label %" PRIu32 " looks like %s", i + 1, like);
        }
    for (unsigned i = 0; i < target->header.kind_count; i++)
        if ((like = public_text_likeness(target->header.kinds[i].name)) != NULL) {
            found.kinds++;
            if (finding != NULL)
                finding_detail(finding, "the name of kind %u looks like %s", i + 1, like);
        }
    if ((like = public_text_likeness(target->header.campaign)) != NULL) {
        found.campaign = 1;
        if (finding != NULL)
            finding_detail(finding, "the campaign has what looks like %s: is it meant to be public?", like);
    }
    return found;
}

int public_text_check(struct audit_context *context)
{
    const struct target *target = context->target;
    if (!target->has_header)
        return 0;
    struct likenesses found = count_likenesses(target, NULL);
    struct finding *finding =
        report_finding(context->report, CHECK_WORDS,
                       found.labels + found.kinds > 0 ? OUTCOME_FAIL
                       : found.campaign > 0           ? OUTCOME_WARN
                                                      : OUTCOME_PASS,
                       "like personal data: %u of %" PRIu32 " labels, %u of %u names of kinds, %s",
                       found.labels, target->dictionary.count, found.kinds, target->header.kind_count,
                       found.campaign > 0 ? "words of the campaign" : "nothing of the campaign");
    (void)count_likenesses(target, finding);
    FINDING_NUMBERS(finding, {"labels", found.labels}, {"kinds", found.kinds});
    finding_method(
        finding,
        "Each word is tried as an e-mail address and as a phone number by the canonical forms that builders "
        "use; then all are looked at for %d digits in a row, or %d with separators, dates left out. A name "
        "that is a plain word only --against can find. The words are not repeated here.",
        PUBLIC_TEXT_DIGITS, PUBLIC_TEXT_DIGITS_APART);
    return 0;
}
