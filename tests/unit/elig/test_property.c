/* SPDX-License-Identifier: Apache-2.0 */
/* test_property.c - what holds for every list: all its members are found, others at the stated rate, and the
 * file follows from the list alone. */
#include <math.h>

#include "builder/index/mphf.h"
#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

#define WORDS 5
static const char *const words[WORDS] = {"voucher-50000", "former-customer", "gold", "silver", "bronze"};
static const enum elig_check checks[] = {ELIG_CHECK_WALK, ELIG_CHECK_FIRST_USE, ELIG_CHECK_ALL};

/* Random records, some with labels. */
static struct record *labelled_records(uint64_t seed, size_t count)
{
    struct record *records = test_records(seed, count);
    for (size_t i = 0; i < count; i++)
        records[i] = test_record(records[i].digest, (uint16_t)test_below(&seed, WORDS + 1), i + 1);
    return records;
}

static const char *label_of(const struct record *record)
{
    return record_label(record) == 0 ? NULL : words[record_label(record) - 1];
}

/* Every step-th member is asked about one at a time, all of them at once. */
static void assert_members_are_found(const char *path, const struct record *records, size_t count, size_t step)
{
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = calloc(count + 1, sizeof *digests);
    struct elig_answer *answers = calloc(count + 1, sizeof *answers);
    assert_non_null(digests);
    assert_non_null(answers);
    for (size_t i = 0; i < count; i++)
        memcpy(digests[i], records[i].digest, ELIG_DIGEST_BYTES);
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(path, checks[i]);
        size_t asked = checks[i] == ELIG_CHECK_WALK ? count / step : count;
        assert_int_equal(elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, asked, answers), 0);
        for (size_t j = 0; j < asked; j++) {
            if (answers[j].verdict != ELIG_ELIGIBLE)
                fail_msg("member %zu of %zu: %d in check mode %d", j, count, answers[j].verdict,
                         (int)checks[i]);
            assert_same_label(answers[j].label, label_of(&records[j]));
        }
        for (size_t j = 0; j < count; j += step) {
            struct elig_answer answer = test_find(index, digests[j]);
            assert_int_equal(answer.verdict, ELIG_ELIGIBLE);
            assert_same_label(answer.label, label_of(&records[j]));
        }
        elig_close(index);
    }
    free(digests);
    free(answers);
}

/* Everybody else is found at 2^-f at most, within five standard deviations of the binomial distribution (one
 * chance in 1.7 million, and the seeds are fixed); and all ways of asking agree about who. */
static void assert_others_are_found_at_the_rate(const char *path, uint64_t seed, size_t asked, unsigned f,
                                                int is_nobody)
{
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = test_digests(seed, asked);
    struct elig_answer *answers = calloc(asked, sizeof *answers), *walked = calloc(asked, sizeof *walked);
    size_t found = 0;
    assert_non_null(answers);
    assert_non_null(walked);
    struct elig *index = test_open(path, ELIG_CHECK_ALL), *walking = test_open(path, ELIG_CHECK_WALK);
    assert_int_equal(elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, asked, answers), 0);
    size_t some = asked / 10;
    assert_int_equal(elig_find(walking, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, some, walked), 0);
    for (size_t i = 0; i < asked; i++)
        found += answers[i].verdict == ELIG_ELIGIBLE;
    for (size_t i = 0; i < some; i++) {
        assert_int_equal(answers[i].verdict, walked[i].verdict);
        assert_same_label(answers[i].label, walked[i].label);
    }
    double rate = is_nobody ? 0 : ldexp(1, -(int)f), deviation = sqrt((double)asked * rate * (1 - rate));
    assert_true((double)found >= (double)asked * rate - 5 * deviation);
    assert_true((double)found <= (double)asked * rate + 5 * deviation);
    elig_close(index);
    elig_close(walking);
    free(digests);
    free(answers);
    free(walked);
}

