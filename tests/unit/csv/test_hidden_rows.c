/* SPDX-License-Identifier: Apache-2.0 */
/* test_hidden_rows.c - rows of several lines that are one row, and those that a stray quote has made one. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/csv/hidden_rows.h"
#include "lib/elig/canon/canon.h"
#include "tests/support/fixture_schema.h"
#include "tests/support/test.h"

/* Three columns, a part of that type and notation in the one of that number. */
static bool has_hidden_rows_of(const char *part, const char *text, int column)
{
    struct schema schema = test_schema();
    struct columns columns = {.fields = 3, .has_kind = {true}, .label = -1};
    struct elig_text fields[16];
    struct csv_row row;
    char *copy = strdup(text);
    assert_non_null(copy);
    char type[CANON_TYPE_TEXT_MAX] = "";
    memcpy(type, part, notation_parse(part, strlen(part), &schema.notations[0][0]));
    assert_true(canon_part_parse(type, &schema.kinds[0].parts[0]));
    columns.part[0][0] = column;
    struct csv_reader reader = {copy, strlen(copy), 1, schema.dialect};
    assert_true(csv_next(&reader, fields, LENGTH(fields), &row) != CSV_END);
    assert_true(row.lines > 1);
    assert_int_equal(reader.left, 0); /* all of it is one row */
    bool has = hidden_rows_exist(&row, &schema, &columns);
    free(copy);
    return has;
}

static bool has_hidden_rows(const char *text, int column)
{
    return has_hidden_rows_of("email", text, column);
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

static void they_are_found_in_whatever_notation(void **state)
{
    (void)state;
    static const struct {
        const char *part, *one, *other;
    } cases[] = {
        {"date/dmy", "13.02.1990", "14.02.1991"},
        {"date/mdy=30", "2/13/90", "2/14/91"},
        {"date/serial", "32907", "33281"},
        {"phone/US/e164", "4915123456789", "821012345678"},
        {"email/several", "a@x.org;b@x.org", "c@x.org;d@x.org"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char text[200];
        snprintf(text, sizeof text, "%s,\"nick,1\n%s,nick\",1\n", cases[i].one, cases[i].other);
        assert_true(has_hidden_rows_of(cases[i].part, text, 0));
        snprintf(text, sizeof text, "nick,\"x,%s\ny,z\",%s\n", cases[i].one, cases[i].one);
        assert_true(has_hidden_rows_of(cases[i].part, text, 2));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_line_breaks_hide_no_rows),
        cmocka_unit_test(rows_behind_a_stray_quote_are_found),
        cmocka_unit_test(they_are_found_in_whatever_notation),
    };
    return cmocka_run_group_tests_name("hidden_rows", tests, NULL, NULL);
}
