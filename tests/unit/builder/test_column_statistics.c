/* SPDX-License-Identifier: Apache-2.0 */
/* test_column_statistics.c - types of columns, regions of phone numbers, and the lines of cells that fail. */
#include "builder/inspect/column_statistics.h"
#include "tests/support/test.h"

static struct elig_text text_of(const char *cell)
{
    return (struct elig_text){cell, strlen(cell)};
}

static struct region_guess regions_of(const char *const *cells, size_t count)
{
    struct region_guess guess = {.cells = 0};
    struct region_hints hints = {.cells = {0}};
    for (size_t i = 0; i < count; i++) {
        region_hints_add(&hints, text_of(cells[i]));
        region_guess_add(&guess, text_of(cells[i]));
    }
    region_guess_conclude(&guess, &hints, NULL, 0);
    return guess;
}

static void regions_are_told_by_numbers_and_hints(void **state)
{
    (void)state;
    static const char *const korean[] = {"010-5550-0001", "010-5550-0002"};
    static const char *const japanese[] = {"090-1234-5678", "080-2345-6789"};
    static const char *const german[] = {"0151 23456789", "lotus@example.de"};
    static const char *const none[] = {"lotus", "1990-02-03", "12345.0"};
    assert_memory_equal(regions_of(korean, LENGTH(korean)).regions[0], "KR", 2);
    assert_memory_equal(regions_of(japanese, LENGTH(japanese)).regions[0], "JP", 2);
    assert_memory_equal(regions_of(german, LENGTH(german)).regions[0], "DE", 2);
    assert_int_equal(regions_of(none, LENGTH(none)).count, 0);
    struct region_guess guess = {.cells = 0};
    static const char given[][2] = {{'T', 'R'}};
    region_guess_conclude(&guess, &(struct region_hints){.cells = {0}}, given, 1);
    assert_int_equal(guess.count, 1);
    assert_memory_equal(guess.regions[0], "TR", 2);
}

static void a_column_has_the_type_of_most_cells(void **state)
{
    (void)state;
    static const char *const columns[][4] = {
        {"lotus@example.org", "cedar@example.org", "birch", ""},
        {"010-5550-0001", "010-5550-0002", "", "none"},
        {"1990-02-03", "1991-02-03", "19920203", "03/02/1993"},
        {"13/02/1990", "14/02/1990", "15/02/1990", "16/02/1990"},
        {"71234567", "72345678", "73456789", "x"},
        {"lotus", "cedar", "birch", "71234567"},
    };
    static const enum elig_type types[] = {ELIG_TYPE_EMAIL, ELIG_TYPE_PHONE,  ELIG_TYPE_DATE,
                                           ELIG_TYPE_DATE,  ELIG_TYPE_DIGITS, ELIG_TYPE_TEXT};
    for (size_t i = 0; i < LENGTH(columns); i++) {
        struct region_guess regions = regions_of(columns[1], 4);
        struct column_statistics column;
        assert_int_equal(column_statistics_start(&column, &regions), 0);
        assert_null(column_statistics_type(&column));
        for (uint64_t line = 0; line < 4; line++)
            column_statistics_add(&column, text_of(columns[i][line]), line + 2, true);
        const struct column_type *type = column_statistics_type(&column);
        assert_non_null(type);
        if (type->part.type != types[i])
            fail_msg("column %zu has type %d", i, type->part.type);
        column_statistics_free(&column);
    }
}

static void cells_that_fail_are_named_by_line(void **state)
{
    (void)state;
    struct region_guess regions = {.cells = 0};
    struct column_statistics column;
    assert_int_equal(column_statistics_start(&column, &regions), 0);
    for (uint64_t line = 1; line <= 20; line++)
        column_statistics_add(&column,
                              text_of(line % 4 == 0 ? "lotus"
                                      : line == 5   ? "  "
                                                    : " lotus@example.org "),
                              line, line <= 18);
    const struct column_type *email = column_statistics_find(&column, ELIG_TYPE_EMAIL);
    assert_int_equal(column.cells, 20);
    assert_int_equal(column.empty, 1);
    assert_int_equal(column.tried, 17);
    assert_int_equal(email->accepted, 13);
    assert_int_equal(email->rejected, 4);
    assert_int_equal(email->first_rejected[0], 4);
    assert_int_equal(email->first_rejected[2], 12);
    assert_int_equal(email->reason, ELIG_REASON_EMAIL_AT);
    assert_int_equal(frequent_top(column.values).count, 14);
    column_statistics_free(&column);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_are_told_by_numbers_and_hints),
        cmocka_unit_test(a_column_has_the_type_of_most_cells),
        cmocka_unit_test(cells_that_fail_are_named_by_line),
    };
    return cmocka_run_group_tests_name("column_statistics", tests, NULL, NULL);
}
