/* SPDX-License-Identifier: Apache-2.0 */
/* test_tree.c - the shape of the tree, the order of keys, and what an inner page must be. */
#include "lib/elig/index/tree.h"
#include "tests/support/test.h"

#define F ((uint64_t)ELIG_FANOUT)

static struct tree_shape shape_of(uint64_t first_page, uint64_t leaves)
{
    struct tree_shape shape;
    memset(&shape, 0xa5, sizeof shape);
    assert_int_equal(tree_shape_make(&shape, first_page, leaves), 0);
    return shape;
}

static void a_tree_has_as_many_levels_as_its_leaves_need(void **state)
{
    (void)state;
    static const struct {
        uint64_t leaves;
        unsigned levels;
    } cases[] = {{0, 0},
                 {1, 0},
                 {2, 1},
                 {F, 1},
                 {F + 1, 2},
                 {F * F, 2},
                 {F * F + 1, 3},
                 {F * F * F, 3},
                 {F * F * F + 1, 4},
                 {F * F * F * F, 4},
                 {F * F * F * F + 1, 5},
                 {F * F * F * F * F, 5}};
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(shape_of(1, cases[i].leaves).levels, cases[i].levels);
}

static void more_leaves_than_five_levels_hold_are_refused(void **state)
{
    (void)state;
    struct tree_shape shape;
    assert_int_equal(tree_shape_make(&shape, 1, F * F * F * F * F + 1), ELIG_E_ARGUMENT);
    assert_int_equal(tree_shape_make(&shape, 1, UINT64_MAX), ELIG_E_ARGUMENT);
}

static void levels_follow_each_other_in_the_file_from_the_highest_to_the_leaves(void **state)
{
    (void)state;
    static const uint64_t leaves[] = {
        0, 1, 2, 145, 146, 147, 292, 293, 21316, 21317, 36000, 3112137, UINT64_C(1) << 35};
    for (size_t i = 0; i < LENGTH(leaves); i++) {
        struct tree_shape shape = shape_of(17, leaves[i]);
        uint64_t page = 17;
        assert_int_equal(shape.count[0], leaves[i]);
        for (unsigned level = shape.levels + 1; level-- > 0;) {
            assert_true(shape.first_page[level] == page);
            page += shape.count[level];
            if (level > 0)
                assert_true(shape.count[level] * F >= shape.count[level - 1] &&
                            (shape.count[level] - 1) * F < shape.count[level - 1]);
        }
        assert_true(shape.pages == page);
        if (leaves[i] > 0)
            assert_int_equal(shape.count[shape.levels], 1);
    }
}

static void every_page_is_listed_once_by_the_level_above(void **state)
{
    (void)state;
    static const uint64_t leaves[] = {2, 3, 145, 146, 147, 21316, 21317, 50000};
    for (size_t i = 0; i < LENGTH(leaves); i++) {
        struct tree_shape shape = shape_of(1, leaves[i]);
        for (unsigned level = 1; level <= shape.levels; level++) {
            uint64_t listed = 0;
            for (uint64_t page = 0; page < shape.count[level]; page++) {
                unsigned entries = tree_entries(&shape, level, page);
                assert_in_range(entries, 1, ELIG_FANOUT);
                if (page + 1 < shape.count[level])
                    assert_int_equal(entries, ELIG_FANOUT);
                listed += entries;
            }
            assert_true(listed == shape.count[level - 1]);
        }
    }
}

static void a_full_inner_page_fits_the_page(void **state)
{
    (void)state;
    assert_true(ELIG_FANOUT * ELIG_ENTRY_BYTES <= ELIG_PAGE_BYTES);
    assert_true((ELIG_FANOUT + 1) * ELIG_ENTRY_BYTES > ELIG_PAGE_BYTES);
}

static void keys_are_ordered_like_the_bytes_they_come_from(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 100000; i++) {
        uint8_t a[ELIG_SEPARATOR_BYTES], b[ELIG_SEPARATOR_BYTES];
        test_random_bytes(&seed, a, sizeof a);
        memcpy(b, a, sizeof b);
        b[test_below(&seed, sizeof b)] = (uint8_t)test_random(&seed);
        int order = memcmp(a, b, sizeof a);
        assert_int_equal(tree_key_is_less(tree_key_of(a), tree_key_of(b)), order < 0);
        assert_int_equal(tree_key_is_less(tree_key_of(b), tree_key_of(a)), order > 0);
    }
}

/* An inner page of count entries with rising separators, and the entry that lists it. */
static void make_page(uint64_t seed, unsigned count, uint8_t *page, uint8_t *entry)
{
    memset(page, 0, ELIG_PAGE_BYTES);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *at = page + i * ELIG_ENTRY_BYTES;
        test_random_bytes(&seed, at, ELIG_ENTRY_BYTES);
        at[0] = (uint8_t)(i + 1);
        bytes_put_le16(at + ELIG_ENTRY_AT_SEED, 0);
    }
    test_random_bytes(&seed, entry, ELIG_ENTRY_BYTES);
    memcpy(entry, page, ELIG_SEPARATOR_BYTES);
}

