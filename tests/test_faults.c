/* test_faults.c - lists of what was wrong where. */
#include "test.h"

#include "faults.h"

static void a_list_grows_and_keeps_what_was_added(void **state)
{
    (void)state;
    struct faults faults = {0};
    for (unsigned i = 0; i < 10000; i++)
        assert_int_equal(faults_add(&faults, i, i % ELIG_KINDS_MAX, (int)(1 + i % 16)), 1);
    assert_int_equal(faults.count, 10000);
    for (unsigned i = 0; i < 10000; i++) {
        assert_int_equal(faults.entries[i].place, i);
        assert_int_equal(faults.entries[i].kind, i % ELIG_KINDS_MAX);
        assert_int_equal(faults.entries[i].reason, 1 + i % 16);
    }
    faults_free(&faults);
    assert_int_equal(faults.count, 0);
    assert_null(faults.entries);
    faults_free(&faults);
}

static void joining_moves_everything_and_empties_the_other(void **state)
{
    (void)state;
    struct faults one = {0}, other = {0}, none = {0};
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(faults_add(&one, i, FAULT_NO_KIND, FAULT_QUOTE), 1);
        assert_int_equal(faults_add(&other, 1000 + i, 1, FAULT_LABEL), 1);
    }
    assert_int_equal(faults_join(&one, &other), 1);
    assert_int_equal(one.count, 200);
    assert_int_equal(one.entries[99].place, 99);
    assert_int_equal(one.entries[100].place, 1000);
    assert_int_equal(other.count, 0);
    assert_null(other.entries);
    assert_int_equal(faults_join(&one, &none), 1);
    assert_int_equal(one.count, 200);
    assert_int_equal(faults_join(&none, &one), 1);
    assert_int_equal(none.count, 200);
    faults_free(&none);
}

static void beyond_a_limit_faults_are_counted_but_not_kept(void **state)
{
    (void)state;
    struct faults faults = {.kept_max = 3}, more = {.kept_max = 5};
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(faults_add(&faults, i, 0, ELIG_REASON_EMAIL_AT), 1);
    assert_int_equal(faults_add(&faults, 4, 0, FAULT_LABEL_CONFLICT), 1);
    assert_int_equal(faults.count, 3);
    assert_int_equal(faults_all(&faults), 5);
    assert_int_equal(faults_mild(&faults), 4);
    for (unsigned i = 0; i < 7; i++)
        assert_int_equal(faults_add(&more, i, 0, FAULT_LABEL_RARE), 1);
    assert_int_equal(faults_join(&faults, &more), 1);
    assert_int_equal(faults.count, 3);
    assert_int_equal(faults_all(&faults), 12);
    assert_int_equal(faults_mild(&faults), 4);
    assert_int_equal(faults_all(&more), 0);
    faults_free(&faults);
    assert_int_equal(faults_all(&faults), 0);
}

static void faults_are_sorted_by_place_then_kind_then_reason(void **state)
{
    (void)state;
    struct faults faults = {0};
    static const struct fault order[] = {
        {0, 0, 1},
        {0, 0, 2},
        {0, 255, 1},
        {1, 3, 104},
        {1, 4, 1},
        {UINT64_C(0xfffffffff), 0, 1},
        {UINT64_C(1) << 36, 0, 1},
        {UINT64_C(255) << 36, 9, 106},
    };
    for (size_t i = 0; i < LENGTH(order); i++) {
        const struct fault *fault = &order[(i * 5 + 3) % LENGTH(order)];
        assert_int_equal(faults_add(&faults, fault->place, fault->kind, fault->reason), 1);
    }
    faults_sort(&faults);
    for (size_t i = 0; i < LENGTH(order); i++) {
        assert_true(faults.entries[i].place == order[i].place);
        assert_int_equal(faults.entries[i].kind, order[i].kind);
        assert_int_equal(faults.entries[i].reason, order[i].reason);
    }
    faults_free(&faults);
    faults_sort(&faults); /* none at all */
    assert_int_equal(faults.count, 0);
}

static void every_reason_has_words_of_its_own(void **state)
{
    (void)state;
    for (int reason = FAULT_FIELDS; reason <= FAULT_ABSENT_LISTED; reason++) {
        assert_true(strlen(fault_text(reason)) > 0);
        assert_string_not_equal(fault_text(reason), "unknown");
        for (int other = FAULT_FIELDS; other < reason; other++)
            assert_string_not_equal(fault_text(reason), fault_text(other));
    }
    assert_string_equal(fault_text(ELIG_REASON_TOO_LONG), elig_reason_text(ELIG_REASON_TOO_LONG));
    assert_string_equal(fault_text(99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_grows_and_keeps_what_was_added),
        cmocka_unit_test(joining_moves_everything_and_empties_the_other),
        cmocka_unit_test(beyond_a_limit_faults_are_counted_but_not_kept),
        cmocka_unit_test(faults_are_sorted_by_place_then_kind_then_reason),
        cmocka_unit_test(every_reason_has_words_of_its_own),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
