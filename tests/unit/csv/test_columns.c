/* SPDX-License-Identifier: Apache-2.0 */
/* test_columns.c - columns found by name or number, and first rows in which they are not. */
#include "lib/csv/columns.h"
#include "tests/support/fixture_schema.h"
#include "tests/support/test.h"

static char name_email[] = "E-mail", name_phone[] = "Phone", name_given[] = "given", name_family[] = "family";
static char number_1[] = "1", number_2[] = "2", number_3[] = "3", number_0[] = "0", number_9[] = "9";

/* Two kinds: an e-mail address; and a composite of two parts. */
static struct schema schema_of(char *email, char *given, char *family)
{
    struct schema schema = test_schema();
    schema.kind_count = 2;
    strcpy(schema.kinds[0].name, "email");
    schema.kinds[0].part_count = 1;
    strcpy(schema.kinds[1].name, "person");
    schema.kinds[1].part_count = 2;
    schema.kinds[1].parts[0].type = schema.kinds[1].parts[1].type = ELIG_TYPE_TEXT;
    schema.columns[0][0] = email;
    schema.columns[1][0] = given;
    schema.columns[1][1] = family;
    return schema;
}

static bool find(struct columns *columns, const struct schema *schema, const char *const *names, unsigned count,
                 int may_lack_kinds)
{
    struct elig_text row[8];
    assert_true(count <= LENGTH(row));
    for (unsigned i = 0; i < count; i++)
        row[i] = (struct elig_text){names[i], strlen(names[i])};
    memset(columns, 0xff, sizeof *columns);
    int error = columns_find(columns, schema, "list.csv", row, count, may_lack_kinds);
    assert_true(error == 0 || error == MESSAGE_E_REFUSED);
    assert_int_equal(error == 0 && columns_is_header(columns, row), error == 0 && schema->has_header);
    columns_free(columns);
    assert_false(columns_is_header(columns, row));
    return error == 0;
}

static void columns_are_found_by_name_in_any_order(void **state)
{
    (void)state;
    static const char *const row[] = {"family", "other", "given", "E-mail", "label"};
    struct schema schema = schema_of(name_email, name_given, name_family);
    struct columns columns;
    schema.label_column = "label";
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 1);
    assert_int_equal(columns.fields, 5);
    assert_int_equal(columns.part[0][0], 3);
    assert_int_equal(columns.part[1][0], 2);
    assert_int_equal(columns.part[1][1], 0);
    assert_int_equal(columns.label, 4);
    assert_int_equal(columns.has_kind[0], 1);
    assert_int_equal(columns.has_kind[1], 1);
}

static void case_white_space_and_normalisation_of_a_name_do_not_matter(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {" E-mail\t", "given\r", "\nfamily"},
        {"e-MAIL ", "Given", "FAMILY"},
        {"\xEF\xBC\xA5-mail", "given", "family"}, /* a full-width letter */
    };
    struct schema schema = schema_of(name_email, name_given, name_family);
    struct columns columns;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(find(&columns, &schema, rows[i], LENGTH(rows[i]), 0), 1);
    static char composed[] = "\xEC\x9D\xB4\xEB\xA6\x84"; /* 이름 */
    static const char *const decomposed[] = {"\xE1\x84\x8B\xE1\x85\xB5\xE1\x84\x85\xE1\x85\xB3\xE1\x86\xB7",
                                             "given", "family"};
    schema = schema_of(composed, name_given, name_family);
    assert_int_equal(find(&columns, &schema, decomposed, LENGTH(decomposed), 0), 1);
}

static void a_name_as_written_comes_before_others_and_among_others_none_is_chosen(void **state)
{
    (void)state;
    static const char *const exact[] = {"e-mail", "E-mail", "given", "family"};
    static const char *const ambiguous[] = {"e-mail", "E-MAIL", "given", "family"};
    struct schema schema = schema_of(name_email, name_given, name_family);
    struct columns columns;
    assert_int_equal(find(&columns, &schema, exact, LENGTH(exact), 0), 1);
    assert_int_equal(columns.part[0][0], 1);
    assert_int_equal(find(&columns, &schema, ambiguous, LENGTH(ambiguous), 0), 0);
}