static void every_member_of_a_list_of_any_size_is_found(void **state)
{
    (void)state;
    static const unsigned widths[] = {8, 16, 32, 56};
    for (size_t i = 0; i < LENGTH(widths); i++) {
        size_t slots = mphf_shape(widths[i], 3).slots;
        const size_t counts[] = {0, 1, 2, 3, slots - 1, slots, slots + 1, 2 * slots, 5 * slots + 7};
        for (size_t j = 0; j < LENGTH(counts); j++) {
            const char *path = test_path("members.elig");
            struct record *records = labelled_records(100 * i + j, counts[j]);
            const struct test_list list = {.records = records,
                                           .count = counts[j],
                                           .words = words,
                                           .word_count = WORDS,
                                           .fingerprint_bits = widths[i]};
            test_make_index(&list, path);
            assert_members_are_found(path, records, counts[j], 7);
            free(records);
        }
    }
}

static void others_are_found_at_the_stated_rate_and_no_more(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 3, 1000, 10000};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        const char *path = test_path("others.elig");
        struct record *records = test_records(i, counts[i]);
        const struct test_list list = {.records = records, .count = counts[i], .fingerprint_bits = 8};
        test_make_index(&list, path);
        /* below the smallest member no one is found, so of very few members the rate is an upper bound */
        if (counts[i] == 0 || counts[i] >= 1000)
            assert_others_are_found_at_the_rate(path, 1000 + i, 200000, 8, counts[i] == 0);
        free(records);
    }
}

static void nobody_else_is_found_at_the_default_rate(void **state)
{
    (void)state;
    const char *path = test_path("default.elig");
    struct record *records = labelled_records(4, 5000);
    const struct test_list list = {.records = records, .count = 5000, .words = words, .word_count = WORDS};
    test_make_index(&list, path);
    assert_others_are_found_at_the_rate(path, 2000, 200000, 32, 0);
    free(records);
}

/* More than 146 leaves, which is as many as one inner page lists. */
static void a_list_that_needs_two_inner_levels_is_as_good(void **state)
{
    (void)state;
    enum { COUNT = 150000 };
    const char *path = test_path("large.elig"), *again = test_path("again.elig");
    struct record *records = labelled_records(5, COUNT);
    struct test_list list = {
        .records = records, .count = COUNT, .words = words, .word_count = WORDS, .threads = 2};
    struct elig_info info = {.size = sizeof info};
    test_make_index(&list, path);
    struct elig *index = test_open(path, ELIG_CHECK_WALK);
    elig_info(index, &info);
    assert_int_equal(info.tree_levels, 2);
    assert_in_range(info.leaf_pages, 147, 400);
    /* 32 bits of fingerprint, 3 of label, at least 1.44 for the perfect hash and at most 2.25; in thousandths
     */
    assert_in_range(info.leaf_pages * ELIG_PAGE_BITS * 1000 / COUNT, 36440, 37250);
    /* beside the leaves: header, dictionary, root and two pages under it */
    assert_int_equal(info.file_bytes, (info.leaf_pages + 5) * ELIG_PAGE_BYTES);
    elig_close(index);
    assert_members_are_found(path, records, COUNT, 50);
    list.threads = 1;
    list.spill_bytes = 1 << 20;
    test_make_index(&list, again);
    assert_same_files(path, again);
    free(records);
}

/* ---- The file follows from the list alone ---- */

static void shuffle(uint64_t seed, struct record *records, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = test_below(&seed, i);
        struct record swapped = records[i - 1];
        records[i - 1] = records[other];
        records[other] = swapped;
    }
}

