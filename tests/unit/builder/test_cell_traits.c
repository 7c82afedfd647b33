/* SPDX-License-Identifier: Apache-2.0 */
/* test_cell_traits.c - how cells are written. */
#include "builder/inspect/cell_traits.h"
#include "tests/support/test.h"

static const struct {
    const char *cell;
    unsigned bits;
} cells[] = {
    {"1990-02-03", CELL_YEAR_FIRST},
    {"1990. 2. 3", CELL_YEAR_FIRST},
    {"1990/2/3", CELL_YEAR_FIRST},
    {"19900203", CELL_YEAR_FIRST},
    {"1990-02-03 00:00:00", CELL_YEAR_FIRST},
    {"13/02/1990", CELL_DAY_FIRST},
    {"02/13/1990", CELL_MONTH_FIRST},
    {"02.03.1990", CELL_EITHER_WAY},
    {"05/05/1990", CELL_EITHER_WAY},
    {"90.02.03", CELL_SHORT_YEAR},
    {"13/02/90", CELL_SHORT_YEAR},
    {"900203", CELL_SHORT_YEAR},
    {"909903", 0},
    {"1990\u5E742\u67083\u65E5", CELL_YEAR_FIRST},
    {"\uFF11\uFF13/02/1990", CELL_DAY_FIRST},
    {"13/02/1990 12:30", CELL_DAY_FIRST | CELL_TIME},
    {"71230115", 0},
    {"32/13/1990", 0},
    {"1990-13-03", 0},
    {"1990-02/03", 0},
    {"19901303", 0},
    {"32907", CELL_SERIAL},
    {"99999", 0},
    {"12345.0", CELL_FLOAT},
    {"12345.00", CELL_FLOAT},
    {"12345.5", 0},
    {"8.21E+11", CELL_EXPONENT},
    {"8e11", CELL_EXPONENT},
    {"8E", CELL_DECORATED},
    {"010-5555-0000", 0},
    {"010.5555.0000", 0},
    {"a@x.org;b@y.org", CELL_SEVERAL | CELL_AT},
    {"a@x.org b@y.org", CELL_SEVERAL | CELL_AT},
    {"010-5555-0000 / 010-5555-0001", CELL_SEVERAL},
    {"a@x.org", CELL_AT},
    {"Seoul, Gangnam", CELL_DECORATED},
    {"M\xEF\xBF\xBDller", CELL_REPLACED},
    {"J?rg", CELL_QUESTION},
    {"???", CELL_QUESTION},
    {"why?", 0},
    {"one\ntwo", CELL_LINES},
    {"'010", CELL_APOSTROPHE},
    {"1234567890123450", CELL_ROUNDED},
    {"12345678901234500000", CELL_ROUNDED},
    {"1234567890123456", 0},
    {"123456789012345", 0},
    {"900101-1234567", CELL_RESIDENT},
    {"9001011234567", CELL_RESIDENT},
    {"901301-1234567", 0},
    {"5511987654321", 0},
    {"\uAE40\uC11C\uC5F0\uB2D8", CELL_DECORATED},
    {"\uAE40\uC11C\uC5F0(A)", CELL_DECORATED},
    {"\uAE40\uC11C\uC5F0/\uC774\uBBFC\uC900", CELL_DECORATED},
    {"Dr. Lotus", CELL_DECORATED},
    {"Lotus, Cedar", CELL_DECORATED},
    {"Lotus Cedar", 0},
    {"O'Lotus-Cedar", 0},
    {"", 0},
};

static void cells_are_told_by_their_traits(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cells); i++) {
        unsigned bits = cell_traits((struct elig_text){cells[i].cell, strlen(cells[i].cell)});
        if (bits != cells[i].bits)
            fail_msg("'%s': %x, expected %x", cells[i].cell, bits, cells[i].bits);
    }
    assert_int_equal(cell_traits((struct elig_text){"1\0", 2}), 0);
}

static void each_bit_has_a_text(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CELL_TRAIT_COUNT; i++)
        assert_true(cell_traits_text(1u << i)[0] != '\0');
    assert_string_equal(cell_traits_text(1u << CELL_TRAIT_COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_told_by_their_traits),
        cmocka_unit_test(each_bit_has_a_text),
    };
    return cmocka_run_group_tests_name("cell_traits", tests, NULL, NULL);
}
