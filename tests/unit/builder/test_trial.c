/* SPDX-License-Identifier: Apache-2.0 */
/* test_trial.c - what a build would reject of a list, by line and reason. */
#include "builder/inspect/trial.h"
#include "lib/csv/schema.h"
#include "tests/support/test.h"

static struct schema schema_of_emails(char *column)
{
    struct schema schema = SCHEMA_INIT;
    schema.kind_count = 1;
    schema.kinds[0] =
        (struct elig_kind){.name = "email", .part_count = 1, .parts = {{.type = ELIG_TYPE_EMAIL}}};
    schema.columns[0][0] = column;
    return schema;
}

static struct trial try_text(const char *text)
{
    char column[] = "mail";
    struct schema schema = schema_of_emails(column);
    const char *inputs[] = {test_path("list")};
    struct trial trial;
    test_write_text(inputs[0], text);
    assert_int_equal(trial_run(&trial, &schema, inputs, 1, 2), 0);
    return trial;
}

static void rejects_have_lines_and_reasons(void **state)
{
    (void)state;
    struct trial trial =
        try_text("mail,a\nlotus@example.org,1\ncedar,2\nbirch@example.org\n,3\nmail,a\n\"maple\"x,4\n");
    static const struct {
        uint64_t line;
        int reason;
    } expected[] = {{3, ELIG_REASON_EMAIL_AT},
                    {4, REJECT_FIELDS},
                    {5, REJECT_NO_IDENTIFIER},
                    {6, REJECT_HEADER},
                    {7, REJECT_QUOTE}};
    assert_false(trial.is_refused);
    assert_int_equal(trial.counts.rows, 6);
    assert_int_equal(trial.counts.identifiers[0], 1);
    assert_int_equal(trial.rejects.count, LENGTH(expected));
    for (size_t i = 0; i < LENGTH(expected); i++) {
        assert_int_equal(row_position_line(trial.rejects.entries[i].position), expected[i].line);
        assert_int_equal(trial.rejects.entries[i].reason, expected[i].reason);
    }
    trial_free(&trial);
}

static void a_list_that_cannot_be_read_so_is_refused(void **state)
{
    (void)state;
    struct trial trial = try_text("address,a\nlotus@example.org,1\n");
    assert_true(trial.is_refused);
    trial_free(&trial);
    trial = try_text("mail,a\nlotus@example.org,\"1\n");
    assert_true(trial.is_refused);
    trial_free(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rejects_have_lines_and_reasons),
        cmocka_unit_test(a_list_that_cannot_be_read_so_is_refused),
    };
    return cmocka_run_group_tests_name("trial", tests, test_folder_make, test_folder_remove);
}
