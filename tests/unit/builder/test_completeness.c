/* SPDX-License-Identifier: Apache-2.0 */
/* test_completeness.c - limits of rows by the size of a list, and lists refused or taken at them. */
#include "builder/completeness.h"
#include "lib/util/parse.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

static void a_tenth_of_a_percent_is_warned_of_within_bounds(void **state)
{
    (void)state;
    static const uint64_t rows[][2] = {{0, 10},       {1, 10},        {10000, 10},
                                       {10999, 10},   {11000, 11},    {99999, 99},
                                       {100000, 100}, {1000000, 100}, {UINT64_MAX, 100}};
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(completeness_rows_warned(rows[i][0]), rows[i][1]);
}

static void the_limit_of_skipped_rows_is_given_or_one_percent_within_bounds(void **state)
{
    (void)state;
    static const uint64_t rows[][2] = {{0, 10},    {10, 10},     {1000, 10},    {1099, 10},
                                       {1100, 11}, {10000, 100}, {100000, 100}, {UINT64_MAX, 100}};
    const struct skip_limit by_default = {.type = SKIP_DEFAULT}, none = {.type = SKIP_NOTHING, .lines = 7};
    const struct skip_limit lines = {.type = SKIP_LINES, .lines = 25};
    struct skip_limit share = {.type = SKIP_SHARE, .share = 1000};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(completeness_skip_limit(&by_default, rows[i][0]), rows[i][1]);
        assert_int_equal(completeness_skip_limit(&none, rows[i][0]), 0);
        assert_int_equal(completeness_skip_limit(&lines, rows[i][0]), 25);
    }
    assert_int_equal(completeness_skip_limit(&share, 999), 0);
    assert_int_equal(completeness_skip_limit(&share, 1000), 1);
    assert_int_equal(completeness_skip_limit(&share, 123456), 123);
    share.share = PARSE_SHARE_ONE;
    assert_int_equal(completeness_skip_limit(&share, 123456), 123456);
    assert_true(completeness_skip_limit(&share, ELIG_IDENTIFIERS_MAX) == ELIG_IDENTIFIERS_MAX);
}

/* ---- Whole lists ---- */

static struct config config;
static struct identifier_counts counts, absent_counts;
static struct record_counts totals;
static uint64_t of_label[3];
static struct label_table *labels;

/* A list of 1,000 rows: two kinds, one of two labels for each. */
static int begin(void **state)
{
    static const char *const words[] = {"gold", "silver"};
    (void)state;
    config = test_config();
    config.list.kind_count = 2;
    strcpy(config.list.kinds[0].name, "email");
    strcpy(config.list.kinds[1].name, "phone");
    config.input_count = 3;
    config.allowed_empty_count = 0;
    counts = (struct identifier_counts){.rows = 1000};
    absent_counts = (struct identifier_counts){.rows = 50};
    of_label[1] = of_label[2] = 500;
    totals = (struct record_counts){.of_kind = {700, 300}, .of_label = of_label};
    labels = test_label_table(words, LENGTH(words));
    return 0;
}

static int end(void **state)
{
    (void)state;
    label_table_free(labels);
    return 0;
}

static unsigned reasons;
static char reason[400];

static void keep(void *context, const char *text)
{
    assert_ptr_equal(context, &config);
    snprintf(reason, sizeof reason, "%s", text);
    reasons++;
}

static void assert_refused(unsigned count, const char *text)
{
    const struct completeness list = {&config, &counts, &absent_counts, &totals, labels};
    reasons = 0;
    assert_int_equal(completeness_check(&list, keep, &config), count == 0);
    assert_int_equal(completeness_check(&list, NULL, NULL), count == 0);
    assert_int_equal(reasons, count);
    if (count > 0)
        assert_non_null(strstr(reason, text));
}

static void a_whole_list_is_taken(void **state)
{
    (void)state;
    assert_refused(0, "");
}

