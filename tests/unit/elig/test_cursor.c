/* SPDX-License-Identifier: Apache-2.0 */
/* test_cursor.c - leaves in order: the same answers as lookups, from any start, and every damaged page refused.
 */
#include "lib/elig/index/cursor.h"
#include "lib/elig/index/index.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/forge.h"
#include "tests/support/forge_index.h"
#include "tests/support/test.h"

#define MEMBERS 100000 /* at 56 bits more than 146 leaves, and so two inner levels */
#define WORDS 2
static const char *const words[WORDS] = {"gold", "silver"};
static const enum elig_check checks[] = {ELIG_CHECK_WALK, ELIG_CHECK_FIRST_USE, ELIG_CHECK_ALL};

/* Members, sorted; every third with a label. */
static struct {
    struct record *records;
    struct test_file file;
    struct header header;
} honest;

static int compare_records(const void *a, const void *b)
{
    return memcmp(((const struct record *)a)->digest, ((const struct record *)b)->digest, ELIG_DIGEST_BYTES);
}

static int setup(void **state)
{
    if (test_folder_make(state) != 0)
        return -1;
    honest.records = test_records(1, MEMBERS);
    for (size_t i = 0; i < MEMBERS; i += 3)
        honest.records[i] = test_record(honest.records[i].digest, (uint16_t)(1 + i % WORDS), i + 1);
    const struct test_list list = {.records = honest.records,
                                   .count = MEMBERS,
                                   .words = words,
                                   .word_count = WORDS,
                                   .fingerprint_bits = 56};
    test_make_index(&list, test_path("honest.elig"));
    qsort(honest.records, MEMBERS, sizeof *honest.records, compare_records);
    honest.file = test_read_file(test_path("honest.elig"));
    return header_read(&honest.header, honest.file.bytes, NULL);
}

static int teardown(void **state)
{
    free(honest.records);
    test_file_free(&honest.file);
    return test_folder_remove(state);
}

static struct cursor *open_cursor(const struct elig *index, uint64_t first_leaf)
{
    struct cursor *cursor = cursor_open(index, first_leaf);
    assert_non_null(cursor);
    return cursor;
}

static int is_same_key(struct tree_key a, struct tree_key b)
{
    return a.high == b.high && a.low == b.low;
}

static int probe(const struct cursor *cursor, const uint8_t *digest)
{
    struct elig_answer answer;
    assert_int_equal(cursor_probe(cursor, digest, &answer), 0);
    return answer.verdict;
}

/* Whether there is a next leaf. */
static bool moves(struct cursor *cursor)
{
    bool has_leaf;
    assert_int_equal(cursor_next(cursor, &has_leaf), 0);
    return has_leaf;
}

/* The present leaf is the one a lookup of digest would go to. */
static int is_routed_here(const struct cursor *cursor, const uint8_t *digest)
{
    struct tree_key key = tree_key_of(digest), next;
    return !tree_key_is_less(key, cursor_separator(cursor)) &&
           (!cursor_next_separator(cursor, &next) || tree_key_is_less(key, next));
}

static void assert_probe_is_lookup(const struct cursor *cursor, const struct elig *index, const uint8_t *digest)
{
    struct elig_answer probed, found = test_find(index, digest);
    assert_int_equal(cursor_probe(cursor, digest, &probed), 0);
    assert_int_equal(probed.verdict, found.verdict);
    assert_int_equal(probed.reason, found.reason);
    assert_ptr_equal(probed.label, found.label);
}

