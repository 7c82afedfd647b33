/* SPDX-License-Identifier: Apache-2.0 */
/* test_letter_model.c - texts take fewer bits under their encoding than under others. */
#include "lib/csv/letter_model.h"
#include "tests/support/test.h"

static struct letter_score score_of(const char *encoding, const char *bytes)
{
    struct letter_table table;
    assert_int_equal(letter_table_read(&table, encoding), 0);
    return letter_model_score(&table, (const uint8_t *)bytes, strlen(bytes));
}

static void a_table_has_the_characters_of_an_encoding(void **state)
{
    (void)state;
    struct letter_table table;
    assert_int_equal(letter_table_read(&table, "windows-1251"), 0);
    assert_int_equal(table.characters[0xC0 - 0x80], 0x410);
    assert_int_equal(table.characters[0x98 - 0x80], 0); /* not assigned */
    assert_int_equal(letter_table_read(&table, "windows-1253"), 0);
    assert_int_equal(table.characters[0xE1 - 0x80], 0x3B1);
    assert_int_equal(letter_table_read(&table, "no-such"), ELIG_E_ARGUMENT);
}

static void ascii_takes_no_bits(void **state)
{
    (void)state;
    struct letter_score score = score_of("windows-1252", "Lotus Cedar\n");
    assert_true(score.bits == 0 && score.letters == 0);
}

static void a_text_takes_fewer_bits_under_its_encoding(void **state)
{
    (void)state;
    static const char russian[] = "\xC8\xE2\xE0\xED \xCF\xE5\xF2\xF0\xEE\xE2\n"; /* windows-1251 */
    static const char czech[] = "Ji\xF8\xED Dvo\xF8\xE1k \x8A\x9D"
                                "astn\xE1\n"; /* windows-1250 */
    struct letter_score score = score_of("windows-1251", russian);
    assert_int_equal(score.letters, 10);
    assert_int_equal(score.known, 10);
    assert_true(score.bits < score_of("windows-1252", russian).bits);
    assert_true(score.bits < score_of("KOI8-R", russian).bits);
    assert_true(score.bits < score_of("windows-1253", russian).bits);
    assert_true(score_of("windows-1250", czech).bits < score_of("ISO-8859-2", czech).bits);
    assert_true(score_of("windows-1250", czech).bits < score_of("windows-1252", czech).bits);
}

static void what_stands_beside_a_letter_counts(void **state)
{
    (void)state;
    /* a capital inside a word; a letter of Cyrillic in a Latin word */
    assert_true(score_of("windows-1252", "\xDCller\n").bits < score_of("windows-1252", "m\xDCller\n").bits);
    assert_true(score_of("windows-1252", "Jos\xE9\n").bits + 10 < score_of("windows-1251", "Jos\xE9\n").bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_has_the_characters_of_an_encoding),
        cmocka_unit_test(ascii_takes_no_bits),
        cmocka_unit_test(a_text_takes_fewer_bits_under_its_encoding),
        cmocka_unit_test(what_stands_beside_a_letter_counts),
    };
    return cmocka_run_group_tests_name("letter_model", tests, NULL, NULL);
}
