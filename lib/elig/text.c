/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages for every code of the public header. The switches have no default, so that the compiler warns of
 * a code without a message; reasons are a table, whose texts a test compares with the header.
 */
#include <stdbool.h>
#include <stddef.h>

#include "include/elig.h"

static const char unknown[] = "unknown";

static const char *verdict_text(enum elig_verdict verdict)
{
    switch (verdict) {
    case ELIG_NO_VERDICT:
        break;
    case ELIG_ELIGIBLE:
        return "eligible";
    case ELIG_NOT_LISTED:
        return "not listed";
    case ELIG_INVALID:
        return "invalid";
    case ELIG_NOT_OPEN:
        return "not open";
    case ELIG_CLOSED:
        return "closed";
    }
    return unknown;
}

static const char *error_text(enum elig_error error)
{
    switch (error) {
    case ELIG_E_ARGUMENT:
        return "a call to libelig was made with an argument out of its range";
    case ELIG_E_MEMORY:
        return "out of memory";
    case ELIG_E_READ:
        return "the file cannot be read";
    case ELIG_E_NOT_INDEX:
        return "not an elig index";
    case ELIG_E_FORMAT:
        return "an elig index of a format version this program does not know";
    case ELIG_E_RULES:
        return "an elig index of a rules version this program does not know";
    case ELIG_E_PROFILE:
        return "an elig index of a profile this program does not know";
    case ELIG_E_LENGTH:
        return "the index is truncated or has bytes after its end";
    case ELIG_E_DAMAGED:
        return "the index is damaged";
    case ELIG_E_NO_SECRET:
        return "this index needs its secret, and none was given";
    case ELIG_E_WRONG_SECRET:
        return "the secret is not this index's secret";
    case ELIG_E_UNSIGNED:
        return "the index is not signed, and a signer is demanded";
    case ELIG_E_SIGNER:
        return "the index is signed by another key than the one demanded";
    case ELIG_E_SIGNATURE:
        return "the index's signature is wrong: it was changed after it was signed, or is damaged";
    case ELIG_E_OLD:
        return "the index is older than the one demanded, or states no time";
    case ELIG_E_COST:
        return "the index demands more memory or passes for a lookup than elig allows";
    case ELIG_E_ELEMENT:
        return "what a client or a key service sent is malformed";
    case ELIG_E_PROOF:
        return "the key service's proof is wrong: it does not use this index's secret";
    case ELIG_E_NEEDLESS_SECRET:
        return "this index is offline: it has no secret, and none is to be given";
    case ELIG_E_WRITE:
        return "the file cannot be written";
    case ELIG_E_IDENTIFIER:
        return "not a valid identifier of this kind";
    case ELIG_E_KEY_FILE:
        return "not a key file of the kind that is needed";
    case ELIG_E_KEY_EXPOSED:
        return "others than its owner may use the key file";
    }
    return unknown;
}

static const char *const reason_texts[] = {
    [ELIG_REASON_EMPTY] = "empty",
    [ELIG_REASON_TOO_LONG] = "too long",
    [ELIG_REASON_ENCODING] = "not valid text in the expected encoding",
    [ELIG_REASON_CONTROL] = "control character",
    [ELIG_REASON_UNASSIGNED] = "character newer than this list's rules",
    [ELIG_REASON_PARTS] = "wrong number of parts",
    [ELIG_REASON_EMAIL_AT] = "e-mail address without @",
    [ELIG_REASON_EMAIL_LOCAL] = "e-mail address with a malformed part before the @",
    [ELIG_REASON_EMAIL_DOMAIN] = "e-mail address with a malformed domain",
    [ELIG_REASON_PHONE_CHARACTER] = "phone number with a character that is no digit or separator",
    [ELIG_REASON_PHONE_LENGTH] = "phone number of a length its calling code does not have",
    [ELIG_REASON_PHONE_AMBIGUOUS] =
        "phone number that can be read in two ways, write it with + and calling code",
    [ELIG_REASON_DIGITS_CHARACTER] = "number with a character that is no digit or separator",
    [ELIG_REASON_DATE_FORMAT] = "date that is not written as year, month and day, in this order",
    [ELIG_REASON_DATE_CALENDAR] = "date that is not in the calendar",
    [ELIG_REASON_PHONE_RANGE] = "phone number in a range its calling code does not have",
    [ELIG_REASON_REPLACEMENT] = "replacement character (U+FFFD), text was lost",
    [ELIG_REASON_TEXT_LETTER] = "text without a letter or digit",
    [ELIG_REASON_EMAIL_SEVERAL] = "e-mail address with more than one @",
    [ELIG_REASON_EMAIL_BEFORE] = "text before an e-mail address",
    [ELIG_REASON_EMAIL_AFTER] = "text after an e-mail address",
    [ELIG_REASON_EMAIL_APOSTROPHE] = "e-mail address that begins with an apostrophe",
    [ELIG_REASON_NUMBER_FLOAT] = "digits that a spreadsheet made a number, with fraction or exponent",
    [ELIG_REASON_PHONE_SEVERAL] = "range of phone numbers",
    [ELIG_REASON_PHONE_CODE] = "phone number with a calling code that does not exist",
    [ELIG_REASON_PHONE_TRUNK] = "phone number that can be read in two ways, write it without trunk prefix",
    [ELIG_REASON_TEXT_QUOTE] = "text with a stray quotation mark",
    [ELIG_REASON_DATE_TIME] = "date with a time of day other than midnight",
};

static const char *reason_text(size_t reason)
{
    bool is_known = reason < sizeof reason_texts / sizeof *reason_texts && reason_texts[reason] != NULL;
    return is_known ? reason_texts[reason] : unknown;
}

const char *elig_text(int code)
{
    if (code == 0)
        return "success";
    if (code < 0)
        return error_text((enum elig_error)code);
    return code < ELIG_REASON_EMPTY ? verdict_text((enum elig_verdict)code) : reason_text((size_t)code);
}

const char *elig_version(void)
{
    return ELIG_VERSION;
}