static void order_duplicates_threads_and_memory_do_not_change_a_byte(void **state)
{
    (void)state;
    enum { COUNT = 12000, REPEATED = 3000 };
    const char *expected = test_path("expected.elig"), *path = test_path("other.elig");
    struct record *records = labelled_records(6, COUNT);
    struct record *more = calloc(COUNT + REPEATED, sizeof *more);
    assert_non_null(more);
    struct test_list list = {.records = records, .count = COUNT, .words = words, .word_count = WORDS};
    test_make_index(&list, expected);

    uint64_t seed = test_seed(7);
    memcpy(more, records, COUNT * sizeof *more);
    for (size_t i = COUNT; i < COUNT + REPEATED; i++) {
        const struct record *record = &records[test_below(&seed, COUNT)];
        /* again elsewhere, with the same label or with none */
        more[i] = test_record(record->digest, test_below(&seed, 2) == 0 ? record_label(record) : 0, 50000 + i);
    }
    list.records = more;
    list.count = COUNT + REPEATED;
    for (unsigned threads = 1; threads <= 4; threads += threads == 2 ? 2 : 1)
        for (size_t i = 0; i < 4; i++) {
            shuffle(threads * 10 + i, more, list.count);
            list.threads = threads;
            list.spill_bytes = i << 22; /* of which follows how large chunks are */
            test_make_index(&list, path);
            assert_same_files(path, expected);
        }
    free(records);
    free(more);
}

static void csv_in_any_order_on_any_threads_gives_the_same_file(void **state)
{
    (void)state;
    enum { ROWS = 3000 };
    static char text[2][ROWS * 64];
    const char *paths[] = {test_path("csv-0.elig"), test_path("csv-1.elig"), test_path("csv-2.elig")};
    static const char *const labels[] = {"gold", "", "silver"};
    size_t length[] = {(size_t)sprintf(text[0], "id,label\n"), (size_t)sprintf(text[1], "label;id\r\n")};
    for (int i = 0; i < ROWS; i++) {
        int last = ROWS - 1 - i;
        length[0] += (size_t)sprintf(text[0] + length[0], "customer-%d,%s\n", i, labels[i % 3]);
        length[1] += (size_t)sprintf(text[1] + length[1], "%s;\"customer-%d\"\r\n", labels[last % 3], last);
    }
    struct config config = test_config();
    config.list.label_column = "label";
    assert_int_equal(test_compile(&config, text[0], paths[0]), EXIT_DONE);
    config.threads = 3;
    config.list.dialect.delimiter = ';';
    assert_int_equal(test_compile(&config, text[1], paths[1]), EXIT_DONE);
    config.memory = UINT64_C(1) << 20; /* less than a command line may ask for */
    assert_int_equal(test_compile(&config, text[1], paths[2]), EXIT_DONE);
    assert_same_files(paths[0], paths[1]);
    assert_same_files(paths[0], paths[2]);
    struct elig *index = test_open(paths[0], ELIG_CHECK_ALL);
    assert_listed(index, "id", "customer-0", "gold");
    assert_listed(index, "id", "customer-1", NULL);
    assert_listed(index, "id", "customer-2999", "silver");
    assert_not_listed(index, "id", "customer-3000");
    elig_close(index);
}

static void another_salt_or_secret_changes_every_page(void **state)
{
    (void)state;
    struct config config = test_config();
    static uint8_t other_secret[ELIG_SECRET_BYTES] = {1};
    const char *paths[] = {test_path("a.elig"), test_path("b.elig"), test_path("c.elig")};
    assert_int_equal(test_compile(&config, "id\none\ntwo\n", paths[0]), EXIT_DONE);
    config.profile.salt[0] ^= 1;
    assert_int_equal(test_compile(&config, "id\none\ntwo\n", paths[1]), EXIT_DONE);
    config.profile.salt[0] ^= 1;
    config.secret = other_secret;
    assert_int_equal(test_compile(&config, "id\none\ntwo\n", paths[2]), EXIT_DONE);
    struct test_file files[3];
    for (int i = 0; i < 3; i++)
        files[i] = test_read_file(paths[i]);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < i; j++) {
            unsigned same = 0;
            assert_int_equal(files[i].length, 2 * ELIG_PAGE_BYTES);
            for (size_t at = ELIG_PAGE_BYTES; at < 2 * ELIG_PAGE_BYTES; at++)
                same += files[i].bytes[at] == files[j].bytes[at];
            assert_in_range(same, 0, 45); /* 16 of 4096 random bytes agree; 45 is seven deviations more */
        }
    for (int i = 0; i < 3; i++)
        test_file_free(&files[i]);
}

