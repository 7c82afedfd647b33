/* SPDX-License-Identifier: Apache-2.0 */
/* test_text.c - the words for verdicts, errors and reasons, and the version. That every enumerator has words is
 * the compiler's to check (lib/elig/text.c); here stand the published numbers, on which compiled programs rely.
 */
#include <limits.h>

#include "include/elig.h"

#include "tests/support/test.h"

static const struct {
    int code, number;
    const char *text;
} codes[] = {
    {ELIG_ELIGIBLE, 1, "eligible"},
    {ELIG_NOT_LISTED, 2, "not listed"},
    {ELIG_INVALID, 3, "invalid"},
    {ELIG_NOT_OPEN, 4, "not open"},
    {ELIG_CLOSED, 5, "closed"},
    {ELIG_E_ARGUMENT, -1, "a call to libelig was made with an argument out of its range"},
    {ELIG_E_MEMORY, -2, "out of memory"},
    {ELIG_E_READ, -3, "the file cannot be read"},
    {ELIG_E_NOT_INDEX, -4, "not an elig index"},
    {ELIG_E_FORMAT, -5, "an elig index of a format version this program does not know"},
    {ELIG_E_RULES, -6, "an elig index of a rules version this program does not know"},
    {ELIG_E_PROFILE, -7, "an elig index of a profile this program does not know"},
    {ELIG_E_LENGTH, -8, "the index is truncated or has bytes after its end"},
    {ELIG_E_DAMAGED, -9, "the index is damaged"},
    {ELIG_E_NO_SECRET, -10, "this index needs its secret, and none was given"},
    {ELIG_E_WRONG_SECRET, -11, "the secret is not this index's secret"},
    {ELIG_E_UNSIGNED, -12, "the index is not signed, and a signer is demanded"},
    {ELIG_E_SIGNER, -13, "the index is signed by another key than the one demanded"},
    {ELIG_E_SIGNATURE, -14,
     "the index's signature is wrong: it was changed after it was signed, or is damaged"},
    {ELIG_E_OLD, -15, "the index is older than the one demanded, or states no time"},
    {ELIG_E_COST, -16, "the index demands more memory or passes for a lookup than elig allows"},
    {ELIG_E_ELEMENT, -17, "what a client or a key service sent is malformed"},
    {ELIG_E_PROOF, -18, "the key service's proof is wrong: it does not use this index's secret"},
    {ELIG_E_NEEDLESS_SECRET, -19, "this index is offline: it has no secret, and none is to be given"},
    {ELIG_E_WRITE, -20, "the file cannot be written"},
    {ELIG_E_IDENTIFIER, -21, "not a valid identifier of this kind"},
    {ELIG_E_KEY_FILE, -22, "not a key file of the kind that is needed"},
    {ELIG_E_KEY_EXPOSED, -23, "others than its owner may use the key file"},
    {ELIG_REASON_EMPTY, 33, "empty"},
    {ELIG_REASON_TOO_LONG, 34, "too long"},
    {ELIG_REASON_ENCODING, 35, "not valid text in the expected encoding"},
    {ELIG_REASON_CONTROL, 36, "control character"},
    {ELIG_REASON_UNASSIGNED, 37, "character newer than this list's rules"},
    {ELIG_REASON_PARTS, 38, "wrong number of parts"},
    {ELIG_REASON_EMAIL_AT, 39, "e-mail address without @"},
    {ELIG_REASON_EMAIL_LOCAL, 40, "e-mail address with a malformed part before the @"},
    {ELIG_REASON_EMAIL_DOMAIN, 41, "e-mail address with a malformed domain"},
    {ELIG_REASON_PHONE_CHARACTER, 42, "phone number with a character that is no digit or separator"},
    {ELIG_REASON_PHONE_LENGTH, 43, "phone number of a length its calling code does not have"},
    {ELIG_REASON_PHONE_AMBIGUOUS, 44,
     "phone number that can be read in two ways, write it with + and calling code"},
    {ELIG_REASON_DIGITS_CHARACTER, 45, "number with a character that is no digit or separator"},
    {ELIG_REASON_DATE_FORMAT, 46, "date that is not written as year, month and day, in this order"},
    {ELIG_REASON_DATE_CALENDAR, 47, "date that is not in the calendar"},
    {ELIG_REASON_PHONE_RANGE, 48, "phone number in a range its calling code does not have"},
    {ELIG_REASON_REPLACEMENT, 49, "replacement character (U+FFFD), text was lost"},
    {ELIG_REASON_TEXT_LETTER, 50, "text without a letter or digit"},
    {ELIG_REASON_EMAIL_SEVERAL, 51, "e-mail address with more than one @"},
    {ELIG_REASON_EMAIL_BEFORE, 52, "text before an e-mail address"},
    {ELIG_REASON_EMAIL_AFTER, 53, "text after an e-mail address"},
    {ELIG_REASON_EMAIL_APOSTROPHE, 54, "e-mail address that begins with an apostrophe"},
    {ELIG_REASON_NUMBER_FLOAT, 55, "digits that a spreadsheet made a number, with fraction or exponent"},
    {ELIG_REASON_PHONE_SEVERAL, 56, "range of phone numbers"},
    {ELIG_REASON_PHONE_CODE, 57, "phone number with a calling code that does not exist"},
    {ELIG_REASON_PHONE_TRUNK, 58, "phone number that can be read in two ways, write it without trunk prefix"},
    {ELIG_REASON_DATE_TIME, 59, "date with a time of day other than midnight"},
    {ELIG_REASON_TEXT_QUOTE, 60, "text with a stray quotation mark"},
};

static void codes_have_their_published_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(codes); i++)
        assert_int_equal(codes[i].code, codes[i].number);
    assert_int_equal(ELIG_NO_VERDICT, 0);
    assert_int_equal(ELIG_REASON_NONE, 0);
}

static void every_code_has_words_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(codes); i++) {
        assert_string_equal(elig_text(codes[i].code), codes[i].text);
        assert_true(codes[i].text[strlen(codes[i].text) - 1] != '.');
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(codes[i].text, codes[j].text);
    }
    assert_string_equal(elig_text(0), "success");
}

static void numbers_between_and_beyond_are_unknown(void **state)
{
    (void)state;
    size_t known = 0;
    for (int code = -1000; code <= 1000; code++)
        known += strcmp(elig_text(code), "unknown") != 0;
    assert_int_equal(known, LENGTH(codes) + 1); /* and 0 */
    assert_string_equal(elig_text(INT_MIN), "unknown");
    assert_string_equal(elig_text(INT_MAX), "unknown");
}

static void the_library_says_its_version(void **state)
{
    (void)state;
    assert_string_equal(elig_version(), ELIG_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_have_their_published_numbers),
        cmocka_unit_test(every_code_has_words_of_its_own),
        cmocka_unit_test(numbers_between_and_beyond_are_unknown),
        cmocka_unit_test(the_library_says_its_version),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
