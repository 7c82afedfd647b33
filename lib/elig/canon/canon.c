/* SPDX-License-Identifier: Apache-2.0 */
/* Computes canonical forms: text and exact identifiers here; calls date.h, email.h, numeral.h and
 * phone.h for theirs. */
#include "lib/elig/canon/canon.h"

#include <sodium.h>
#include <string.h>

#include "lib/elig/bytes.h"
#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/date.h"
#include "lib/elig/canon/email.h"
#include "lib/elig/canon/normalize.h"
#include "lib/elig/canon/numeral.h"
#include "lib/elig/canon/phone.h"
#include "lib/elig/canon/raw_text.h"

#define REGION_LETTERS 2

/* The names of types and their options on a command line; docs/FORMAT.md uses the same words. */
static const struct {
    const char *name;
    enum elig_type type;
} type_names[] = {
    {"email", ELIG_TYPE_EMAIL},   {"phone", ELIG_TYPE_PHONE}, {"text", ELIG_TYPE_TEXT},
    {"digits", ELIG_TYPE_DIGITS}, {"date", ELIG_TYPE_DATE},   {"exact", ELIG_TYPE_EXACT},
};

static const struct {
    const char *name;
    enum elig_type type;
    uint8_t flag;
} option_names[] = {
    {"plus", ELIG_TYPE_EMAIL, ELIG_EMAIL_PLUS},
    {"gmail", ELIG_TYPE_EMAIL, ELIG_EMAIL_GMAIL},
    {"plain", ELIG_TYPE_TEXT, ELIG_TEXT_PLAIN},
    {"compact", ELIG_TYPE_TEXT, ELIG_TEXT_COMPACT},
};

#define TYPE_COUNT (sizeof type_names / sizeof type_names[0])
#define OPTION_COUNT (sizeof option_names / sizeof option_names[0])

/* Whether a canonical text begins or ends with a quotation mark that has no partner, or is quoted as a whole:
 * then the mark belongs to the list. Within a text, Hebrew has single ones. */
static bool has_stray_quote(const uint8_t *text, size_t length)
{
    bool is_first = length > 0 && text[0] == '"', is_last = length > 0 && text[length - 1] == '"';
    size_t count = 0;
    for (size_t i = 0; (is_first || is_last) && i < length; i++)
        count += text[i] == '"';
    return count % 2 != 0 || (count == 2 && is_first && is_last);
}

static enum fold fold_of(unsigned flags)
{
    return FOLD_TEXT | (flags & ELIG_TEXT_PLAIN ? FOLD_IS_PLAIN : 0) |
           (flags & ELIG_TEXT_COMPACT ? FOLD_IS_COMPACT : 0);
}

static enum elig_reason canon_text(struct elig_text text, unsigned flags, uint8_t *out, size_t *length)
{
    enum elig_reason reason = normalize_text(text, fold_of(flags), out, length);
    if (reason == ELIG_REASON_NONE && !code_point_has_letter_or_digit(out, *length))
        reason = ELIG_REASON_TEXT_LETTER;
    if (reason == ELIG_REASON_NONE && has_stray_quote(out, *length))
        reason = ELIG_REASON_TEXT_QUOTE;
    return reason;
}

/* Read by what their characters mean: ASCII in either case, or NFKC. */
#define NUMERIC_TYPES (1u << ELIG_TYPE_PHONE | 1u << ELIG_TYPE_DIGITS | 1u << ELIG_TYPE_DATE)

static enum elig_reason canon_checked(const struct elig_part *part, struct elig_text text, bool is_ascii,
                                      uint8_t *out, size_t *length)
{
    if (!is_ascii && NUMERIC_TYPES >> part->type & 1u) {
        enum elig_reason reason = normalize_text(text, FOLD_NONE, out, length);
        if (reason != ELIG_REASON_NONE)
            return reason;
        text = (struct elig_text){(const char *)out, *length};
    }
    switch ((enum elig_type)part->type) {
    case ELIG_TYPE_EMAIL:
        return email_canon(text, is_ascii, part->flags, out, length);
    case ELIG_TYPE_PHONE:
        return phone_canon(&phone_table, part->region, text, out, length);
    case ELIG_TYPE_TEXT:
        return canon_text(text, part->flags, out, length);
    case ELIG_TYPE_DIGITS:
        return numeral_canon(text, out, length);
    case ELIG_TYPE_DATE:
        return date_canon(text, out, length);
    case ELIG_TYPE_EXACT:
        break;
    }
    memcpy(out, text.bytes, text.length);
    *length = text.length;
    return ELIG_REASON_NONE;
}

