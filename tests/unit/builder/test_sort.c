/* SPDX-License-Identifier: Apache-2.0 */
/* test_sort.c - records in the order of their bytes, against the C library's qsort(). */
#include "builder/records/sort.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

static int compare_records(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct record));
}

static void assert_sorted_like_qsort(struct record *records, size_t count)
{
    struct record *expected = malloc((count + 1) * sizeof *expected);
    assert_non_null(expected);
    memcpy(expected, records, count * sizeof *expected);
    if (count > 0)
        qsort(expected, count, sizeof *expected, compare_records);
    sort_records(records, count, 0);
    assert_memory_equal(records, expected, count * sizeof *expected);
    free(expected);
}

static void random_records_are_sorted_whatever_their_number(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 3, 23, 24, 25, 26, 255, 256, 257, 1000, 5000, 60000};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        struct record *records = test_records(i, counts[i]);
        assert_sorted_like_qsort(records, counts[i]);
        assert_sorted_like_qsort(records, counts[i]); /* and again, being in order */
        free(records);
    }
}

static void records_in_falling_order_are_sorted(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    struct record *records = test_records(1, COUNT);
    sort_records(records, COUNT, 0);
    for (size_t i = 0; i < COUNT / 2; i++) {
        struct record swapped = records[i];
        records[i] = records[COUNT - 1 - i];
        records[COUNT - 1 - i] = swapped;
    }
    assert_sorted_like_qsort(records, COUNT);
    free(records);
}

static void records_that_differ_in_one_byte_only_are_sorted(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    uint64_t seed = 2;
    for (size_t byte = 0; byte < sizeof(struct record); byte++) {
        struct record records[COUNT];
        memset(records, 0x42, sizeof records);
        for (size_t i = 0; i < COUNT; i++)
            ((uint8_t *)&records[i])[byte] = (uint8_t)test_random(&seed);
        assert_sorted_like_qsort(records, COUNT);
    }
}

static void records_that_are_all_the_same_are_sorted(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    static struct record records[COUNT];
    memset(records, 0x17, sizeof records);
    assert_sorted_like_qsort(records, COUNT);
}