static void a_first_row_that_is_somebodys_is_no_header(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"ada@example.com", "given", "family"},
        {"E-mail", "given", "bob@example.org"}, /* in any column */
        {"010-1234-5678", "given", "family"},
    };
    struct schema schema = schema_of(number_1, number_2, number_3);
    struct columns columns;
    schema.kinds[0].parts[0] = (struct elig_part){.type = ELIG_TYPE_PHONE, .region = "KR"};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        schema.has_header = true;
        assert_int_equal(find(&columns, &schema, rows[i], LENGTH(rows[i]), 0), 0);
        schema.has_header = false;
        assert_int_equal(find(&columns, &schema, rows[i], LENGTH(rows[i]), 0), 1);
    }
}

static void a_first_row_that_may_be_somebodys_is_refused_by_number(void **state)
{
    (void)state;
    static const char *const people[][3] = {{"", "김서연", "Kim"}, {"-", "Code 12", "Kim"}, {" ", "x", "name"}};
    static const char *const headers[][3] = {{"", "이름", "x"}, {"who", "x", "x"}, {"", "x", "family name"}};
    static char family[] = "sippe";
    struct schema schema = schema_of(number_1, number_2, number_3);
    struct columns columns;
    schema.kinds[0].parts[0].type = ELIG_TYPE_EMAIL;
    for (size_t i = 0; i < LENGTH(people); i++)
        assert_int_equal(find(&columns, &schema, people[i], 3, 0), i == 2); /* a word of headers */
    for (size_t i = 0; i < LENGTH(headers); i++)
        assert_int_equal(find(&columns, &schema, headers[i], 3, 0), 1);
    static const char *const named[] = {"", "x", "Sippe"};
    assert_int_equal(find(&columns, &schema, named, 3, 0), 0);
    schema = schema_of(number_1, number_2, family);
    assert_int_equal(find(&columns, &schema, named, 3, 0), 1);
}

static void only_the_whole_header_is_the_header_once_more(void **state)
{
    (void)state;
    struct elig_text row[] = {{" E-mail", 7}, {"given", 5}, {"family", 6}};
    struct schema schema = schema_of(name_email, name_given, name_family);
    struct columns columns;
    assert_int_equal(columns_find(&columns, &schema, "list.csv", row, LENGTH(row), 0), 0);
    row[0] = (struct elig_text){"E-mail ", 7};
    assert_true(columns_is_header(&columns, row));
    row[0] = (struct elig_text){"\xEF\xBB\xBF"
                                "E-MAIL",
                                9}; /* of a second file, with its mark */
    row[1] = (struct elig_text){"Given", 5};
    assert_true(columns_is_header(&columns, row));
    row[2] = (struct elig_text){"Familie", 7}; /* whose name that is */
    assert_false(columns_is_header(&columns, row));
    columns_free(&columns);
}

static void columns_are_found_by_number_with_a_header_and_without(void **state)
{
    (void)state;
    static const char *const row[] = {"E-mail", "given", "family"};
    struct columns columns;
    for (int has_header = 0; has_header <= 1; has_header++) {
        struct schema schema = schema_of(number_3, number_1, number_2);
        schema.has_header = has_header;
        assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 1);
        assert_int_equal(columns.part[0][0], 2);
        assert_int_equal(columns.part[1][0], 0);
        assert_int_equal(columns.part[1][1], 1);
    }
}

static void a_name_that_is_a_number_is_a_name_first(void **state)
{
    (void)state;
    static const char *const row[] = {"3", "2", "1"};
    struct schema schema = schema_of(number_1, number_2, number_3);
    struct columns columns;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 1);
    assert_int_equal(columns.part[0][0], 2);
    schema.has_header = 0;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 1);
    assert_int_equal(columns.part[0][0], 0);
}

static void numbers_outside_the_row_are_not_found(void **state)
{
    (void)state;
    static const char *const row[] = {"a", "b", "c"};
    struct columns columns;
    struct schema zero = schema_of(number_0, number_1, number_2),
                  nine = schema_of(number_9, number_1, number_2);
    assert_int_equal(find(&columns, &zero, row, LENGTH(row), 0), 0);
    assert_int_equal(find(&columns, &nine, row, LENGTH(row), 0), 0);
}

