/* SPDX-License-Identifier: Apache-2.0 */
/* test_frequent.c - the most frequent value, exactly of few values and from below of many. */
#include "builder/inspect/frequent.h"
#include "tests/support/test.h"

static void add(struct frequent *frequent, const char *value, uint64_t line)
{
    frequent_add(frequent, (struct elig_text){value, strlen(value)}, line);
}

static void few_values_are_counted_exactly(void **state)
{
    (void)state;
    struct frequent *frequent = frequent_new();
    assert_non_null(frequent);
    assert_int_equal(frequent_top(frequent).count, 0);
    for (uint64_t line = 1; line <= 3000; line++) {
        char value[16];
        snprintf(value, sizeof value, "%u", line % 3 == 0 ? 0u : (unsigned)line % FREQUENT_VALUES / 2 + 1);
        add(frequent, value, line);
    }
    struct frequent_top top = frequent_top(frequent);
    assert_true(top.is_exact);
    assert_int_equal(top.count, 1000);
    assert_int_equal(top.line, 3);
    frequent_free(frequent);
}

static void of_equal_values_the_first_is_named(void **state)
{
    (void)state;
    struct frequent *frequent = frequent_new();
    for (uint64_t line = 1; line <= 200; line++) {
        char value[16];
        snprintf(value, sizeof value, "%u", (unsigned)(line - 1) % 100);
        add(frequent, value, line);
    }
    struct frequent_top top = frequent_top(frequent);
    assert_int_equal(top.count, 2);
    assert_int_equal(top.line, 1);
    assert_int_equal(top.distinct, 100);
    frequent_free(frequent);
}

static void many_values_are_counted_from_below(void **state)
{
    (void)state;
    enum { ROWS = 100000 };
    struct frequent *frequent = frequent_new();
    uint64_t placed = 0;
    for (uint64_t line = 1; line <= ROWS; line++) {
        char value[32];
        snprintf(value, sizeof value, "%llu", (unsigned long long)line);
        placed += line % 50 == 7;
        add(frequent, line % 50 == 7 ? "placeholder" : value, line);
    }
    struct frequent_top top = frequent_top(frequent);
    assert_false(top.is_exact);
    assert_true(top.count <= placed);
    assert_true(top.count + ROWS / FREQUENT_VALUES >= placed);
    assert_int_equal(top.line, 7);
    frequent_free(frequent);
    frequent_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_values_are_counted_exactly),
        cmocka_unit_test(of_equal_values_the_first_is_named),
        cmocka_unit_test(many_values_are_counted_from_below),
    };
    return cmocka_run_group_tests_name("frequent", tests, NULL, NULL);
}