/* ---- Absent lists ---- */

static void absent_identifiers_are_not_found_at_any_number_of_threads(void **state)
{
    (void)state;
    enum { COUNT = 20000, ABSENT = 60000 };
    struct record *records = test_records(8, COUNT);
    uint8_t(*absent)[ELIG_DIGEST_BYTES] = test_digests(9, ABSENT);
    const char *paths[] = {test_path("absent-1.elig"), test_path("absent-2.elig")};
    struct test_list list = {.records = records,
                             .count = COUNT,
                             .absent = (const uint8_t(*)[ELIG_DIGEST_BYTES])absent,
                             .absent_count = ABSENT,
                             .fingerprint_bits = 8};
    test_make_index(&list, paths[0]); /* whose proof looks every absent digest up */
    list.threads = 2;
    test_make_index(&list, paths[1]);
    assert_same_files(paths[0], paths[1]);
    assert_members_are_found(paths[0], records, COUNT, 100);
    struct elig *index = test_open(paths[0], ELIG_CHECK_WALK);
    for (size_t i = 0; i < ABSENT; i += 11)
        assert_int_equal(test_find(index, absent[i]).verdict, ELIG_NOT_LISTED);
    elig_close(index);
    free(records);
    free(absent);
}

static void an_identifier_that_is_listed_and_absent_is_refused(void **state)
{
    (void)state;
    struct record *records = test_records(10, 5000);
    static const size_t places[] = {0, 1, 2500, 4999};
    for (size_t i = 0; i < LENGTH(places); i++) {
        uint8_t absent[3][ELIG_DIGEST_BYTES] = {{0}, {0x80}, {0}};
        memcpy(absent[2], records[places[i]].digest, ELIG_DIGEST_BYTES);
        const struct test_list list = {.records = records,
                                       .count = 5000,
                                       .absent = (const uint8_t(*)[ELIG_DIGEST_BYTES])absent,
                                       .absent_count = 3,
                                       .threads = 2};
        const char *path = test_path("both.elig");
        int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        assert_true(file >= 0);
        assert_int_equal(test_write_index(&list, file, path), LEAF_WRITER_E_ABSENT_LISTED);
        close(file);
    }
    free(records);
}

/* Digests of which two neighbours, in different leaves, agree in the bytes that route: no separator can tell
 * them apart. */
static void digests_too_alike_for_the_tree_ask_for_another_salt(void **state)
{
    (void)state;
    size_t slots = mphf_shape(32, 0).slots;
    struct record *records = test_records(11, slots + 1);
    for (size_t i = 0; i <= slots; i++) {
        memset(records[i].digest, 0x42, ELIG_SEPARATOR_BYTES);
        bytes_put_le16(records[i].digest + ELIG_SEPARATOR_BYTES, (uint16_t)i);
    }
    const struct test_list list = {.records = records, .count = slots + 1};
    const char *path = test_path("alike.elig");
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(file >= 0);
    assert_int_equal(test_write_index(&list, file, path), LEAF_WRITER_E_SALT);
    close(file);
    free(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_of_a_list_of_any_size_is_found),
        cmocka_unit_test(others_are_found_at_the_stated_rate_and_no_more),
        cmocka_unit_test(nobody_else_is_found_at_the_default_rate),
        cmocka_unit_test(a_list_that_needs_two_inner_levels_is_as_good),
        cmocka_unit_test(order_duplicates_threads_and_memory_do_not_change_a_byte),
        cmocka_unit_test(csv_in_any_order_on_any_threads_gives_the_same_file),
        cmocka_unit_test(another_salt_or_secret_changes_every_page),
        cmocka_unit_test(absent_identifiers_are_not_found_at_any_number_of_threads),
        cmocka_unit_test(an_identifier_that_is_listed_and_absent_is_refused),
        cmocka_unit_test(digests_too_alike_for_the_tree_ask_for_another_salt),
    };
    return cmocka_run_group_tests_name("property", tests, test_folder_make, test_folder_remove);
}
