/* SPDX-License-Identifier: Apache-2.0 */
/* test_notation.c - cells of columns whose notation is declared, down to their canonical forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/csv/notation.h"
#include "lib/elig/canon/canon.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

struct notation_case {
    enum notation_order order;
    unsigned pivot;
    const char *cell;
    const char *form; /* NULL: refused, for reason */
    enum elig_reason reason;
};

#define IS(order, pivot, cell, form)                          \
    {                                                         \
        NOTATION_##order, pivot, cell, form, ELIG_REASON_NONE \
    }
#define NO(order, pivot, cell, reason)                            \
    {                                                             \
        NOTATION_##order, pivot, cell, NULL, ELIG_REASON_##reason \
    }

static enum elig_reason form_of(const struct notation *notation, const char *type, const char *cell,
                                char form[CANON_PART_MAX + 1])
{
    struct elig_part part;
    struct elig_text text;
    char out[NOTATION_MAX];
    size_t length = 0;
    assert_true(canon_part_parse(type, &part));
    enum elig_reason reason = notation_rewrite(notation, (struct elig_text){cell, strlen(cell)}, out, &text);
    if (reason == ELIG_REASON_NONE)
        reason = canon_part(&part, text, (uint8_t *)form, &length);
    form[length] = 0;
    return reason;
}

static void check(const char *type, const struct notation_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char form[CANON_PART_MAX + 1];
        struct notation notation = {.order = cases[i].order, .pivot = cases[i].pivot};
        enum elig_reason reason = form_of(&notation, type, cases[i].cell, form);
        if (reason != cases[i].reason || strcmp(form, cases[i].form ? cases[i].form : "") != 0)
            fail_msg("order %d: %s: %s, %s", (int)cases[i].order, cases[i].cell, form, elig_text((int)reason));
    }
}

static void dates_are_read_in_the_declared_order(void **state)
{
    static const struct notation_case cases[] = {
        IS(DAY_MONTH_YEAR, 100, "03/02/1990", "1990-02-03"),
        IS(DAY_MONTH_YEAR, 100, "3.2.1990", "1990-02-03"),
        IS(DAY_MONTH_YEAR, 100, " 03-02-1990 ", "1990-02-03"),
        IS(DAY_MONTH_YEAR, 100, "０３／０２／１９９０", "1990-02-03"),
        IS(DAY_MONTH_YEAR, 100, "31/12/1990 00:00:00", "1990-12-31"),
        IS(DAY_MONTH_YEAR, 100, "1990-02-03", "1990-02-03"),
        IS(DAY_MONTH_YEAR, 100, "1990년 2월 3일", "1990-02-03"),
        IS(DAY_MONTH_YEAR, 26, "03/02/90", "1990-02-03"),
        IS(DAY_MONTH_YEAR, 26, "03/02/26", "2026-02-03"),
        IS(DAY_MONTH_YEAR, 26, "03/02/27", "1927-02-03"),
        IS(MONTH_DAY_YEAR, 100, "02/03/1990", "1990-02-03"),
        IS(MONTH_DAY_YEAR, 100, "2/3/1990 12:00:00 AM", "1990-02-03"),
        IS(MONTH_DAY_YEAR, 26, "2/3/90", "1990-02-03"),
        IS(YEAR_MONTH_DAY, 26, "90-02-03", "1990-02-03"),
        IS(YEAR_MONTH_DAY, 26, "900203", "1990-02-03"),
        IS(YEAR_MONTH_DAY, 26, "000229", "2000-02-29"),
        IS(YEAR_MONTH_DAY, 26, "19900203", "1990-02-03"),
        IS(YEAR_MONTH_DAY, 26, "90. 2. 3.", "1990-02-03"),
        NO(DAY_MONTH_YEAR, 100, "03/02/90", DATE_FORMAT),
        NO(DAY_MONTH_YEAR, 30, "10년 2월 3일", DATE_FORMAT),
        NO(MONTH_DAY_YEAR, 30, "10年2月3日", DATE_FORMAT),
        IS(YEAR_MONTH_DAY, 30, "10년 2월 3일", "2010-02-03"),
        NO(DAY_MONTH_YEAR, 100, "12/31/1990", DATE_CALENDAR),
        NO(DAY_MONTH_YEAR, 100, "20121012", DATE_FORMAT),
        NO(DAY_MONTH_YEAR, 26, "030290", DATE_FORMAT),
        NO(DAY_MONTH_YEAR, 26, "3/2/5", DATE_FORMAT),
        NO(DAY_MONTH_YEAR, 26, "03/02/1990 15:00", DATE_TIME),
        NO(MONTH_DAY_YEAR, 100, "31/12/1990", DATE_CALENDAR),
        NO(YEAR_MONTH_DAY, 26, "03/02/1990", DATE_FORMAT),
        NO(YEAR_MONTH_DAY, 100, "900203", DATE_FORMAT),
        NO(FREE, 100, "900203", DATE_FORMAT),
        NO(FREE, 26, "03/02/1990", DATE_FORMAT),
        NO(DAY_MONTH_YEAR, 26, "  ", EMPTY),
        NO(DAY_MONTH_YEAR, 26, "\xFF", ENCODING),
    };
    (void)state;
    check("date", cases, LENGTH(cases));
}