enum elig_reason canon_part(const struct elig_part *part, struct elig_text text, uint8_t *out, size_t *length)
{
    enum elig_reason reason;
    *length = 0;
    if (text.length == 0)
        return ELIG_REASON_EMPTY;
    text = raw_text_trim(text);
    if (text.length == 0)
        return ELIG_REASON_EMPTY;
    if (text.length > ELIG_TEXT_MAX)
        return ELIG_REASON_TOO_LONG;
    bool is_ascii = ascii_is_printable(text);
    reason = is_ascii ? ELIG_REASON_NONE : raw_text_check(text);
    if (reason != ELIG_REASON_NONE)
        return reason;
    reason = canon_checked(part, text, is_ascii, out, length);
    if (reason != ELIG_REASON_NONE)
        *length = 0;
    /* A rule first writes the normalised text to out, which for ASCII has the length of the text. */
    size_t written = is_ascii ? text.length : CANON_PART_MAX;
    if (written > *length)
        sodium_memzero(out + *length, written - *length);
    return reason;
}

/* Whether the reason of a malformed part takes precedence over this one. */
static bool is_mild(enum elig_reason reason)
{
    return reason == ELIG_REASON_NONE || reason == ELIG_REASON_EMPTY;
}

enum elig_reason canon_identifier(const struct elig_kind *kind, const struct elig_text *texts, uint8_t *out,
                                  size_t *length)
{
    enum elig_reason worst = ELIG_REASON_NONE;
    size_t used = 0;
    if (kind->part_count == 1)
        return canon_part(&kind->parts[0], texts[0], out, length);
    for (size_t i = 0; i < kind->part_count; i++) {
        size_t part_length;
        const enum elig_reason reason =
            canon_part(&kind->parts[i], texts[i], out + used + CANON_LENGTH_BYTES, &part_length);
        if (reason != ELIG_REASON_NONE && is_mild(worst))
            worst = reason;
        bytes_put_le16(out + used, (uint16_t)part_length);
        used += CANON_LENGTH_BYTES + part_length;
    }
    if (worst != ELIG_REASON_NONE) {
        sodium_memzero(out, used);
        used = 0;
    }
    *length = used;
    return worst;
}

uint8_t canon_malformed_part(const struct elig_kind *kind, const struct elig_text *texts,
                             enum elig_reason reason)
{
    uint8_t form[CANON_PART_MAX];
    size_t length;
    uint8_t part = 0;
    for (unsigned i = 0; part == 0 && i < kind->part_count && kind->part_count > 1; i++)
        if (canon_part(&kind->parts[i], texts[i], form, &length) == reason)
            part = (uint8_t)(i + 1);
    sodium_memzero(form, sizeof form);
    return part;
}

bool canon_part_is_valid(const struct elig_part *part)
{
    unsigned known_flags = 0;
    bool known_type = false;
    for (size_t i = 0; i < TYPE_COUNT; i++)
        known_type |= part->type == type_names[i].type;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        known_flags |= part->type == option_names[i].type ? option_names[i].flag : 0u;
    if (!known_type || (part->flags & ~known_flags) != 0)
        return false;
    if (part->type == ELIG_TYPE_PHONE)
        return phone_region_is_known(&phone_table, part->region);
    return part->region[0] == 0 && part->region[1] == 0;
}

/* Whether the length bytes at text are name. */
static bool is_word(const char *text, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(text, name, length) == 0;
}

/* Adds the option named by a word to *part; false if the type has no such option or it is set already. */
static bool parse_option(const char *word, size_t length, struct elig_part *part)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (option_names[i].type == part->type && is_word(word, length, option_names[i].name)) {
            bool is_new = (part->flags & option_names[i].flag) == 0;
            part->flags |= option_names[i].flag;
            return is_new;
        }
    }
    if (part->type == ELIG_TYPE_PHONE && length == REGION_LETTERS && part->region[0] == 0) {
        memcpy(part->region, word, REGION_LETTERS);
        return true;
    }
    return false;
}

bool canon_part_parse(const char *text, struct elig_part *part)
{
    size_t length = strcspn(text, "/");
    *part = (struct elig_part){0};
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (is_word(text, length, type_names[i].name))
            part->type = (uint8_t)type_names[i].type;
    while (text[length] == '/') {
        text += length + 1;
        length = strcspn(text, "/");
        if (!parse_option(text, length, part))
            return false;
    }
    return canon_part_is_valid(part);
}

/* Appends a word at out; returns where the next one goes. */
static char *append(char *out, const char *word, size_t length)
{
    memcpy(out, word, length);
    return out + length;
}

void canon_part_print(const struct elig_part *part, char *out)
{
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (part->type == type_names[i].type)
            out = append(out, type_names[i].name, strlen(type_names[i].name));
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (part->type == option_names[i].type && part->flags & option_names[i].flag) {
            out = append(out, "/", 1);
            out = append(out, option_names[i].name, strlen(option_names[i].name));
        }
    }
    if (part->region[0] != 0) {
        out = append(out, "/", 1);
        out = append(out, part->region, REGION_LETTERS);
    }
    *out = 0;
}
