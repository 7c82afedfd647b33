/* SPDX-License-Identifier: Apache-2.0 */
/* Cells that are listed and may not be what was meant. */
#include "lib/csv/doubt.h"
#include "tests/support/test.h"

#define LETTERS (1u << DOUBT_LETTERS)
#define PLACEHOLDER (1u << DOUBT_PLACEHOLDER)
#define QUOTED (1u << DOUBT_QUOTED)
#define DATE (1u << DOUBT_DATE)

/* cell is also the canonical form, which only dates are judged by. */
static void assert_doubts(uint8_t type, const char *cell, unsigned expected)
{
    struct elig_text text = {cell, strlen(cell)};
    unsigned doubts = doubt_find(type, text, (const uint8_t *)cell, text.length, "2026-03-01");
    if (doubts != expected)
        fail_msg("%s: %u, not %u", cell, doubts, expected);
}

static void letters_that_were_lost(void **state)
{
    (void)state;
    static const char *const lost[] = {"Jos?", "ja***", "O&#39;Brien", "A &amp; B", "?"};
    static const char *const whole[] = {"", "Kim", "AT&T", "R&D", "a;b&", "Smith & Sons;"};
    for (size_t i = 0; i < LENGTH(lost); i++) {
        assert_doubts(ELIG_TYPE_TEXT, lost[i], LETTERS);
        assert_doubts(ELIG_TYPE_EMAIL, lost[i], LETTERS);
        assert_doubts(ELIG_TYPE_EXACT, lost[i], 0);
    }
    for (size_t i = 0; i < LENGTH(whole); i++)
        assert_doubts(ELIG_TYPE_TEXT, whole[i], 0);
}

static void placeholders_are_told_from_names(void **state)
{
    (void)state;
    static const char *const placeholders[] = {
        "#N/A",    "#n/a",          "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!",    "#NULL!", "#SPILL!",
        "#BEZUG!", "#\u00a1VALOR!", "#NV",   "NULL",    "Null",   " null ",  "(null)",   "N/A",    "n/a",
        "nan",     "NaN",           "<NA>",  "None",    "\\N",    "(blank)", "undefined"};
    static const char *const names[] = {"Nu", "Nul",  "Nulla",   "Na",   "NA", "Nan Kim",  "#",
                                        "#1", "# 1!", "#hello!", "#NVA", "N",  "null null"};
    for (size_t i = 0; i < LENGTH(placeholders); i++) {
        assert_doubts(ELIG_TYPE_TEXT, placeholders[i], PLACEHOLDER);
        assert_doubts(ELIG_TYPE_EXACT, placeholders[i], PLACEHOLDER);
    }
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_doubts(ELIG_TYPE_TEXT, names[i], 0);
    assert_doubts(ELIG_TYPE_EMAIL, "NULL", 0);
}

static void marks_around_text_are_told_from_names(void **state)
{
    (void)state;
    static const char *const quoted[] = {"'김서연'", "'김서연", "'Kim",  "'0012", " 'Kim' ",
                                         "`Kim`",    "'kim'",   "‘Kim’", "''",    "'É"};
    static const char *const names[] = {"'t Hooft", "'s-Gravenhage", "Qu'ran", "O'Brien", "Kim'",
                                        "'",        "' Kim",         "d'",     "`",       ""};
    for (size_t i = 0; i < LENGTH(quoted); i++) {
        assert_doubts(ELIG_TYPE_TEXT, quoted[i], QUOTED);
        assert_doubts(ELIG_TYPE_EXACT, quoted[i], QUOTED);
        assert_doubts(ELIG_TYPE_DIGITS, quoted[i], 0);
    }
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_doubts(ELIG_TYPE_TEXT, names[i], 0);
    assert_doubts(ELIG_TYPE_EXACT, "\"A1\"", QUOTED);
}

static void days_of_people_who_cannot_live(void **state)
{
    (void)state;
    assert_doubts(ELIG_TYPE_DATE, "1849-12-31", DATE);
    assert_doubts(ELIG_TYPE_DATE, "0001-01-01", DATE);
    assert_doubts(ELIG_TYPE_DATE, "1850-01-01", 0);
    assert_doubts(ELIG_TYPE_DATE, "2026-03-01", 0);
    assert_doubts(ELIG_TYPE_DATE, "2026-03-02", DATE);
    assert_doubts(ELIG_TYPE_DATE, "9999-12-31", DATE);
    assert_doubts(ELIG_TYPE_TEXT, "1849-12-31", 0);
}

static void the_last_day_is_a_date(void **state)
{
    (void)state;
    char day[DATE_BYTES + 1];
    doubt_last_day(day);
    assert_int_equal(strlen(day), DATE_BYTES);
    assert_true(strcmp(day, "2020-01-01") > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_that_were_lost),
        cmocka_unit_test(placeholders_are_told_from_names),
        cmocka_unit_test(marks_around_text_are_told_from_names),
        cmocka_unit_test(days_of_people_who_cannot_live),
        cmocka_unit_test(the_last_day_is_a_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
