/* SPDX-License-Identifier: Apache-2.0 */
/* test_text.c - what may be shown on a terminal, and the words for verdicts, errors and reasons. */
#include "include/elig.h"

#include "lib/elig/index/plain_text.h"
#include "tests/support/test.h"

/* As long as it is and no longer, so that reading past it shows under a sanitizer. */
static int is_plain(const char *bytes, size_t length)
{
    char *exact = malloc(length > 0 ? length : 1);
    assert_non_null(exact);
    memcpy(exact, bytes, length);
    int plain = plain_text_is_valid(exact, length);
    free(exact);
    return plain;
}

static void printable_text_of_any_alphabet_is_plain(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       " ",
                                       "~",
                                       "voucher-50000",
                                       "\xC2\xA0",
                                       "\xC3\xA9",
                                       "\xEB\xB3\xB4\xEC\x83\x81",
                                       "\xF0\x9F\x8E\x81",
                                       "\xEF\xBF\xBD",
                                       "\xE2\x80\x8F",
                                       "\xF4\x8F\xBF\xBF"};
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_int_equal(is_plain(good[i], strlen(good[i])), 1);
}

static void every_control_character_is_refused(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 0xa0; c++) {
        char text[4] = {'a', 'b', 'c', 'd'};
        size_t length = 3;
        if (c < 0x80) {
            text[1] = (char)c;
        } else {
            text[1] = '\xC2';
            text[2] = (char)c;
            length = 4;
        }
        assert_int_equal(is_plain(text, length), c >= 0x20 && c < 0x7f);
    }
}

static void bytes_that_are_no_utf_8_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xff",
                                      "a\xC2",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xE0\x80\x80",
                                      "\xED\xA0\x80",
                                      "\xE2\x82",
                                      "\xF4\x90\x80\x80",
                                      "\xF0\x9F\x8E",
                                      "\xF8\x88\x80\x80\x80",
                                      "\xC2\x41"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_int_equal(is_plain(bad[i], strlen(bad[i])), 0);
}

#define COUNT_ENTRY(name, value, text) {value, #name, text},
struct entry {
    int number;
    const char *name, *text;
};
static const struct entry verdicts[] = {ELIG_VERDICTS(COUNT_ENTRY)};
static const struct entry errors[] = {ELIG_ERRORS(COUNT_ENTRY)};
static const struct entry reasons[] = {ELIG_REASONS(COUNT_ENTRY)};

static void assert_texts(const struct entry *entries, size_t count, const char *text(int))
{
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(text(entries[i].number), entries[i].text);
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(entries[i].number, entries[j].number);
            assert_string_not_equal(entries[i].text, entries[j].text);
        }
    }
    assert_string_equal(text(1000), "unknown");
    assert_string_equal(text(-1000), "unknown");
}

static void every_number_has_the_words_its_list_says(void **state)
{
    (void)state;
    assert_texts(verdicts, LENGTH(verdicts), elig_verdict_text);
    assert_texts(errors, LENGTH(errors), elig_error_text);
    assert_texts(reasons, LENGTH(reasons), elig_reason_text);
}

/* Published numbers: programs compiled against an older elig.h rely on them. */
static void the_numbers_are_the_published_ones(void **state)
{
    (void)state;
    assert_int_equal(LENGTH(verdicts), 5);
    for (size_t i = 0; i < LENGTH(verdicts); i++)
        assert_int_equal(verdicts[i].number, i);
    assert_int_equal(LENGTH(errors), 20);
    for (size_t i = 0; i < LENGTH(errors); i++)
        assert_int_equal(errors[i].number, -1 - (int)i);
    for (size_t i = 0; i < LENGTH(reasons); i++)
        assert_int_equal(reasons[i].number, i);
}

static void texts_are_sentences_without_a_full_stop(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(errors); i++)
        assert_true(errors[i].text[strlen(errors[i].text) - 1] != '.');
    for (size_t i = 1; i < LENGTH(reasons); i++)
        assert_true(reasons[i].text[strlen(reasons[i].text) - 1] != '.');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printable_text_of_any_alphabet_is_plain),
        cmocka_unit_test(every_control_character_is_refused),
        cmocka_unit_test(bytes_that_are_no_utf_8_are_refused),
        cmocka_unit_test(every_number_has_the_words_its_list_says),
        cmocka_unit_test(the_numbers_are_the_published_ones),
        cmocka_unit_test(texts_are_sentences_without_a_full_stop),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