static void few_digests_in_many_places_are_sorted_by_label_then_place(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    uint64_t seed = 3;
    struct record *records = test_records(4, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        records[i] = test_record(records[test_below(&seed, 3)].digest, (uint16_t)test_below(&seed, 300), i);
    assert_sorted_like_qsort(records, COUNT);
    for (size_t i = 1; i < COUNT; i++)
        if (memcmp(records[i - 1].digest, records[i].digest, ELIG_DIGEST_BYTES) == 0) {
            uint16_t before = record_label(&records[i - 1]), label = record_label(&records[i]);
            assert_true(before < label ||
                        (before == label && record_position(&records[i - 1]) < record_position(&records[i])));
        }
    free(records);
}

static void bits_known_to_be_the_same_need_no_sorting(void **state)
{
    (void)state;
    static const size_t counts[] = {2, 17, 300, 5000};
    for (unsigned known_bits = 0; known_bits <= 64; known_bits++)
        for (size_t i = 0; i < LENGTH(counts); i++) {
            struct record *records = test_records(known_bits, counts[i]);
            struct record *expected = calloc(counts[i], sizeof *expected);
            assert_non_null(expected);
            for (size_t j = 0; j < counts[i]; j++) {
                uint64_t same = known_bits > 0 ? UINT64_C(0xa5c3e1870f1e2d4b) >> (64 - known_bits) : 0;
                uint64_t first = bytes_get_be64(records[j].digest);
                if (known_bits > 0)
                    first =
                        (known_bits < 64 ? first << known_bits >> known_bits : 0) | same << (64 - known_bits);
                for (unsigned byte = 0; byte < 8; byte++)
                    records[j].digest[byte] = (uint8_t)(first >> (56 - 8 * byte));
            }
            memcpy(expected, records, counts[i] * sizeof *expected);
            qsort(expected, counts[i], sizeof *expected, compare_records);
            sort_records(records, counts[i], known_bits);
            assert_memory_equal(records, expected, counts[i] * sizeof *records);
            free(expected);
            free(records);
        }
}

static void of_each_digest_and_label_the_first_place_is_kept(void **state)
{
    (void)state;
    const uint8_t a[ELIG_DIGEST_BYTES] = {1}, b[ELIG_DIGEST_BYTES] = {2};
    struct record records[] = {test_record(b, 1, 9), test_record(a, 2, 4), test_record(a, 2, 3),
                               test_record(a, 1, 8), test_record(b, 1, 9), test_record(a, 2, 5)};
    sort_records(records, LENGTH(records), 0);
    assert_int_equal(sort_unique(records, LENGTH(records)), 5);
    assert_memory_equal(records[0].digest, a, sizeof a);
    assert_int_equal(record_label(&records[0]), 1);
    assert_int_equal(record_position(&records[0]), 8);
    assert_int_equal(record_label(&records[1]), 2);
    assert_int_equal(record_position(&records[1]), 3);
    assert_false(record_is_count(&records[1]));
    assert_memory_equal(records[2].digest, a, sizeof a); /* of the two others that are as the one before */
    assert_int_equal(record_label(&records[2]), 2);
    assert_true(record_is_count(&records[2]));
    assert_int_equal(record_rows(&records[2]), 2);
    assert_memory_equal(records[3].digest, b, sizeof b);
    assert_int_equal(record_position(&records[3]), 9);
    assert_int_equal(record_rows(&records[3]), 1);
    assert_true(record_is_count(&records[4]));
    assert_int_equal(record_rows(&records[4]), 1);
    assert_int_equal(sort_unique(records, 0), 0);
    assert_int_equal(sort_unique(records, 1), 1);
}

static void removed_records_are_kept_beside_the_others(void **state)
{
    (void)state;
    const uint8_t a[ELIG_DIGEST_BYTES] = {1}, b[ELIG_DIGEST_BYTES] = {2};
    struct record records[] = {test_record(a, 0, 4), test_record(a, 1, 2), test_record(a, 0, 3),
                               test_record(a, 9, 9), test_record(a, 9, 9), test_record(b, 9, 9),
                               test_record(b, 0, 7)};
    for (unsigned i = 3; i <= 5; i++)
        record_set_removed(&records[i]);
    sort_records(records, LENGTH(records), 0);
    assert_int_equal(sort_unique(records, LENGTH(records)), 6);
    for (unsigned i = 0; i < 6;
         i++) { /* a: without label, twice, removed, labelled; b: without label, removed */
        assert_memory_equal(records[i].digest, i < 4 ? a : b, sizeof a);
        assert_int_equal(record_is_removed(&records[i]), i == 2 || i == 5);
        assert_int_equal(record_is_count(&records[i]), i == 1);
        assert_int_equal(record_label(&records[i]), i == 3);
    }
    assert_int_equal(record_position(&records[0]), 3);
    assert_int_equal(record_position(&records[4]), 7);
}

/* Pieces of a list are sorted as memory allows: the number of records of an identifier does not depend on it.
 */
static void records_are_counted_exactly_in_whatever_pieces_they_are_sorted(void **state)
{
    (void)state;
    enum { COUNT = 5000, DIGESTS = 7, LABELS = 3 };
    uint64_t seed = 9;
    for (unsigned round = 0; round < 20; round++) {
        struct record *records = test_records(round, COUNT);
        uint64_t expected[DIGESTS] = {0}, counted[DIGESTS] = {0};
        uint8_t digests[DIGESTS][ELIG_DIGEST_BYTES];
        for (size_t i = 0; i < DIGESTS; i++)
            memcpy(digests[i], records[i].digest, sizeof digests[i]);
        for (size_t i = 0; i < COUNT; i++) {
            size_t which = test_below(&seed, 1 + test_below(&seed, DIGESTS));
            records[i] = test_record(digests[which], (uint16_t)test_below(&seed, LABELS), 1 + i);
            expected[which]++;
        }
        size_t count = 0;
        for (size_t next = 0; next < COUNT;) { /* some more, and all of them sorted */
            size_t more = 1 + test_below(&seed, COUNT - next);
            memmove(records + count, records + next, more * sizeof *records);
            next += more;
            count += more;
            sort_records(records, count, 0);
            count = sort_unique(records, count);
            assert_in_range(count, 1, 2 * DIGESTS * LABELS);
        }
        for (size_t i = 0; i < count; i++)
            for (size_t which = 0; which < DIGESTS; which++)
                if (memcmp(records[i].digest, digests[which], ELIG_DIGEST_BYTES) == 0)
                    counted[which] += record_rows(&records[i]);
        assert_memory_equal(counted, expected, sizeof counted);
        free(records);
    }
}

static void a_count_record_keeps_label_and_kind(void **state)
{
    (void)state;
    const uint8_t digest[ELIG_DIGEST_BYTES] = {1};
    struct record first, count;
    memcpy(first.digest, digest, sizeof digest);
    record_set_attributes(&first, UINT16_MAX, ELIG_KINDS_MAX - 1,
                          row_position(ROW_POSITION_INPUTS_MAX - 1, ROW_POSITION_LINE_MAX));
    assert_false(record_is_count(&first));
    record_set_count(&count, &first, UINT64_C(1) << 40);
    assert_true(record_is_count(&count));
    assert_false(record_is_removed(&count));
    assert_int_equal(record_label(&count), UINT16_MAX);
    assert_int_equal(record_kind(&count), ELIG_KINDS_MAX - 1);
    assert_true(record_rows(&count) == UINT64_C(1) << 40);
    assert_true(memcmp(&first, &count, sizeof first) < 0); /* after all records that it counts */
}

static void a_removed_record_says_nothing_else(void **state)
{
    (void)state;
    const uint8_t digest[ELIG_DIGEST_BYTES] = {1};
    struct record record =
        test_record(digest, UINT16_MAX, row_position(ROW_POSITION_INPUTS_MAX - 1, ROW_POSITION_LINE_MAX));
    assert_int_equal(record_is_removed(&record), 0);
    record_set_removed(&record);
    assert_int_equal(record_is_removed(&record), 1);
    assert_int_equal(record_label(&record), 0);
    assert_int_equal(record_kind(&record), 0);
    assert_true(record_position(&record) == 0);
}

static void a_note_gives_back_what_was_put_in(void **state)
{
    (void)state;
    struct record record;
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        uint64_t place = row_position(ROW_POSITION_INPUTS_MAX - 1, ROW_POSITION_LINE_MAX);
        record_set_attributes(&record, UINT16_MAX, kind, place);
        assert_int_equal(record_label(&record), UINT16_MAX);
        assert_int_equal(record_kind(&record), kind);
        assert_true(record_position(&record) == place);
        record_set_attributes(&record, 0, kind, row_position(0, 1));
        assert_int_equal(record_label(&record), 0);
        assert_int_equal(record_kind(&record), kind);
        assert_int_equal(row_position_input(record_position(&record)), 0);
        assert_int_equal(row_position_line(record_position(&record)), 1);
    }
}