static void a_scan_answers_like_lookups_for_members_and_others(void **state)
{
    (void)state;
    assert_int_equal(honest.header.tree.levels, 2);
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(test_path("honest.elig"), checks[i]);
        struct cursor *cursor = open_cursor(index, 0);
        size_t member = 0, others = 0, step = checks[i] == ELIG_CHECK_WALK ? 50 : 1;
        uint64_t leaf = 0;
        for (; moves(cursor); leaf++) {
            assert_true(is_same_key(cursor_separator(cursor), tree_key_of(honest.records[member].digest)));
            for (; member < MEMBERS && is_routed_here(cursor, honest.records[member].digest); member++) {
                uint8_t other[ELIG_DIGEST_BYTES];
                memcpy(other, honest.records[member].digest, sizeof other);
                other[ELIG_DIGEST_AT_FINGERPRINT] ^= 1;
                assert_int_equal(probe(cursor, honest.records[member].digest), ELIG_ELIGIBLE);
                others += probe(cursor, other) == ELIG_NOT_LISTED;
                if (member % step == 0) {
                    assert_probe_is_lookup(cursor, index, honest.records[member].digest);
                    assert_probe_is_lookup(cursor, index, other);
                }
            }
        }
        assert_int_equal(leaf, honest.header.tree.count[0]);
        assert_int_equal(member, MEMBERS);
        assert_int_equal(others, MEMBERS);
        cursor_close(cursor);
        elig_close(index);
    }
}

static void a_scan_starts_at_any_leaf_and_ends_after_the_last(void **state)
{
    (void)state;
    struct elig *index = test_open(test_path("honest.elig"), ELIG_CHECK_WALK);
    uint64_t leaves = honest.header.tree.count[0];
    struct tree_key *separators = calloc(leaves, sizeof *separators), next;
    assert_non_null(separators);
    struct cursor *cursor = open_cursor(index, 0);
    for (uint64_t leaf = 0; leaf < leaves; leaf++) {
        assert_true(moves(cursor));
        separators[leaf] = cursor_separator(cursor);
    }
    cursor_close(cursor);
    const uint64_t starts[] = {0, 1, ELIG_FANOUT - 1, ELIG_FANOUT, leaves - 2, leaves - 1, leaves, UINT64_MAX};
    for (size_t i = 0; i < LENGTH(starts); i++) {
        uint64_t leaf = starts[i];
        cursor = open_cursor(index, leaf);
        for (; leaf < leaves; leaf++) {
            assert_true(moves(cursor));
            assert_true(is_same_key(cursor_separator(cursor), separators[leaf]));
            assert_int_equal(cursor_next_separator(cursor, &next), leaf + 1 < leaves);
            if (leaf + 1 < leaves)
                assert_true(is_same_key(next, separators[leaf + 1]));
        }
        assert_false(moves(cursor));
        assert_false(moves(cursor));
        cursor_close(cursor);
    }
    free(separators);
    elig_close(index);
    cursor_close(NULL);
}

static void a_digest_of_another_leaf_is_refused(void **state)
{
    (void)state;
    struct elig *index = test_open(test_path("honest.elig"), ELIG_CHECK_WALK);
    struct cursor *cursor = open_cursor(index, ELIG_FANOUT - 1);
    struct elig_answer answer;
    uint8_t digest[ELIG_DIGEST_BYTES];
    struct tree_key next;
    assert_int_equal(cursor_probe(cursor, honest.records[0].digest, &answer),
                     ELIG_E_ARGUMENT); /* before the first */
    assert_int_equal(test_result(&answer), ELIG_E_ARGUMENT);
    assert_true(moves(cursor));
    memset(digest, 0, sizeof digest);
    assert_int_equal(cursor_probe(cursor, digest, &answer), ELIG_E_ARGUMENT);
    memset(digest, 0xff, sizeof digest);
    assert_int_equal(cursor_probe(cursor, digest, &answer), ELIG_E_ARGUMENT);
    size_t member = 0;
    while (tree_key_is_less(tree_key_of(honest.records[member].digest), cursor_separator(cursor)))
        member++;
    assert_int_equal(probe(cursor, honest.records[member].digest), ELIG_ELIGIBLE);
    assert_int_equal(cursor_probe(cursor, honest.records[member - 1].digest, &answer), ELIG_E_ARGUMENT);
    assert_int_equal(cursor_next_separator(cursor, &next), 1);
    while (tree_key_is_less(tree_key_of(honest.records[member].digest), next))
        member++;
    assert_int_equal(probe(cursor, honest.records[member - 1].digest), ELIG_ELIGIBLE);
    assert_int_equal(cursor_probe(cursor, honest.records[member].digest, &answer), ELIG_E_ARGUMENT);
    while (moves(cursor))
        continue;
    assert_int_equal(cursor_probe(cursor, honest.records[MEMBERS - 1].digest, &answer), ELIG_E_ARGUMENT);
    cursor_close(cursor);
    elig_close(index);
}