static void rows_and_sets_are_compared_with_what_is_expected(void **state)
{
    (void)state;
    config.expects_rows = config.expects_sets = true;
    config.expected_rows = 1000;
    config.expected_sets = 3;
    assert_refused(0, "");
    config.expected_sets = 2;
    assert_refused(1, "3 digest files are given, and --expect-sets says 2");
    config.expected_sets = 3;
    config.expected_rows = 1001;
    assert_refused(1, "1000 rows were read, and --expect-rows says 1001");
    counts.rows_of_other_parts = 1; /* of all parts, not of this one */
    assert_refused(0, "");
    config.expected_rows = 0;
    assert_refused(1, "--expect-rows says 0");
}

static void lines_lost_beyond_the_limit_refuse_the_list(void **state)
{
    (void)state;
    counts.lost_lines = 11;
    assert_refused(0, ""); /* not left out: refused for the rejects themselves */
    config.skip_invalid.type = SKIP_DEFAULT;
    assert_refused(
        1, "11 lines are lost with rejected rows, of 1000 rows, and --skip-invalid leaves out at most 10");
    counts.lost_lines = 10;
    assert_refused(0, "");
    absent_counts.lost_lines = 11;
    assert_refused(1, "rows of --absent, of 50 rows");
    config.skip_invalid = (struct skip_limit){.type = SKIP_LINES, .lines = 0};
    absent_counts.lost_lines = 0;
    assert_refused(1, "at most 0");
}

static void what_is_empty_is_allowed_by_name(void **state)
{
    (void)state;
    static const char *names[] = {"phone", "email", "gold"};
    static char gold[] = "gold", tin[] = "tin";
    static char *order[] = {gold, tin};
    config.allowed_empty = names;
    totals.of_kind[1] = 0;
    counts.empty[1] = 400;
    assert_refused(1,
                   "no identifier of kind phone is left: 400 are empty, 0 incomplete, 0 malformed; if that is "
                   "meant, --allow-empty phone");
    config.allowed_empty_count = 1;
    assert_refused(0, "");
    totals.of_kind[0] = 0;
    assert_refused(1, "kind email");
    config.allowed_empty_count = 2;
    assert_refused(0, "");
    config.allowed_empty_count = 0;
    assert_refused(2, "kind phone");
    config.parts = 2; /* assemble sees the whole */
    assert_refused(0, "");
    config.label_order = order;
    config.label_order_count = 2;
    assert_refused(1, "no identifier has the label tin of --label-order; if that is meant, --allow-empty tin");
    of_label[1] = 0;
    assert_refused(2, "label tin");
    config.allowed_empty_count = 3;
    assert_refused(1, "label tin");
}

static void kinds_of_few_rows_are_told(void **state)
{
    (void)state;
    struct identifier_counts few = {.identifiers = {9, 10, 0, 1, 1, 2}, .empty = {991, 990, 1000, 98, 99, 198}};
    assert_true(completeness_is_sparse(&few, 0));
    assert_false(completeness_is_sparse(&few, 1));
    assert_false(completeness_is_sparse(&few, 2)); /* which is refused */
    assert_false(completeness_is_sparse(&few, 3)); /* of 99 rows */
    assert_false(completeness_is_sparse(&few, 4));
    few.malformed[0] = 1;
    assert_false(completeness_is_sparse(&few, 0));
    struct identifier_counts halves = {.identifiers = {1, 1, 2, 2, 0}, .incomplete = {10, 9, 18, 17, 100}};
    assert_true(completeness_is_incomplete(&halves, 0));
    assert_false(completeness_is_incomplete(&halves, 1));
    assert_true(completeness_is_incomplete(&halves, 2));
    assert_false(completeness_is_incomplete(&halves, 3));
    assert_false(completeness_is_incomplete(&halves, 4)); /* which is refused */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tenth_of_a_percent_is_warned_of_within_bounds),
        cmocka_unit_test(the_limit_of_skipped_rows_is_given_or_one_percent_within_bounds),
        cmocka_unit_test(kinds_of_few_rows_are_told),
        cmocka_unit_test_setup_teardown(a_whole_list_is_taken, begin, end),
        cmocka_unit_test_setup_teardown(rows_and_sets_are_compared_with_what_is_expected, begin, end),
        cmocka_unit_test_setup_teardown(lines_lost_beyond_the_limit_refuse_the_list, begin, end),
        cmocka_unit_test_setup_teardown(what_is_empty_is_allowed_by_name, begin, end),
    };
    return cmocka_run_group_tests_name("completeness", tests, NULL, NULL);
}