static void a_line_number_too_large_is_the_largest_and_stays_in_its_input(void **state)
{
    (void)state;
    uint64_t place = row_position(3, UINT64_MAX);
    assert_int_equal(row_position_input(place), 3);
    assert_true(row_position_line(place) == ROW_POSITION_LINE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_records_are_sorted_whatever_their_number),
        cmocka_unit_test(records_in_falling_order_are_sorted),
        cmocka_unit_test(records_that_differ_in_one_byte_only_are_sorted),
        cmocka_unit_test(records_that_are_all_the_same_are_sorted),
        cmocka_unit_test(few_digests_in_many_places_are_sorted_by_label_then_place),
        cmocka_unit_test(records_are_counted_exactly_in_whatever_pieces_they_are_sorted),
        cmocka_unit_test(a_count_record_keeps_label_and_kind),
        cmocka_unit_test(bits_known_to_be_the_same_need_no_sorting),
        cmocka_unit_test(of_each_digest_and_label_the_first_place_is_kept),
        cmocka_unit_test(removed_records_are_kept_beside_the_others),
        cmocka_unit_test(a_removed_record_says_nothing_else),
        cmocka_unit_test(a_note_gives_back_what_was_put_in),
        cmocka_unit_test(a_line_number_too_large_is_the_largest_and_stays_in_its_input),
    };
    return cmocka_run_group_tests_name("sort", tests, NULL, NULL);
}