/* What goes over a whole file says in the end; *leaf is how many leaves came before. */
static int scan_file(const struct test_file *file, uint64_t first_leaf, uint64_t *leaf)
{
    const char *path = test_path("damaged.elig");
    test_write_bytes(path, file->bytes, file->length);
    struct elig *index = test_open(path, ELIG_CHECK_WALK);
    struct cursor *cursor = open_cursor(index, first_leaf);
    int error;
    bool has_leaf;
    for (*leaf = first_leaf; (error = cursor_next(cursor, &has_leaf)) == 0 && has_leaf; ++*leaf)
        continue;
    assert_int_equal(cursor_next(cursor, &has_leaf), error);
    assert_false(has_leaf);
    cursor_close(cursor);
    elig_close(index);
    return error;
}

static uint8_t *page_of(struct test_file *file, unsigned level, uint64_t position)
{
    return file->bytes + (honest.header.tree.first_page[level] + position) * ELIG_PAGE_BYTES;
}

static void each_damaged_page_is_refused_when_the_scan_comes_to_it(void **state)
{
    (void)state;
    const struct tree_shape *tree = &honest.header.tree;
    uint64_t seed = 2, leaf;
    for (unsigned level = 0; level <= tree->levels; level++)
        for (uint64_t i = 0; i<tree->count[level]; i += level> 0 ? 1 : 9) {
            struct test_file file = test_copy(&honest.file);
            page_of(&file, level, i)[test_below(&seed, ELIG_PAGE_BYTES)] ^=
                (uint8_t)(1 + test_below(&seed, 255));
            assert_int_equal(scan_file(&file, 0, &leaf), ELIG_E_DAMAGED);
            assert_int_equal(leaf, level == 0 ? i : level == 1 ? i * ELIG_FANOUT : 0);
            if (level < tree->levels) { /* and not by a cursor that starts after it */
                uint64_t after = level == 0 ? i + 1 : (i + 1) * ELIG_FANOUT;
                assert_int_equal(scan_file(&file, after, &leaf), 0);
            }
            test_file_free(&file);
        }
}

static void pages_that_are_unsound_are_refused_though_their_tags_are_right(void **state)
{
    (void)state;
    const struct tree_shape *tree = &honest.header.tree;
    uint64_t leaf;
    struct test_file file =
        test_copy(&honest.file); /* the last separator of a page above the next page's first */
    memset(page_of(&file, 1, 0) + (ELIG_FANOUT - 1) * ELIG_ENTRY_BYTES, 0xfe, ELIG_SEPARATOR_BYTES);
    assert_true(forge_hashes(file.bytes, file.length));
    assert_int_equal(scan_file(&file, 0, &leaf), ELIG_E_DAMAGED);
    assert_int_equal(leaf, ELIG_FANOUT - 1);
    assert_int_equal(scan_file(&file, ELIG_FANOUT - 1, &leaf), ELIG_E_DAMAGED);
    assert_int_equal(scan_file(&file, ELIG_FANOUT, &leaf), 0);
    test_file_free(&file);

    file = test_copy(&honest.file); /* a page whose first separator is not its entry's */
    page_of(&file, 1, 1)[ELIG_SEPARATOR_BYTES - 1] ^= 1;
    assert_true(forge_hashes(file.bytes, file.length));
    assert_int_equal(scan_file(&file, 0, &leaf), ELIG_E_DAMAGED);
    assert_int_equal(leaf, ELIG_FANOUT);
    test_file_free(&file);

    file = test_copy(&honest.file); /* an inner page listed with a seed */
    bytes_put_le16(page_of(&file, 2, 0) + ELIG_ENTRY_AT_SEED, 1);
    assert_true(forge_hashes(file.bytes, file.length));
    assert_int_equal(scan_file(&file, 0, &leaf), ELIG_E_DAMAGED);
    assert_int_equal(leaf, 0);
    test_file_free(&file);

    file = test_copy(&honest.file); /* a bit in a leaf's padding */
    uint32_t padding = leaf_slot_at(&honest.header.leaf, honest.header.leaf.slots);
    assert_true(padding < leaf_pilot_at(&honest.header.leaf, 0) * 8);
    leaf_put_bits(page_of(&file, 0, tree->count[0] - 1), padding, 1, 1);
    assert_true(forge_hashes(file.bytes, file.length));
    assert_int_equal(scan_file(&file, 0, &leaf), ELIG_E_DAMAGED);
    assert_int_equal(leaf, tree->count[0] - 1);
    test_file_free(&file);
}