static void the_child_is_the_last_entry_that_is_not_greater(void **state)
{
    (void)state;
    static const unsigned counts[] = {1, 2, 3, 7, 8, 100, ELIG_FANOUT};
    uint8_t page[ELIG_PAGE_BYTES], entry[ELIG_ENTRY_BYTES], digest[ELIG_DIGEST_BYTES];
    uint64_t seed = 2;
    for (size_t i = 0; i < LENGTH(counts); i++) {
        make_page(i, counts[i], page, entry);
        for (int j = 0; j < 5000; j++) {
            test_random_bytes(&seed, digest, sizeof digest);
            if (j % 2 == 0) /* one of the separators, or just beside it */
                memcpy(digest, page + test_below(&seed, counts[i]) * ELIG_ENTRY_BYTES, ELIG_SEPARATOR_BYTES);
            if (j % 4 == 0)
                digest[ELIG_SEPARATOR_BYTES - 1] ^= 1;
            int expected = -1;
            for (unsigned k = 0; k < counts[i]; k++)
                if (memcmp(page + k * ELIG_ENTRY_BYTES, digest, ELIG_SEPARATOR_BYTES) <= 0)
                    expected = (int)k;
            assert_int_equal(tree_child(page, counts[i], tree_key_of(digest)), expected);
        }
    }
}

/* Whatever a page holds, the child is one of its entries: the search is bounded by count alone. */
static void the_child_is_an_entry_even_if_separators_are_in_no_order(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES], digest[ELIG_DIGEST_BYTES];
    uint64_t seed = 3;
    for (int i = 0; i < 5000; i++) {
        test_random_bytes(&seed, page, sizeof page);
        test_random_bytes(&seed, digest, sizeof digest);
        unsigned count = 1 + (unsigned)test_below(&seed, ELIG_FANOUT);
        int child = tree_child(page, count, tree_key_of(digest));
        assert_true(child >= -1 && child < (int)count);
    }
}

static void a_page_as_a_builder_writes_it_is_sound(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES], entry[ELIG_ENTRY_BYTES];
    for (unsigned count = 1; count <= ELIG_FANOUT; count++) {
        make_page(count, count, page, entry);
        assert_int_equal(tree_page_is_sound(page, 1, count, entry), 1);
        assert_int_equal(tree_page_is_sound(page, 2, count, entry), 1);
    }
}

static void a_page_whose_first_separator_is_another_is_unsound(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES], entry[ELIG_ENTRY_BYTES];
    make_page(1, 5, page, entry);
    for (unsigned i = 0; i < ELIG_SEPARATOR_BYTES; i++) {
        entry[i] ^= 1;
        assert_int_equal(tree_page_is_sound(page, 1, 5, entry), 0);
        entry[i] ^= 1;
    }
}

static void separators_that_do_not_rise_are_unsound(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES], entry[ELIG_ENTRY_BYTES];
    for (unsigned i = 1; i < ELIG_FANOUT; i++) {
        uint8_t *at = page + i * ELIG_ENTRY_BYTES;
        make_page(i, ELIG_FANOUT, page, entry);
        memcpy(at, at - ELIG_ENTRY_BYTES, ELIG_SEPARATOR_BYTES); /* the same twice */
        assert_int_equal(tree_page_is_sound(page, 1, ELIG_FANOUT, entry), 0);
        at[ELIG_SEPARATOR_BYTES - 1]++;
        assert_int_equal(tree_page_is_sound(page, 1, ELIG_FANOUT, entry), at[ELIG_SEPARATOR_BYTES - 1] != 0);
        at[0]--;
        assert_int_equal(tree_page_is_sound(page, 1, ELIG_FANOUT, entry), 0);
    }
}

static void inner_pages_that_are_listed_with_a_seed_are_unsound(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES], entry[ELIG_ENTRY_BYTES];
    make_page(1, 10, page, entry);
    for (unsigned i = 0; i < 10; i++) {
        bytes_put_le16(page + i * ELIG_ENTRY_BYTES + ELIG_ENTRY_AT_SEED, 256);
        assert_int_equal(tree_page_is_sound(page, 1, 10, entry), 1); /* leaves have seeds */
        assert_int_equal(tree_page_is_sound(page, 2, 10, entry), 0);
        bytes_put_le16(page + i * ELIG_ENTRY_BYTES + ELIG_ENTRY_AT_SEED, 0);
    }
}

static void any_byte_after_the_entries_is_unsound(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES], entry[ELIG_ENTRY_BYTES];
    static const unsigned counts[] = {1, 80, ELIG_FANOUT};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        make_page(i, counts[i], page, entry);
        for (size_t at = counts[i] * ELIG_ENTRY_BYTES; at < ELIG_PAGE_BYTES; at++) {
            page[at] = 0x80;
            assert_int_equal(tree_page_is_sound(page, 1, counts[i], entry), 0);
            page[at] = 0;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_has_as_many_levels_as_its_leaves_need),
        cmocka_unit_test(more_leaves_than_five_levels_hold_are_refused),
        cmocka_unit_test(levels_follow_each_other_in_the_file_from_the_highest_to_the_leaves),
        cmocka_unit_test(every_page_is_listed_once_by_the_level_above),
        cmocka_unit_test(a_full_inner_page_fits_the_page),
        cmocka_unit_test(keys_are_ordered_like_the_bytes_they_come_from),
        cmocka_unit_test(the_child_is_the_last_entry_that_is_not_greater),
        cmocka_unit_test(the_child_is_an_entry_even_if_separators_are_in_no_order),
        cmocka_unit_test(a_page_as_a_builder_writes_it_is_sound),
        cmocka_unit_test(a_page_whose_first_separator_is_another_is_unsound),
        cmocka_unit_test(separators_that_do_not_rise_are_unsound),
        cmocka_unit_test(inner_pages_that_are_listed_with_a_seed_are_unsound),
        cmocka_unit_test(any_byte_after_the_entries_is_unsound),
    };
    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
