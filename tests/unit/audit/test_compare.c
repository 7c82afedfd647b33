/* SPDX-License-Identifier: Apache-2.0 */
/* test_compare.c - the number of identifiers that two indexes share is estimated from their fingerprints. */
#include <math.h>

#include "audit/checks/compare.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

/* An index of count random digests, of which those from number first on are also in other indexes. */
static struct elig *make(const char *name, size_t first, size_t count, unsigned fingerprint_bits)
{
    struct record *all = test_records(5, first + count);
    struct test_list list = {.records = all + first, .count = count, .fingerprint_bits = fingerprint_bits};
    const char *path = test_path(name);
    test_make_index(&list, path);
    free(all);
    return test_open(path, ELIG_CHECK_ALL);
}

static struct compare_overlap compare(const struct elig *one, const struct elig *other)
{
    struct compare_overlap overlap;
    compare_indexes(one, other, 2, NULL, &overlap);
    return overlap;
}

/* Numbers 0 to 29,999 beside 12,000 to 41,999: 18,000 of them are in both. */
static void shared_digests_are_counted(void **state)
{
    (void)state;
    static const unsigned bits[] = {8, 12, 32, 56};
    for (size_t i = 0; i < LENGTH(bits); i++) {
        struct elig *one = make("one.elig", 0, 30000, bits[i]),
                    *other = make("other.elig", 12000, 30000, bits[i]);
        struct compare_overlap overlap = compare(one, other);
        struct compare_shared shared = compare_shared(&overlap);
        assert_true(compare_chance(&overlap) < 1e-9);
        assert_true(shared.low <= 18000 && shared.high >= 18000);
        if (bits[i] >= 32)
            assert_true(fabs(shared.identifiers - 18000) <= 2);
        assert_int_equal(overlap.same_leaves, 0);
        elig_close(one);
        elig_close(other);
    }
}

static void unrelated_files_agree_as_often_as_by_chance(void **state)
{
    (void)state;
    static const unsigned bits[] = {8, 12, 32};
    for (size_t i = 0; i < LENGTH(bits); i++) {
        struct elig *one = make("one.elig", 0, 20000, bits[i]),
                    *other = make("other.elig", 20000, 30000, bits[i]);
        struct compare_overlap overlap = compare(one, other);
        double chance = compare_chance_pairs(&overlap);
        assert_true(compare_chance(&overlap) > 1e-6);
        assert_true(fabs((double)overlap.same_pairs - chance) <= 5 * sqrt(chance) + 1);
        elig_close(one);
        elig_close(other);
    }
}

static void widths_may_differ(void **state)
{
    (void)state;
    struct elig *one = make("one.elig", 0, 20000, 32), *other = make("other.elig", 10000, 20000, 24);
    struct compare_overlap overlap = compare(one, other);
    struct compare_shared shared = compare_shared(&overlap);
    assert_int_equal(overlap.bits, 24);
    assert_true(shared.low <= 10000 && shared.high >= 10000);
    elig_close(one);
    elig_close(other);
}

/* All members of an identical leaf are in both files; its filler slots do not count. */
static void identical_pages_count_all_their_members(void **state)
{
    (void)state;
    struct elig *one = make("one.elig", 0, 2500, 32), *other = make("other.elig", 0, 2500, 32);
    struct compare_overlap overlap = compare(one, other);
    assert_int_equal(overlap.same_leaves, overlap.leaves);
    assert_int_equal(overlap.same_members, 2500);
    assert_true(compare_chance(&overlap) <= 0);
    assert_true(fabs(compare_shared(&overlap).identifiers - 2500) <= 0);
    elig_close(one);
    elig_close(other);
}

/* Ten of fifty thousand, in either order. */
static void a_small_file_is_found_in_a_large_one(void **state)
{
    (void)state;
    struct elig *small = make("small.elig", 49995, 10, 32), *large = make("large.elig", 0, 50000, 32);
    struct compare_overlap one = compare(small, large), other = compare(large, small);
    assert_int_equal(one.same_pairs, 5);
    assert_int_equal(other.same_pairs, 5);
    assert_int_equal(one.leaves, 1);
    assert_true(fabs(one.pairs - other.pairs) <= 0);
    /* the expectation is pairs / 2^32: all slots of one leaf against those of all leaves */
    assert_true(compare_chance(&one) < 1e-9);
    assert_true(compare_shared(&one).high <= 10);
    elig_close(small);
    elig_close(large);
}

static void an_empty_index_shares_nothing(void **state)
{
    (void)state;
    struct elig *empty = make("empty.elig", 0, 0, 32), *some = make("some.elig", 0, 100, 32);
    struct compare_overlap overlap = compare(empty, some);
    assert_true(overlap.pairs <= 0);
    assert_true(compare_chance(&overlap) >= 1);
    assert_true(compare_shared(&overlap).identifiers <= 0);
    overlap = compare(some, empty);
    assert_true(compare_chance(&overlap) >= 1);
    elig_close(empty);
    elig_close(some);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_digests_are_counted),
        cmocka_unit_test(unrelated_files_agree_as_often_as_by_chance),
        cmocka_unit_test(widths_may_differ),
        cmocka_unit_test(identical_pages_count_all_their_members),
        cmocka_unit_test(a_small_file_is_found_in_a_large_one),
        cmocka_unit_test(an_empty_index_shares_nothing),
    };
    message_program("test_compare");
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