static void a_file_cut_short_during_the_scan_is_damaged(void **state)
{
    (void)state;
    const char *path = test_path("cut.elig");
    test_write_bytes(path, honest.file.bytes, honest.file.length);
    struct elig *index = test_open(path, ELIG_CHECK_WALK);
    struct cursor *cursor = open_cursor(index, 0);
    for (unsigned i = 0; i < 10; i++)
        assert_true(moves(cursor));
    assert_int_equal(truncate(path, (off_t)(honest.header.tree.first_page[0] + 10) * ELIG_PAGE_BYTES + 1), 0);
    bool has_leaf;
    assert_int_equal(cursor_next(cursor, &has_leaf), ELIG_E_DAMAGED);
    assert_false(has_leaf);
    cursor_close(cursor);
    elig_close(index);
}

/* One slot a leaf: the forged index of 146^2 + 1 leaves has three inner levels. */
static void a_scan_goes_over_any_number_of_leaves(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, ELIG_FANOUT, ELIG_FANOUT + 1, ELIG_FANOUT * ELIG_FANOUT + 1};
    static const unsigned levels[] = {0, 0, 1, 1, 2, 3};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        uint8_t(*digests)[ELIG_DIGEST_BYTES] = test_digests(3, counts[i]);
        const char *path = test_path("forged.elig");
        for (size_t j = 0; j < counts[i]; j++) { /* in order */
            memset(digests[j], 0, 4);
            digests[j][4] = (uint8_t)(j >> 16);
            digests[j][5] = (uint8_t)(j >> 8);
            digests[j][6] = (uint8_t)j;
        }
        struct test_file file = forge_index((const uint8_t(*)[ELIG_DIGEST_BYTES])digests, counts[i]);
        test_write_bytes(path, file.bytes, file.length);
        struct elig *index = test_open(path, ELIG_CHECK_FIRST_USE);
        struct elig_info info = {.size = sizeof info};
        elig_info(index, &info);
        assert_int_equal(info.tree_levels, levels[i]);
        struct cursor *cursor = open_cursor(index, 0);
        for (size_t j = 0; j < counts[i]; j++) {
            assert_true(moves(cursor));
            assert_probe_is_lookup(cursor, index, digests[j]);
            assert_int_equal(probe(cursor, digests[j]), ELIG_ELIGIBLE);
        }
        assert_false(moves(cursor));
        cursor_close(cursor);
        elig_close(index);
        test_file_free(&file);
        free(digests);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scan_answers_like_lookups_for_members_and_others),
        cmocka_unit_test(a_scan_starts_at_any_leaf_and_ends_after_the_last),
        cmocka_unit_test(a_digest_of_another_leaf_is_refused),
        cmocka_unit_test(each_damaged_page_is_refused_when_the_scan_comes_to_it),
        cmocka_unit_test(pages_that_are_unsound_are_refused_though_their_tags_are_right),
        cmocka_unit_test(a_file_cut_short_during_the_scan_is_damaged),
        cmocka_unit_test(a_scan_goes_over_any_number_of_leaves),
    };
    return cmocka_run_group_tests_name("cursor", tests, setup, teardown);
}
