/* SPDX-License-Identifier: Apache-2.0 */
/* test_hidden_rows.c - rows of several lines that are one row, and those that a stray quote has made one. */
#include <stdlib.h>

#include "lib/csv/hidden_rows.h"
#include "lib/elig/canon/canon.h"
#include "tests/support/fixture_schema.h"
#include "tests/support/test.h"

/* Three columns, an e-mail address in the one of that number. */
static bool has_hidden_rows(const char *text, int column)
{
    struct schema schema = test_schema();
    struct columns columns = {.fields = 3, .has_kind = {true}, .label = -1};
    uint8_t canonical[CANON_MAX];
    struct elig_text fields[16];
    struct csv_row row;
    char *copy = strdup(text);
    assert_non_null(copy);
    schema.kinds[0].parts[0].type = ELIG_TYPE_EMAIL;
    columns.part[0][0] = column;
    struct csv_reader reader = {copy, strlen(copy), 1, schema.dialect};
    assert_true(csv_next(&reader, fields, LENGTH(fields), &row) != CSV_END);
    assert_true(row.lines > 1);
    assert_int_equal(reader.left, 0); /* all of it is one row */
    bool has = hidden_rows_exist(&row, schema.dialect, &schema, &columns, canonical);
    free(copy);
    return has;
}

static void honest_line_breaks_hide_no_rows(void **state)
{
    (void)state;
    assert_false(has_hidden_rows("\"1 Street\n2 Town\",a@example.com,x\n", 1));
    assert_false(has_hidden_rows("a@example.com,\"1 Street\nTown\",x\n", 0));
    assert_false(has_hidden_rows("a@example.com,x,\"1 Street\nTown\r\nCountry\"\n", 0));
    assert_false(has_hidden_rows("x,y,\"a@example.com\n\"\n", 2));
    assert_false(has_hidden_rows("\"x, y\nz, u\",v,a@example.com", 2));
    assert_false(has_hidden_rows("\"\n\n\n\",v,a@example.com", 2));
    assert_false(has_hidden_rows("a@example.com,v,\"1,2,3\n4,5,6\"", 0)); /* no identifier */
}

static void rows_behind_a_stray_quote_are_found(void **state)
{
    (void)state;
    assert_true(has_hidden_rows("a@example.com,\"nick,1\nb@example.com,nick\",1\n", 0));
    assert_true(has_hidden_rows("a@example.com,1,\"nick\nb@example.com,2,nick\"\n", 0));
    assert_true(
        has_hidden_rows("1,\"nick,a@example.com\r\n2,x,b@example.com\r\n3,nick\",c@example.com\r\n", 2));
    assert_true(has_hidden_rows("a@example.com,\"nick,1\nb@example.com,\"nick,1\n", 0)); /* CSV_BAD_QUOTE */
    assert_true(has_hidden_rows("x,\"y\nb@example.com,2,3\nc@example.com,2,3\nz\",4\n", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_line_breaks_hide_no_rows),
        cmocka_unit_test(rows_behind_a_stray_quote_are_found),
    };
    return cmocka_run_group_tests_name("hidden_rows", tests, NULL, NULL);
}