static void without_a_header_names_are_not_found(void **state)
{
    (void)state;
    static const char *const row[] = {"E-mail", "given", "family"};
    struct schema schema = schema_of(name_email, name_given, name_family);
    struct columns columns;
    schema.has_header = 0;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 0);
}

static void a_name_that_is_there_twice_is_refused_and_its_number_is_not(void **state)
{
    (void)state;
    static const char *const row[] = {"E-mail", "E-mail", "given", "family"};
    struct schema schema = schema_of(name_email, name_given, name_family);
    struct columns columns;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 0);
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 1), 0);
    schema.columns[0][0] = number_2;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 1);
    assert_int_equal(columns.part[0][0], 1);
}

static void every_column_must_be_there(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"x", "given", "family"}, {"E-mail", "x", "family"}, {"E-mail", "given", "x"}};
    struct schema schema = schema_of(name_email, name_given, name_family);
    struct columns columns;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(find(&columns, &schema, rows[i], 3, 0), 0);
    static const char *const row[] = {"E-mail", "given", "family"};
    schema.label_column = "label";
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 0);
}

static void kinds_may_be_missing_where_that_is_allowed_and_labels_may_not(void **state)
{
    (void)state;
    static const char *const row[] = {"E-mail", "given"};
    struct schema schema = schema_of(name_email, name_given, name_family);
    struct columns columns;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 1), 1);
    assert_int_equal(columns.has_kind[0], 1);
    assert_int_equal(columns.has_kind[1], 0); /* half of a composite does not count */
    assert_int_equal(columns.label, -1);
    schema.label_column = "label";
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 1), 0);
    schema.label_column = NULL;
    schema.columns[0][0] = name_phone;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 1), 0);
}

static void one_column_may_serve_two_kinds(void **state)
{
    (void)state;
    static const char *const row[] = {"E-mail", "family"};
    struct schema schema = schema_of(name_email, number_1, name_family);
    struct columns columns;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 1);
    assert_int_equal(columns.part[0][0], 0);
    assert_int_equal(columns.part[1][0], 0);
    assert_int_equal(columns.part[1][1], 1);
}

static void one_column_is_not_two_parts_of_a_kind(void **state)
{
    (void)state;
    static const char *const row[] = {"E-mail", "family"};
    struct schema schema = schema_of(name_email, name_family, number_2);
    struct columns columns;
    for (int is_absent = 0; is_absent < 2; is_absent++)
        assert_int_equal(find(&columns, &schema, row, LENGTH(row), is_absent), 0);
    schema.has_header = false;
    schema.columns[0][0] = number_1;
    schema.columns[1][0] = number_2;
    assert_int_equal(find(&columns, &schema, row, LENGTH(row), 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name_in_any_order),
        cmocka_unit_test(case_white_space_and_normalisation_of_a_name_do_not_matter),
        cmocka_unit_test(a_name_as_written_comes_before_others_and_among_others_none_is_chosen),
        cmocka_unit_test(a_first_row_that_is_somebodys_is_no_header),
        cmocka_unit_test(a_first_row_that_may_be_somebodys_is_refused_by_number),
        cmocka_unit_test(only_the_whole_header_is_the_header_once_more),
        cmocka_unit_test(columns_are_found_by_number_with_a_header_and_without),
        cmocka_unit_test(a_name_that_is_a_number_is_a_name_first),
        cmocka_unit_test(numbers_outside_the_row_are_not_found),
        cmocka_unit_test(without_a_header_names_are_not_found),
        cmocka_unit_test(a_name_that_is_there_twice_is_refused_and_its_number_is_not),
        cmocka_unit_test(every_column_must_be_there),
        cmocka_unit_test(kinds_may_be_missing_where_that_is_allowed_and_labels_may_not),
        cmocka_unit_test(one_column_may_serve_two_kinds),
        cmocka_unit_test(one_column_is_not_two_parts_of_a_kind),
    };
    return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