static void serial_numbers_are_days_of_the_1900_system(void **state)
{
    static const struct notation_case cases[] = {
        IS(SERIAL, 100, "32907", "1990-02-03"),      IS(SERIAL, 100, "32907.0", "1990-02-03"),
        IS(SERIAL, 100, "３２９０７", "1990-02-03"), IS(SERIAL, 100, "1", "1900-01-01"),
        IS(SERIAL, 100, "59", "1900-02-28"),         IS(SERIAL, 100, "61", "1900-03-01"),
        IS(SERIAL, 100, "36526", "2000-01-01"),      IS(SERIAL, 100, "36585", "2000-02-29"),
        IS(SERIAL, 100, "2958465", "9999-12-31"),    IS(SERIAL, 100, "1990-02-03", "1990-02-03"),
        IS(SERIAL, 100, "19900203", "1990-02-03"),   NO(SERIAL, 100, "60", DATE_CALENDAR),
        NO(SERIAL, 100, "0", DATE_CALENDAR),         NO(SERIAL, 100, "2958466", DATE_CALENDAR),
        NO(SERIAL, 100, "32907.5", DATE_TIME),       NO(SERIAL, 100, "-1", DATE_FORMAT),
        NO(SERIAL, 100, "32907.0.0", DATE_FORMAT),
    };
    (void)state;
    check("date", cases, LENGTH(cases));
}

/* Every day from 1900-03-01 on, by counting. */
static void serial_numbers_follow_each_other(void **state)
{
    struct notation notation = {.order = NOTATION_SERIAL, .pivot = NOTATION_NO_PIVOT};
    (void)state;
    for (unsigned serial = 61; serial < 300000; serial += 7) {
        char cell[16], form[CANON_PART_MAX + 1], expected[16];
        time_t seconds = ((time_t)serial - 25569) * 86400; /* 25569 is 1970-01-01 */
        struct tm parts;
        snprintf(cell, sizeof cell, "%u", serial);
        assert_int_equal(form_of(&notation, "date", cell, form), ELIG_REASON_NONE);
        assert_non_null(gmtime_r(&seconds, &parts));
        strftime(expected, sizeof expected, "%Y-%m-%d", &parts);
        assert_string_equal(form, expected);
    }
}

static void telephone_numbers_may_lack_their_plus(void **state)
{
    static const struct notation_case cases[] = {
        IS(E164, 0, "4915123456789", "4915123456789"),      IS(E164, 0, " 821012345678", "821012345678"),
        IS(E164, 0, "+82 10 1234 5678", "821012345678"),    IS(E164, 0, "(82) 10-1234-5678", "821012345678"),
        IS(E164, 0, "＋８２ 10 1234 5678", "821012345678"), NO(E164, 0, "01012345678", PHONE_CODE),
        NO(E164, 0, "00821012345678", PHONE_CODE),          NO(E164, 0, "8.21012345678E+11", NUMBER_FLOAT),
        NO(E164, 0, "821012345678.0", NUMBER_FLOAT),        NO(E164, 0, "abc", PHONE_CHARACTER),
    };
    (void)state;
    check("phone/KR", cases, LENGTH(cases));
}

static void words_are_taken_off_a_type_and_printed_as_they_were(void **state)
{
    static const struct {
        const char *text, *type, *words;
        enum elig_type fits, does_not_fit;
    } cases[] = {
        {"date/dmy", "date", "/dmy", ELIG_TYPE_DATE, ELIG_TYPE_PHONE},
        {"date/mdy=30", "date", "/mdy=30", ELIG_TYPE_DATE, ELIG_TYPE_TEXT},
        {"date/ymd=05", "date", "/ymd=05", ELIG_TYPE_DATE, ELIG_TYPE_EMAIL},
        {"date/serial", "date", "/serial", ELIG_TYPE_DATE, ELIG_TYPE_DIGITS},
        {"phone/DE/e164", "phone/DE", "/e164", ELIG_TYPE_PHONE, ELIG_TYPE_DATE},
        {"phone/DE/several/e164", "phone/DE", "/e164/several", ELIG_TYPE_PHONE, ELIG_TYPE_DATE},
        {"/dmy", "", "/dmy", ELIG_TYPE_DATE, ELIG_TYPE_PHONE},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct notation notation;
        char words[NOTATION_TEXT_MAX];
        assert_int_equal(notation_parse(cases[i].text, strlen(cases[i].text), &notation),
                         strlen(cases[i].type));
        notation_print(&notation, words);
        assert_string_equal(words, cases[i].words);
        assert_true(notation_fits(&notation, cases[i].fits));
        assert_false(notation_fits(&notation, cases[i].does_not_fit));
    }
}

