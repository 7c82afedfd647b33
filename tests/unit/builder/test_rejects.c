/* SPDX-License-Identifier: Apache-2.0 */
/* test_rejects.c - lists of rejected rows and identifiers. */
#include "builder/records/rejects.h"
#include "tests/support/test.h"

static void a_list_grows_and_keeps_what_was_added(void **state)
{
    (void)state;
    struct rejects rejects = {0};
    for (unsigned i = 0; i < 10000; i++)
        assert_int_equal(rejects_add(&rejects, i, 1, i % ELIG_KINDS_MAX, (int)(1 + i % 16)), 0);
    assert_int_equal(rejects.count, 10000);
    for (unsigned i = 0; i < 10000; i++) {
        assert_int_equal(rejects.entries[i].position, i);
        assert_int_equal(rejects.entries[i].kind, i % ELIG_KINDS_MAX);
        assert_int_equal(rejects.entries[i].reason, 1 + i % 16);
    }
    rejects_free(&rejects);
    assert_int_equal(rejects.count, 0);
    assert_null(rejects.entries);
    rejects_free(&rejects);
}

static void joining_moves_everything_and_empties_the_other(void **state)
{
    (void)state;
    struct rejects one = {0}, other = {0}, none = {0};
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(rejects_add(&one, i, 1, REJECT_NO_KIND, REJECT_QUOTE), 0);
        assert_int_equal(rejects_add(&other, 1000 + i, 1, 1, REJECT_LABEL), 0);
    }
    assert_int_equal(rejects_join(&one, &other), 0);
    assert_int_equal(one.count, 200);
    assert_int_equal(one.entries[99].position, 99);
    assert_int_equal(one.entries[100].position, 1000);
    assert_int_equal(other.count, 0);
    assert_null(other.entries);
    assert_int_equal(rejects_join(&one, &none), 0);
    assert_int_equal(one.count, 200);
    assert_int_equal(rejects_join(&none, &one), 0);
    assert_int_equal(none.count, 200);
    rejects_free(&none);
}

static void beyond_a_limit_rejects_are_counted_but_not_kept(void **state)
{
    (void)state;
    struct rejects rejects = {.kept_max = 3}, more = {.kept_max = 5};
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(rejects_add(&rejects, i, 1, 0, ELIG_REASON_EMAIL_AT), 0);
    assert_int_equal(rejects_add(&rejects, 4, 1, 0, REJECT_LABEL_CONFLICT), 0);
    assert_int_equal(rejects.count, 3);
    assert_int_equal(rejects_all(&rejects), 5);
    assert_int_equal(rejects_skippable(&rejects), 4);
    for (unsigned i = 0; i < 7; i++)
        assert_int_equal(rejects_add(&more, i, 1, 0, REJECT_LABEL_RARE), 0);
    assert_int_equal(rejects_join(&rejects, &more), 0);
    assert_int_equal(rejects.count, 3);
    assert_int_equal(rejects_all(&rejects), 12);
    assert_int_equal(rejects_skippable(&rejects), 4);
    assert_int_equal(rejects_all(&more), 0);
    rejects_free(&rejects);
    assert_int_equal(rejects_all(&rejects), 0);
}

