/* SPDX-License-Identifier: Apache-2.0 */
/* test_plain_text.c - what may be shown on a terminal. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printable_text_of_any_alphabet_is_plain),
        cmocka_unit_test(every_control_character_is_refused),
        cmocka_unit_test(bytes_that_are_no_utf_8_are_refused),
    };
    return cmocka_run_group_tests_name("plain_text", tests, NULL, NULL);
}
