/* SPDX-License-Identifier: Apache-2.0 */
/* test_list_description.c - headers and rows of lists, and how many rows are tried. */
#include "builder/inspect/list_description.h"
#include "tests/support/test.h"

static const struct list_given nothing = {.encoding = NULL};

static void assert_header(const char *text, bool has_header, bool is_named, uint64_t rows)
{
    struct list_description list;
    test_write_text(test_path("list"), text);
    assert_int_equal(list_description_make(&list, test_path("list"), &nothing), 0);
    if (list.has_header != has_header || list.is_named != is_named || list.rows != rows)
        fail_msg("'%s': %d, %d, %d", text, list.has_header, list.is_named, (int)list.rows);
    assert_int_equal(list.columns[0].cells, rows);
    list_description_free(&list);
}

static void a_header_is_no_row_of_data(void **state)
{
    (void)state;
    assert_header("mail,name\nlotus@example.org,lotus\n", true, true, 1);
    assert_header("lotus@example.org,lotus\ncedar@example.org,cedar\n", false, false, 2);
    assert_header("010-5550-0001,lotus\n010-5550-0002,cedar\n", false, false, 2);
    assert_header("1990-02-03,lotus\n1991-02-03,cedar\n", false, false, 2);
    assert_header("mail 1,mail 2\nlotus@example.org,cedar@example.org\n", true, false, 1);
    assert_header("mail\nlotus@example.org\n", true, true, 1);
    assert_header("Lotus Cedar,Seoul\nAmber Ember,Busan\n", false, false,
                  2); /* or the first one would be lost */
    assert_header("Inhaber,E-Post\nLotus,lotus@example.org\n", true, false, 1);
    assert_header("name,city\nlotus,Seoul\n", true, true, 1);
    assert_header("mail,tier\nlotus@example.org,gold\n", true, true, 1);
    assert_header("member,Anna\n71234567,lotus\n", true, true, 1);
    /* one known word of two is not enough, nor are words that stand in other rows, too */
    assert_header("name,town\nlotus,Seoul\n", false, false, 2);
    assert_header("Lotus A,email\nCedar B,phone\n", false, false, 2);
    assert_header("Lotus Date,Seoul\nCedar,Busan\n", false, false, 2);
    assert_header("mail,email\nlotus,phone\ncedar,email\n", false, false, 3);
    assert_header("mail,name\nlotus@example.org,Lotus\namber@example.org,name\n", true, false, 2);
    assert_header("mail,name\nlotus@example.org,Lotus\nmail,name\n", true, true, 2);
    assert_header("lotus 3,Seoul\ncedar 4,Busan\n", false, false, 2);
    assert_header("mail,name\n", true, true, 0);
}

static void a_first_row_like_identifiers_is_doubtful(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_doubtful;
    } lists[] = {{"lotus@@example,Lotus\ncedar@example.org,Cedar\n", true},
                 {"010 5550 0001x,Lotus\n010-5550-0002,Cedar\n010-5550-0003,Ember\n", true},
                 {"mail,name\ncedar@example.org,Cedar\n", false},
                 {"mail 2,name\ncedar@example.org,Cedar\n", false}};
    for (size_t i = 0; i < LENGTH(lists); i++) {
        struct list_description list;
        test_write_text(test_path("list"), lists[i].text);
        assert_int_equal(list_description_make(&list, test_path("list"), &nothing), 0);
        assert_true(list.has_header);
        assert_int_equal(list.is_header_doubtful, lists[i].is_doubtful);
        list_description_free(&list);
    }
}

static void rows_of_several_lines_are_counted(void **state)
{
    (void)state;
    struct list_description list;
    test_write_text(test_path("list"), "mail,note\na@x.org,1\nb@x.org,\"2\n3\"\nc@x.org,\"4\n5\n6\"\n");
    assert_int_equal(list_description_make(&list, test_path("list"), &nothing), 0);
    assert_int_equal(list.rows, 3);
    assert_int_equal(list.lines, 6);
    assert_int_equal(list.multiline_rows, 2);
    assert_int_equal(list.first_multiline, 3);
    list_description_free(&list);
}

static void many_rows_are_sampled(void **state)
{
    (void)state;
    enum { ROWS = LIST_DESCRIPTION_ROWS + 100 * LIST_DESCRIPTION_STEP };
    struct list_description list;
    FILE *file = fopen(test_path("list"), "w");
    assert_non_null(file);
    fputs("mail\n", file);
    for (unsigned i = 0; i < ROWS; i++)
        fprintf(file, "lotus%u@example.org\n", i);
    fclose(file);
    assert_int_equal(list_description_make(&list, test_path("list"), &nothing), 0);
    assert_int_equal(list.rows, ROWS);
    assert_int_equal(list.tried_rows, LIST_DESCRIPTION_ROWS + 100);
    assert_int_equal(list.columns[0].tried, list.tried_rows);
    assert_int_equal(list.columns[0].cells, ROWS);
    list_description_free(&list);
}

static void what_is_no_list_has_no_columns(void **state)
{
    (void)state;
    struct list_description list;
    test_write_bytes(test_path("list"), "\x1F\x8B\x08\0", 4);
    assert_int_equal(list_description_make(&list, test_path("list"), &nothing), 0);
    assert_non_null(list.encoding.advice);
    assert_null(list.columns);
    list_description_free(&list);
    assert_int_equal(list_description_make(&list, test_path("missing"), &nothing), ELIG_E_READ);
    list_description_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_no_row_of_data),
        cmocka_unit_test(a_first_row_like_identifiers_is_doubtful),
        cmocka_unit_test(rows_of_several_lines_are_counted),
        cmocka_unit_test(many_rows_are_sampled),
        cmocka_unit_test(what_is_no_list_has_no_columns),
    };
    return cmocka_run_group_tests_name("list_description", tests, test_folder_make, test_folder_remove);
}