static void malformed_rows_and_identifiers_have_their_position_and_a_reason(void **state)
{
    (void)state;
    static const enum reject_reason reasons[] = {
        [IDENTIFIER_ROW_QUOTE] = REJECT_QUOTE,   [IDENTIFIER_ROW_WIDTH] = REJECT_FIELDS,
        [IDENTIFIER_ROW_LONG] = REJECT_LONG,     [IDENTIFIER_ROW_LINES] = REJECT_LINES,
        [IDENTIFIER_ROW_HIDDEN] = REJECT_HIDDEN, [IDENTIFIER_ROW_HEADER] = REJECT_HEADER,
        [IDENTIFIER_ROW_LABEL] = REJECT_LABEL,   [IDENTIFIER_ROW_EMPTY] = REJECT_NO_IDENTIFIER};
    struct identifier_row row = {.input = 2, .line = 7, .lines = 3};
    struct identifier identifier = {.kind = 5, .reason = ELIG_REASON_EMAIL_AT, .part = 2};
    struct rejects rejects = {0};
    for (int fault = IDENTIFIER_ROW_QUOTE; fault <= IDENTIFIER_ROW_EMPTY; fault++) {
        assert_int_equal(rejects_add_row(&rejects, &row, (enum identifier_row_fault)fault), 0);
        assert_int_equal(rejects.entries[rejects.count - 1].reason, reasons[fault]);
        assert_int_equal(rejects.entries[rejects.count - 1].kind, REJECT_NO_KIND);
    }
    assert_int_equal(rejects_add_identifier(&rejects, &row, &identifier), 0);
    assert_int_equal(rejects.entries[rejects.count - 1].reason, ELIG_REASON_EMAIL_AT);
    assert_int_equal(rejects.entries[rejects.count - 1].kind, 5);
    assert_int_equal(rejects.entries[rejects.count - 1].part, 2);
    for (size_t i = 0; i < rejects.count; i++) {
        assert_int_equal(rejects.entries[i].position, row_position(2, 7));
        assert_int_equal(rejects.entries[i].lines, 3);
    }
    rejects_free(&rejects);
}

static void rejects_are_sorted_by_position_then_kind_then_reason(void **state)
{
    (void)state;
    struct rejects rejects = {0};
    static const struct reject order[] = {
        {.position = 0, .kind = 0, .reason = 1},
        {.position = 0, .kind = 0, .reason = 2},
        {.position = 0, .kind = 255, .reason = 1},
        {.position = 1, .kind = 3, .reason = 104},
        {.position = 1, .kind = 4, .reason = 1},
        {.position = UINT64_C(0xfffffffff), .kind = 0, .reason = 1},
        {.position = UINT64_C(1) << 36, .kind = 0, .reason = 1},
        {.position = UINT64_C(255) << 36, .kind = 9, .reason = 106},
    };
    for (size_t i = 0; i < LENGTH(order); i++) {
        const struct reject *reject = &order[(i * 5 + 3) % LENGTH(order)];
        assert_int_equal(rejects_add(&rejects, reject->position, 1, reject->kind, reject->reason), 0);
    }
    rejects_sort(&rejects);
    for (size_t i = 0; i < LENGTH(order); i++) {
        assert_true(rejects.entries[i].position == order[i].position);
        assert_int_equal(rejects.entries[i].kind, order[i].kind);
        assert_int_equal(rejects.entries[i].reason, order[i].reason);
    }
    rejects_free(&rejects);
    rejects_sort(&rejects); /* of none */
    assert_int_equal(rejects.count, 0);
}

static void every_reason_has_words_of_its_own(void **state)
{
    (void)state;
    for (int reason = REJECT_FIELDS; reason <= REJECT_ABSENT_LISTED; reason++) {
        assert_true(strlen(reject_text(reason)) > 0);
        assert_string_not_equal(reject_text(reason), "unknown");
        for (int other = REJECT_FIELDS; other < reason; other++)
            assert_string_not_equal(reject_text(reason), reject_text(other));
    }
    assert_string_equal(reject_text(ELIG_REASON_TOO_LONG), elig_text(ELIG_REASON_TOO_LONG));
    assert_string_equal(reject_text(99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_grows_and_keeps_what_was_added),
        cmocka_unit_test(joining_moves_everything_and_empties_the_other),
        cmocka_unit_test(beyond_a_limit_rejects_are_counted_but_not_kept),
        cmocka_unit_test(malformed_rows_and_identifiers_have_their_position_and_a_reason),
        cmocka_unit_test(rejects_are_sorted_by_position_then_kind_then_reason),
        cmocka_unit_test(every_reason_has_words_of_its_own),
    };
    return cmocka_run_group_tests_name("rejects", tests, NULL, NULL);
}