static void other_words_remain(void **state)
{
    static const char *const types[] = {
        "email/plus",    "phone/KR",    "date",          "text/plain/compact", "date/dmy=3",
        "date/dmy=130",  "date/dmy=x0", "date/dmyx",     "date/ymd",           "date/serial=30",
        "phone/DE/E164", "date/dm",     "email/severals"};
    (void)state;
    for (size_t i = 0; i < LENGTH(types); i++) {
        struct notation notation;
        assert_int_equal(notation_parse(types[i], strlen(types[i]), &notation), strlen(types[i]));
        assert_int_equal(notation.order, NOTATION_FREE);
        assert_false(notation.is_several);
    }
    struct notation notation; /* of words that contradict each other, the last one is taken */
    assert_int_equal(notation_parse("date/dmy/mdy", 12, &notation), 8);
    assert_int_equal(notation_parse("email/several/several", 21, &notation), 13);
    assert_int_equal(notation_parse("dmy=30/several", 14, &notation), 0); /* without a type */
    assert_int_equal(notation.pivot, 30);
    assert_true(notation.is_several);
}

static void assert_several(const char *text, enum elig_type type, const char *expected)
{
    struct elig_text cell = {text, strlen(text)}, one;
    char found[200] = "";
    while (notation_next(&cell, type, &one)) {
        size_t length = strlen(found);
        snprintf(found + length, sizeof found - length, "<%.*s>", (int)one.length, one.bytes);
    }
    assert_string_equal(found, expected);
    assert_false(notation_next(&cell, type, &one));
}

static void cells_of_several_are_divided(void **state)
{
    (void)state;
    assert_several("a@x.org;b@y.org", ELIG_TYPE_EMAIL, "<a@x.org><b@y.org>");
    assert_several(" a@x.org , b@y.org\nc@z.org|d@z.org", ELIG_TYPE_EMAIL,
                   "<a@x.org><b@y.org><c@z.org><d@z.org>");
    assert_several(";;a@x.org; ;", ELIG_TYPE_EMAIL, "<a@x.org>");
    assert_several("a@x.org/b@y.org", ELIG_TYPE_EMAIL, "<a@x.org><b@y.org>");
    assert_several("a/b@x.org", ELIG_TYPE_EMAIL, "<a/b@x.org>"); /* or b@x.org, a stranger, would be listed */
    assert_several("a@x.org/b/c@y.org|d|e@z.org", ELIG_TYPE_EMAIL, "<a@x.org><b/c@y.org><d|e@z.org>");
    assert_several("a@x.org/", ELIG_TYPE_EMAIL, "<a@x.org/>");
    assert_several("030/1234567/040/7654321", ELIG_TYPE_PHONE, "<030/1234567><040/7654321>");
    assert_several("030/12 34 567|040", ELIG_TYPE_PHONE, "<030/12 34 567><040>");
    assert_several("a@x.org", ELIG_TYPE_EMAIL, "<a@x.org>");
    assert_several("010 1234 5678, 010 1234 5679", ELIG_TYPE_PHONE, "<010 1234 5678>< 010 1234 5679>");
    assert_several("010-1234-5678、010-1234-5679；010", ELIG_TYPE_PHONE, "<010-1234-5678><010-1234-5679><010>");
    assert_several("a@x.org ::: b@y.org:::c@z.org", ELIG_TYPE_EMAIL, "<a@x.org><b@y.org><c@z.org>");
    assert_several("010-1234-5678 ::: 010-1234-5679", ELIG_TYPE_PHONE, "<010-1234-5678 >< 010-1234-5679>");
    assert_several("mailto:a@x.org", ELIG_TYPE_EMAIL, "<mailto:a@x.org>");
    assert_several("Kim Seo; Lee", ELIG_TYPE_TEXT, "<Kim Seo>< Lee>");
    assert_several("", ELIG_TYPE_EMAIL, "");
    assert_several(" ;, \u00a0/", ELIG_TYPE_TEXT, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_in_the_declared_order),
        cmocka_unit_test(serial_numbers_are_days_of_the_1900_system),
        cmocka_unit_test(serial_numbers_follow_each_other),
        cmocka_unit_test(telephone_numbers_may_lack_their_plus),
        cmocka_unit_test(words_are_taken_off_a_type_and_printed_as_they_were),
        cmocka_unit_test(other_words_remain),
        cmocka_unit_test(cells_of_several_are_divided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
